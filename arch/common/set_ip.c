// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The out-of-line half of arch_set_ip.h, with the kernel's own reliable stack
 * walk: nothing of Suture's is ever on a stack on these architectures.
 */
#include <linux/stacktrace.h>

#include "arch.h"
#include "symbols.h"

int arch_target_init(struct arch_target *target, void *func)
{
	target->ip = (unsigned long)func;
	return 0;
}

void arch_target_release(struct arch_target *target)
{
}

int arch_stack_walk_task(struct task_struct *task, unsigned long *entries,
			 unsigned int size)
{
	return hidden(stack_trace_save_tsk_reliable)(task, entries, size);
}

unsigned int arch_stack_save_current(unsigned long *entries, unsigned int size)
{
	return stack_trace_save(entries, size, 0);
}
