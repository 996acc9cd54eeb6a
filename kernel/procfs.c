// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/suture: what is too long for sysfs.
 *
 *	blockers	0400; the tasks that a transition waits for
 *	forced		0400; the tasks that were overridden by force
 *	stats		0444; counters
 *
 * Removing them waits for their readers, who may take suture_mutex.
 */
#include <linux/proc_fs.h>

#include "blockers.h"
#include "force.h"
#include "procfs.h"
#include "stats.h"

#define PROC_DIR "suture"

/**
 * procfs_init() - make the files
 *
 * Return: 0 or -ENOMEM with nothing left behind.
 */
int procfs_init(void)
{
	struct proc_dir_entry *dir = proc_mkdir(PROC_DIR, NULL);

	if (dir && proc_create("blockers", 0400, dir, &blockers_proc_ops) &&
	    proc_create_single("forced", 0400, dir, force_show) &&
	    proc_create_single("stats", 0444, dir, stats_show))
		return 0;
	procfs_exit();
	return -ENOMEM;
}

void procfs_exit(void)
{
	remove_proc_subtree(PROC_DIR, NULL);
}
