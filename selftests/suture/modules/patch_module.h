/* SPDX-License-Identifier: GPL-2.0 */
/* What makes a module of a patch. Its includer may define REPLACE. */
#include <linux/livepatch.h>
#include <linux/module.h>

#ifndef REPLACE
#define REPLACE false
#endif

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
