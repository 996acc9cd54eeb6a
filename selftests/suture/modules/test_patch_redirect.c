// SPDX-License-Identifier: GPL-2.0
/*
 * One function of the kernel itself and one of a module. Imports nothing from
 * the target, so the target can come and go while this is loaded.
 */
#define UNIVERSE 1
#include "test_patch.h"

#include <linux/seq_file.h>

static int patched_cmdline_proc_show(struct seq_file *m, void *v)
{
	seq_puts(m, "this has been live patched\n");
	return 0;
}

static struct klp_func vmlinux_functions[] = {
	{ .old_name = "cmdline_proc_show", .new_func = patched_cmdline_proc_show },
	{}
};

static struct klp_func target_functions[] = { PATCHED(version), {} };

static struct klp_object objects[] = {
	{ .funcs = vmlinux_functions },
	{ .name = "test_target", .funcs = target_functions },
	{}
};

TEST_PATCH(objects, "Replaces a function of the kernel and one of a module");
