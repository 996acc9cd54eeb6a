// SPDX-License-Identifier: GPL-2.0
/* An initial patch: it changes nothing, and takes the place of all others. */
#define REPLACE true
#include "patch_module.h"

static struct klp_object objects[] = { {} };

TEST_PATCH(objects, "Changes nothing");
