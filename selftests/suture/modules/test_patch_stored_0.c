// SPDX-License-Identifier: GPL-2.0
/* An initial patch: it changes nothing, so that there is a version to come from. */
#define REPLACE true
#include "patch_module.h"

#include <suture/metadata.h>

static struct klp_object objects[] = { {} };

TEST_PATCH(objects, "Changes nothing");

SUTURE_PATCH_VERSION("0");
SUTURE_PATCH_INITIAL;
