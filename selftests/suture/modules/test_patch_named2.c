// SPDX-License-Identifier: GPL-2.0
#define UNIVERSE 2
#include "test_patch_named.c"
