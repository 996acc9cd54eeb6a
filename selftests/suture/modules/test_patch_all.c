// SPDX-License-Identifier: GPL-2.0
/* As generation 3, and replaces all other patches. */
#define UNIVERSE 3
#define REPLACE true
#include "test_patch_1.c"
