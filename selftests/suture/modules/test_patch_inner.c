// SPDX-License-Identifier: GPL-2.0
/* Replaces the callee alone, by one that sleeps as well. */
#define UNIVERSE 1
#include "test_patch.h"

static struct klp_func functions[] = { PATCHED(inner), {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "Replaces the inner function");
