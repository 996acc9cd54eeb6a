// SPDX-License-Identifier: GPL-2.0
/*
 * One function of the kernel itself and one of a module. Imports nothing from
 * the target, so the target can come and go while this is loaded.
 */
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

TEST_PATCH(objects, "Replaces a function of the kernel and one of a module");

SUTURE_PATCH_VERSION("3");
SUTURE_PATCH_DESCRIPTION("Says of itself what can be said");
SUTURE_PATCH_EXPIRES("2999-12-31");
SUTURE_PATCH_CVE("CVE-2026-1000002", "");
SUTURE_PATCH_CVE("CVE-2026-1000001", "7.8");
SUTURE_PATCH_BUG("https://bugs.example.org/1");
SUTURE_PATCH_SAME_RELEASE;
