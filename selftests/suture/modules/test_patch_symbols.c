// SPDX-License-Identifier: GPL-2.0
/*
 * Uses what the kernel and a module do not export, as a patch's author would
 * write it: /proc/cmdline tells what came of it.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include <suture/symbols.h>

SUTURE_FUNCTION(processes, int (void), "vmlinux", "nr_processes", 0);
SUTURE_FUNCTION(secret, int (void), "test_target", "target_secret", 0);
/* There are two of this name. */
SUTURE_FUNCTION(second_twin, int (void), "test_target", "target_twin", 2);

/* A function of vmlinux can run while the module is not there. */
static int patched_cmdline_proc_show(struct seq_file *m, void *v)
{
	seq_printf(m, "processes %d\n", suture_call(processes)());
	if (suture_address(secret))
		seq_printf(m, "secret %d twin %d\n", suture_call(secret)(),
			   suture_call(second_twin)());
	else
		seq_puts(m, "no secret\n");
	return 0;
}

/* One of the module's own cannot. */
static int patched_version(void)
{
	return suture_call(secret)() + 1;
}

static struct klp_func vmlinux_functions[] = {
	{ .old_name = "cmdline_proc_show", .new_func = patched_cmdline_proc_show },
	{}
};

static struct klp_func target_functions[] = {
	{ .old_name = "target_version", .new_func = patched_version },
	{}
};

static struct klp_object objects[] = {
	{ .funcs = vmlinux_functions },
	{ .name = "test_target", .funcs = target_functions },
	{}
};

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
MODULE_DESCRIPTION("Uses symbols that are not exported");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
