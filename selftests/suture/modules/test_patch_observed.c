// SPDX-License-Identifier: GPL-2.0
/*
 * What tracers and probes are put on: functions of a module and one of the kernel
 * itself, and one that sleeps, so that a test can hold the transition open.
 */
#define UNIVERSE 1
#include "test_patch.h"

#include <linux/seq_file.h>

static int patched_cmdline_proc_show(struct seq_file *m, void *v)
{
	seq_puts(m, "universe 1\n");
	return 0;
}

static struct klp_func vmlinux_functions[] = {
	{ .old_name = "cmdline_proc_show", .new_func = patched_cmdline_proc_show },
	{}
};

static struct klp_func target_functions[] = {
	PATCHED(single),
	PATCHED(many),
	PATCHED(sleep),
	{}
};

static struct klp_object objects[] = {
	{ .funcs = vmlinux_functions },
	{ .name = "test_target", .funcs = target_functions },
	{}
};

TEST_PATCH(objects, "Replaces what others observe");
