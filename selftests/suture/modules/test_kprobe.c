// SPDX-License-Identifier: GPL-2.0
/*
 * A kprobe that claims the right to change where the calls of a function go, as
 * any does that wants to look at the function after its first instruction too.
 */
#include <linux/kprobes.h>
#include <linux/module.h>

static char *function = "target_single";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "name of the function to probe");

static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = { .post_handler = after };

static int __init test_kprobe_init(void)
{
	probe.symbol_name = function;
	return register_kprobe(&probe);
}

static void __exit test_kprobe_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(test_kprobe_init);
module_exit(test_kprobe_exit);
MODULE_DESCRIPTION("A kprobe that excludes others");
MODULE_LICENSE("GPL");
