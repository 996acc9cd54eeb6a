/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test patches have in common. A patch defines UNIVERSE, includes this,
 * and lists its objects; functions that it does not list are not compiled in.
 */
#include <linux/livepatch.h>
#include <linux/module.h>

#define LINKAGE static __maybe_unused
#define NAME(x) patched_##x
#include "target_bodies.h"

#ifndef REPLACE
#define REPLACE false
#endif

#define PATCHED(x) { .old_name = "target_" #x, .new_func = patched_##x }

#define TEST_PATCH(objects, description)                                                           \
	static struct klp_patch patch = {                                                          \
		.mod = THIS_MODULE,                                                                \
		.objs = objects,                                                                   \
		.replace = REPLACE,                                                                \
	};                                                                                         \
	static int __init test_patch_init(void)                                                    \
	{                                                                                          \
		return klp_enable_patch(&patch);                                                   \
	}                                                                                          \
	static void __exit test_patch_exit(void)                                                   \
	{                                                                                          \
	}                                                                                          \
	module_init(test_patch_init);                                                              \
	module_exit(test_patch_exit);                                                              \
	MODULE_DESCRIPTION(description);                                                           \
	MODULE_LICENSE("GPL");                                                                     \
	MODULE_INFO(livepatch, "Y")
