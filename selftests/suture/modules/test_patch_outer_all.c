// SPDX-License-Identifier: GPL-2.0
/* Replaces the callers, and all patches that are applied: the callee's with them. */
#define UNIVERSE 3
#define REPLACE true
#include "test_patch.h"

static struct klp_func target_functions[] = { PATCHED(outer), {} };

static struct klp_func caller_functions[] = {
	{ .old_name = "caller_outer", .new_func = patched_outer },
	{}
};

static struct klp_object objects[] = {
	{ .name = "test_target", .funcs = target_functions },
	{ .name = "test_caller", .funcs = caller_functions },
	{}
};

TEST_PATCH(objects, "Replaces the outer functions and all other patches");
