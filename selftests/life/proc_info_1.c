// SPDX-License-Identifier: GPL-2.0
/* The first fix. */
#include "proc_info.h"

static int patched_version_proc_show(struct seq_file *m, void *v)
{
	return show_version(m);
}

static struct klp_func functions[] = {
	{ .old_name = "version_proc_show", .new_func = patched_version_proc_show },
	{}
};

static struct klp_object objects[] = { { .funcs = functions }, {} };

PROC_INFO_PATCH(objects, "Keeps the build details of the kernel out of /proc/version");

SUTURE_PATCH_VERSION("1");
SUTURE_PATCH_DESCRIPTION("Keeps the build details of the kernel out of /proc/version");
SUTURE_PATCH_CVE("CVE-2026-1000001", "4.3");
