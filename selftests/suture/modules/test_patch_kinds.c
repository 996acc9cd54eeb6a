// SPDX-License-Identifier: GPL-2.0
/* Changes every function that tasks of all kinds call, or are inside of. */
#include <linux/livepatch.h>
#include <linux/module.h>

#define UNIVERSE 1
#define LINKAGE static
#define NAME(x) patched_##x
#include "kinds_bodies.h"

#define PATCHED(x) { .old_name = "kinds_" #x, .new_func = patched_##x }

static struct klp_func functions[] = {
	PATCHED(step),
	PATCHED(sleep_inside),
	PATCHED(spin_inside),
	PATCHED(park_inside),
	PATCHED(doze_inside),
	{}
};

static struct klp_object objects[] = { { .name = "test_kinds", .funcs = functions }, {} };

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

static int __init test_patch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit test_patch_exit(void)
{
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Answers tasks of every kind from another universe");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
