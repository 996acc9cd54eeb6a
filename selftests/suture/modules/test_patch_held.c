// SPDX-License-Identifier: GPL-2.0
/* A pair that is changed together, and a function by which a sleeper holds the transition. */
#define UNIVERSE 1
#include "test_patch.h"

static struct klp_func functions[] = { PATCHED(first), PATCHED(second), PATCHED(pair),
				       PATCHED(sleep), {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "Replaces a pair and a function that sleeps");
