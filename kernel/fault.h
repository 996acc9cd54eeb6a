/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults that are planted on purpose, to prove that the audit finds them. In no
 * build but that of suture_faulty.ko (see Kbuild), which only tests load.
 */
#ifndef SUTURE_FAULT_H
#define SUTURE_FAULT_H

#include <linux/sched.h>
#include <linux/string.h>

/* switch-early: tasks of this name switch whatever their stack shows. */
static inline bool fault_switches_early(const struct task_struct *task)
{
	return IS_ENABLED(SUTURE_FAULT_SWITCH_EARLY) &&
	       !strncmp(task->comm, "early", TASK_COMM_LEN);
}

#endif /* SUTURE_FAULT_H */
