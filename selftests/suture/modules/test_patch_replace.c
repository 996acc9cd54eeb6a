// SPDX-License-Identifier: GPL-2.0
/*
 * A cumulative patch of few functions: whatever else was changed goes back to the
 * original. Imports nothing from the target, so that the target can come and go.
 */
#define UNIVERSE 3
#define REPLACE true
#include "test_patch.h"

static struct klp_func functions[] = { PATCHED(single), PATCHED(version), {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "Replaces all other patches");
