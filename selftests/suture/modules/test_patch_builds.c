// SPDX-License-Identifier: GPL-2.0
/* Is for one build of each of its objects: the test writes in which. */
#define UNIVERSE 1
#include "test_patch.h"

#include <linux/seq_file.h>
#include <suture/metadata.h>

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

TEST_PATCH(objects, "Is for one build of each object");

SUTURE_PATCH_VERSION("4");
SUTURE_PATCH_OBJECT_BUILD_ID("vmlinux", "0000000000000000000000000000000000000000");
SUTURE_PATCH_OBJECT_BUILD_ID("test_target", "0000000000000000000000000000000000000000");
SUTURE_PATCH_SAME_RELEASE;
