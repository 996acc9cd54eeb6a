// SPDX-License-Identifier: GPL-2.0
/* The first cumulative patch of a supplier. */
#define UNIVERSE 1
#define REPLACE true
#include "test_patch.h"

#include <suture/replace.h>

SUTURE_REPLACE_SET("a");

static struct klp_func functions[] = { PATCHED(single), PATCHED(version), {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "Cumulative in a replace set of its own");
