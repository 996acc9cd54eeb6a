// SPDX-License-Identifier: GPL-2.0
#include "../modules/test_patch_observed.c"
