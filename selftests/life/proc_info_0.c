// SPDX-License-Identifier: GPL-2.0
/* The initial live patch: nothing is changed yet. */
#include "proc_info.h"

static struct klp_object objects[] = { {} };

PROC_INFO_PATCH(objects, "Changes nothing");

SUTURE_PATCH_VERSION("0");
SUTURE_PATCH_DESCRIPTION("Initial live patch");
SUTURE_PATCH_INITIAL;
