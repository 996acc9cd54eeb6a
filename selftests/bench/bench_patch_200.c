// SPDX-License-Identifier: GPL-2.0
/* Two hundred functions. */
#include "bench_patch.h"

BENCH_PATCH(BENCH_FUNCTIONS);
