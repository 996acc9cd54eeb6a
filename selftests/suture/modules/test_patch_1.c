// SPDX-License-Identifier: GPL-2.0
/* Changes every function that can be called from any context. Generations 2 and 3 include this. */
#ifndef UNIVERSE
#define UNIVERSE 1
#endif
#include "test_patch.h"

static struct klp_func functions[] = {
	PATCHED(single),
	PATCHED(many),
	PATCHED(varargs),
	PATCHED(big),
	PATCHED(recurse),
	PATCHED(odd),
	PATCHED(first),
	PATCHED(second),
	PATCHED(pair),
	PATCHED(nap),
	PATCHED(version),
	{}
};

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "Answers from another universe");
