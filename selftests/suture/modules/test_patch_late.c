// SPDX-License-Identifier: GPL-2.0
/*
 * Looks as if it had been made for mainline's late linking: it has a symbol, and
 * a section, of such names. Real ones have a section index that no assembler
 * writes.
 */
#include <linux/livepatch.h>
#include <linux/module.h>

asm(
	".pushsection .data\n"
	"\".klp.sym.test_target.target_secret,0\":\n"
	".popsection\n"
	".pushsection .klp.rela.test_target..text, \"a\"\n"
	".popsection\n");

static struct klp_func functions[] = { {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

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
MODULE_DESCRIPTION("Is to be linked late");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
