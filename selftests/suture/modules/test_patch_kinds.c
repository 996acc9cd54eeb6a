// SPDX-License-Identifier: GPL-2.0
/* Changes every function that tasks of all kinds call, or are inside of. */
#include "patch_module.h"

#define UNIVERSE 1
#define LINKAGE static
#define NAME(x) patched_##x
#include "kinds_bodies.h"

#define PATCHED(x) { .old_name = "kinds_" #x, .new_func = patched_##x }

static struct klp_func functions[] = {
	PATCHED(step),
	PATCHED(sleep_inside),
	PATCHED(spin_inside),
	PATCHED(park_inside),
	PATCHED(doze_inside),
	{}
};

static struct klp_object objects[] = { { .name = "test_kinds", .funcs = functions }, {} };

TEST_PATCH(objects, "Answers tasks of every kind from another universe");
