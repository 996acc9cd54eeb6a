// SPDX-License-Identifier: GPL-2.0
/* The fix of version 1, and another. */
#include "proc_info.h"

static int patched_version_proc_show(struct seq_file *m, void *v)
{
	return show_version(m);
}

static int patched_uptime_proc_show(struct seq_file *m, void *v)
{
	return show_uptime(m);
}

static struct klp_func functions[] = {
	{ .old_name = "version_proc_show", .new_func = patched_version_proc_show },
	{ .old_name = "uptime_proc_show", .new_func = patched_uptime_proc_show },
	{}
};

static struct klp_object objects[] = { { .funcs = functions }, {} };

PROC_INFO_PATCH(objects, "Keeps what only an attacker needs out of /proc");

SUTURE_PATCH_VERSION("2");
SUTURE_PATCH_DESCRIPTION("Keeps what only an attacker needs out of /proc");
SUTURE_PATCH_CVE("CVE-2026-1000001", "4.3");
SUTURE_PATCH_CVE("CVE-2026-1000002", "3.3");
SUTURE_PATCH_EXPIRES("2035-06-30");
