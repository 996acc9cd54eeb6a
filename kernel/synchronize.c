// SPDX-License-Identifier: GPL-2.0-or-later
/* Waiting for those who may still use what is going to be freed. */
#include "log.h"

#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/rcupdate_wait.h>
#include <linux/stop_machine.h>

#include "symbols.h"
#include "synchronize.h"

static int visit_nothing(void *arg)
{
	return 0;
}

/**
 * synchronize_handlers() - wait until all ftrace handlers that run now have ended
 *
 * They run with preemption off, also where RCU does not watch; so each CPU is
 * made to switch to its stopper once. A CPU that is offline runs no handler.
 *
 * Context: process context, may sleep.
 */
void synchronize_handlers(void)
{
	unsigned int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		hidden(stop_one_cpu)(cpu, visit_nothing, NULL);
	cpus_read_unlock();
}

/**
 * synchronize_rcu_tasks_idle() - synchronize_rcu_tasks() that may well take long
 *
 * A kernel thread that only calls cond_resched() keeps it up for as long as it
 * runs, and that is nothing wrong. So the wait is an idle one, which the kernel's
 * watch for hung tasks leaves alone (and hung_task_panic with it).
 *
 * Context: process context, may sleep; nothing that many wait for is held.
 */
void synchronize_rcu_tasks_idle(void)
{
	struct rcu_synchronize wait;

	init_rcu_head_on_stack(&wait.head);
	init_completion(&wait.completion);
	call_rcu_tasks(&wait.head, wakeme_after_rcu);
	wait_for_completion_state(&wait.completion, TASK_IDLE);
	destroy_rcu_head_on_stack(&wait.head);
}
