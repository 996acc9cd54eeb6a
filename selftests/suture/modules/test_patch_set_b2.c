// SPDX-License-Identifier: GPL-2.0
/* The other supplier's next one, which changes a function of the first supplier's. */
#define UNIVERSE 3
#define REPLACE true
#include "test_patch.h"

#include <suture/replace.h>

SUTURE_REPLACE_SET("b");

static struct klp_func functions[] = { PATCHED(many), PATCHED(version), {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "Cumulative in a replace set of its own");
