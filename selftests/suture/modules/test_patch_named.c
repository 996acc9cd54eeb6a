// SPDX-License-Identifier: GPL-2.0
/*
 * Replaces whatever int function(void) its parameters name: how the bad inputs are made.
 * The second of its kind includes this.
 */
#ifndef UNIVERSE
#define UNIVERSE 1
#endif
#include "test_patch.h"

static char *object;
module_param(object, charp, 0444);
MODULE_PARM_DESC(object, "module to patch; without it the kernel itself");

static char *function = "target_version";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "name of the function to replace");

static unsigned long sympos;
module_param(sympos, ulong, 0444);
MODULE_PARM_DESC(sympos, "which of several functions of that name");

static bool replace;
module_param(replace, bool, 0444);
MODULE_PARM_DESC(replace, "replace all other patches");

static struct klp_func functions[] = { { .new_func = patched_version }, {} };

static struct klp_object objects[] = { { .funcs = functions }, {} };

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

static int __init test_patch_init(void)
{
	objects[0].name = object;
	functions[0].old_name = function;
	functions[0].old_sympos = sympos;
	patch.replace = replace;
	return klp_enable_patch(&patch);
}

static void __exit test_patch_exit(void)
{
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Replaces the function that its parameters name");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
