// SPDX-License-Identifier: GPL-2.0
/* For the kernel's own livepatch. */
#include "../bench_patch_200.c"
