// SPDX-License-Identifier: GPL-2.0
/* Functions to be patched, which nobody calls: what is measured is the patching. */
#include <linux/module.h>

#include "bench_functions.h"

#define DEFINE(n)                                                                                  \
	static noinline __used int bench_##n(void)                                                 \
	{                                                                                          \
		return n;                                                                          \
	}

BENCH_FUNCTIONS(DEFINE)

static int __init bench_target_init(void)
{
	return 0;
}

static void __exit bench_target_exit(void)
{
}

module_init(bench_target_init);
module_exit(bench_target_exit);
MODULE_DESCRIPTION("Functions to be patched by the benchmark");
MODULE_LICENSE("GPL");
