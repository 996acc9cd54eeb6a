// SPDX-License-Identifier: GPL-2.0
/*
 * A live patch to read first: /proc/version no longer tells everyone how the
 * kernel was built.
 *
 * Any process, in any container, can read there which compiler and linker made
 * the kernel, and who built it:
 *
 *	Linux version 6.1.0-50-amd64 (debian-kernel@lists.debian.org) (gcc-12 ...) #1 SMP ...
 *
 * That says which binary it is, down to the byte, and so where in it everything
 * lies: of use to an attacker and to nobody else. With this patch the two parts
 * in brackets are gone and the rest is as it was.
 *
 *	insmod livepatch-demo.ko
 *	cat /proc/version
 *	echo 0 > /sys/kernel/suture/livepatch_demo/enabled
 *	rmmod livepatch_demo
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/utsname.h>

/*
 * The new function has exactly the type of the old one, which is in the kernel's
 * fs/proc/version.c. It may use whatever the kernel exports to modules.
 */
static int patched_version_proc_show(struct seq_file *m, void *v)
{
	const struct new_utsname *name = utsname();

	seq_printf(m, "%s version %s %s\n", name->sysname, name->release, name->version);
	return 0;
}

/* Which function is replaced by which. An empty entry ends each of these lists. */
static struct klp_func funcs[] = {
	{
		.old_name = "version_proc_show",
		.new_func = patched_version_proc_show,
	},
	{}
};

/* Where the old functions live. An object without a name is the kernel itself. */
static struct klp_object objs[] = {
	{
		.funcs = funcs,
	},
	{}
};

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

/* Loading the module starts the transition: from now on task after task moves over. */
static int __init livepatch_demo_init(void)
{
	return klp_enable_patch(&patch);
}

/* Nothing to undo: the module can only be unloaded once its patch is disabled. */
static void __exit livepatch_demo_exit(void)
{
}

module_init(livepatch_demo_init);
module_exit(livepatch_demo_exit);

MODULE_DESCRIPTION("Keeps the build details of the kernel out of /proc/version");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y"); /* marks this module as a live patch */
