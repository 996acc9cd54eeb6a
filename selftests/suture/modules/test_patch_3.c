// SPDX-License-Identifier: GPL-2.0
#define UNIVERSE 3
#include "test_patch_1.c"
