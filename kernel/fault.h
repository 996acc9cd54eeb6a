/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults that are planted on purpose, to prove that the audit finds them, and that
 * Suture survives them. In no build but that of suture_faulty.ko (see Kbuild),
 * which only tests load; fault_alloc.h is the other half.
 */
#ifndef SUTURE_FAULT_H
#define SUTURE_FAULT_H

#include <linux/sched.h>
#include <linux/string.h>

/* Tasks of this name switch whatever their stack shows. */
static inline bool fault_switches_early(const struct task_struct *task)
{
#ifdef SUTURE_FAULTS
	return !strncmp(task->comm, "early", TASK_COMM_LEN);
#else
	return false;
#endif
}

#endif /* SUTURE_FAULT_H */
