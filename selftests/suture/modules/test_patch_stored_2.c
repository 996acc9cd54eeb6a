// SPDX-License-Identifier: GPL-2.0
#define UNIVERSE 2
#define PATCH_VERSION "2"
#include "test_patch_stored_1.c"
