/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A patch that notes when it asks to be enabled, so that the time its module
 * takes to load can be left out. The includer defines functions[].
 */
#include <linux/ktime.h>
#include <linux/livepatch.h>
#include <linux/module.h>

#include "bench_functions.h"

static u64 started;
module_param(started, ullong, 0444);
MODULE_PARM_DESC(started, "CLOCK_MONOTONIC, in nanoseconds, when the patch was handed over");

#define REPLACE(n)                                                                                 \
	static int replaced_##n(void)                                                              \
	{                                                                                          \
		return n + 1;                                                                      \
	}
#define LIST(n) { .old_name = "bench_" #n, .new_func = replaced_##n },

#define BENCH_PATCH(WHICH)                                                                         \
	WHICH(REPLACE)                                                                             \
	static struct klp_func functions[] = { WHICH(LIST) {} };                                   \
	static struct klp_object objects[] = {                                                     \
		{ .name = "bench_target", .funcs = functions },                                    \
		{}                                                                                 \
	};                                                                                         \
	static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };                   \
	static int __init bench_patch_init(void)                                                   \
	{                                                                                          \
		started = ktime_get_ns();                                                          \
		return klp_enable_patch(&patch);                                                   \
	}                                                                                          \
	static void __exit bench_patch_exit(void)                                                  \
	{                                                                                          \
	}                                                                                          \
	module_init(bench_patch_init);                                                             \
	module_exit(bench_patch_exit);                                                             \
	MODULE_DESCRIPTION("Is enabled and disabled by the benchmark");                            \
	MODULE_LICENSE("GPL");                                                                     \
	MODULE_INFO(livepatch, "Y")
