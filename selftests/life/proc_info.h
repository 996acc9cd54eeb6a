/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The versions of one cumulative live patch, for machines that live with it: each has all that the
 * one before has, and takes its place as a whole.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <suture/metadata.h>

/* What makes a module of a patch. */
#define PROC_INFO_PATCH(objects, description)                                                      \
	static struct klp_patch patch = {                                                          \
		.mod = THIS_MODULE,                                                                \
		.objs = objects,                                                                   \
		.replace = true,                                                                   \
	};                                                                                         \
	static int __init proc_info_init(void)                                                     \
	{                                                                                          \
		return klp_enable_patch(&patch);                                                   \
	}                                                                                          \
	static void __exit proc_info_exit(void)                                                    \
	{                                                                                          \
	}                                                                                          \
	module_init(proc_info_init);                                                               \
	module_exit(proc_info_exit);                                                               \
	MODULE_DESCRIPTION(description);                                                           \
	MODULE_LICENSE("GPL");                                                                     \
	MODULE_INFO(livepatch, "Y")

/* Of version_proc_show(): who built the kernel, and with what, is nobody's business. */
static inline int show_version(struct seq_file *m)
{
	const struct new_utsname *name = utsname();

	seq_printf(m, "%s version %s %s\n", name->sysname, name->release, name->version);
	return 0;
}

/* Of uptime_proc_show(): whole seconds, and not for how long the machine had nothing to do. */
static inline int show_uptime(struct seq_file *m)
{
	seq_printf(m, "%llu.00 0.00\n", (unsigned long long)ktime_get_boottime_seconds());
	return 0;
}
