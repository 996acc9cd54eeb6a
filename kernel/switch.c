// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Switching tasks: by the cheapest means that is safe.
 *
 * - A task that is off its CPU is pinned (task_call_func()), its stack is walked,
 *   and it switches if nothing that changes is on it.
 * - A task on a CPU is made to leave it: the stopper of that CPU preempts it, on
 *   the way to user space, at a cond_resched() or in the idle loop, and while
 *   the stopper runs the task is off its CPU and judged as above. That moves
 *   tasks that compute in user mode, kthreads that only cond_resched(), and
 *   idle tasks alike.
 * - The idle task of a CPU that is offline runs nothing, and starts afresh.
 *
 * There is no other way to switch, but for force, which looks at nothing.
 */
#include "log.h"

#include <linux/cpu.h>
#include <linux/livepatch.h>
#include <linux/sched.h>

#include "switch.h"
#include "symbols.h"
#include "tasks.h"

/*
 * Of the pass that runs, one at a time under suture_mutex; the stoppers read
 * them while the pass waits for them.
 */
static const struct stack_ranges *pass_ranges;
static int pass_target;

/*
 * Called with the task pinned: pi_lock held and, unless it is blocked, its
 * runqueue's lock; interrupts off. The new universe is seen by the task since it
 * takes its runqueue's lock before it runs again.
 */
static int switch_pinned(struct task_struct *task, void *arg)
{
	struct suture_task *slot = arg;
	int ret;

	/*
	 * Blocked but still on its way out of __schedule(): its stack is not
	 * at rest. Acquire pairs with the release in finish_task().
	 */
	if (task != current && smp_load_acquire(&task->on_cpu))
		return -EBUSY;
	if (READ_ONCE(task->__state) == TASK_DEAD)
		return -ESRCH;

	ret = stack_check(task, pass_ranges);
	if (!ret)
		WRITE_ONCE(slot->universe, pass_target);
	return ret;
}

static int switch_attempt(struct suture_task *slot)
{
	return hidden(task_call_func)(slot->task, switch_pinned, slot);
}

/* On the CPU's stopper: whatever ran there does not now. Preemption is off. */
static int switch_visit(void *arg)
{
	struct list_head *running = arg;
	struct suture_task *slot;

	list_for_each_entry(slot, running, node)
		if (slot->universe != pass_target &&
		    task_cpu(slot->task) == smp_processor_id())
			slot->verdict = switch_attempt(slot);
	return 0;
}

/*
 * Tasks that were on a CPU a moment ago: about as many as there are CPUs, so
 * each stopper's round is short.
 */
static void switch_running(struct list_head *running)
{
	struct suture_task *slot;
	unsigned int cpu;

	cpus_read_lock();
	list_for_each_entry(slot, running, node)
		if (slot->idle_cpu >= 0 && !cpu_online(slot->idle_cpu))
			WRITE_ONCE(slot->universe, pass_target);

	for_each_online_cpu(cpu) {
		bool wanted = false;

		list_for_each_entry(slot, running, node)
			if (slot->universe != pass_target &&
			    task_cpu(slot->task) == cpu)
				wanted = true;
		if (wanted)
			hidden(stop_one_cpu)(cpu, switch_visit, running);
	}
	cpus_read_unlock();
}

/**
 * switch_pass() - try once to switch every task that has not
 * @ranges: what must not be on a task's stack
 * @target: the universe to switch to
 *
 * Context: process context, suture_mutex held.
 * Return: how many tasks are left.
 */
unsigned int switch_pass(const struct stack_ranges *ranges, int target)
{
	pass_ranges = ranges;
	pass_target = target;
	return tasks_pass(switch_attempt, switch_running);
}

static int switch_unchecked(struct suture_task *slot)
{
	WRITE_ONCE(slot->universe, pass_target);
	return 0;
}

/* Nothing is ever left running: see switch_unchecked(). */
static void switch_nothing(struct list_head *running)
{
}

/**
 * switch_force() - put every task that has not switched into the target
 * @target: the universe
 *
 * Whatever is on their stacks. Context: process context, suture_mutex held.
 */
void switch_force(int target)
{
	pass_target = target;
	tasks_pass(switch_unchecked, switch_nothing);
}
