// SPDX-License-Identifier: GPL-2.0
/* The first cumulative version that changes something. Version 2 includes this. */
#ifndef UNIVERSE
#define UNIVERSE 1
#define PATCH_VERSION "1"
#endif
#define REPLACE true
#include "test_patch.h"

#include <suture/metadata.h>

static struct klp_func functions[] = { PATCHED(single), PATCHED(sleep), PATCHED(version), {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "One version of several in the store");

SUTURE_PATCH_VERSION(PATCH_VERSION);
SUTURE_PATCH_CVE("CVE-2026-1000001", "7.8");
