// SPDX-License-Identifier: GPL-2.0
/* One function. */
#include "bench_patch.h"

#define ONE(X) X(10000)

BENCH_PATCH(ONE);
