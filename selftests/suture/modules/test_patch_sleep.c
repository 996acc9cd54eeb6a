// SPDX-License-Identifier: GPL-2.0
/* A function that sleeps inside, replaced by one that does so too. */
#define UNIVERSE 1
#include "test_patch.h"

static struct klp_func functions[] = { PATCHED(sleep), {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "Replaces a function that sleeps");
