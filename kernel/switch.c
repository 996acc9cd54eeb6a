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
 * There is no other way to switch, but for force, which looks at nothing. A task
 * that stays where it is for long, asleep in a function that changes or behind a
 * frame that the kernel cannot walk, is at last woken as by a signal, and looks at
 * its own stack on its way to user space: see wake.c. For others no task work is
 * used: what it could do that the stopper cannot is to switch a task in the middle
 * of the kernel, which is where none may switch without a look at its stack.
 */
#include "log.h"

#include <linux/cpu.h>
#include <linux/livepatch.h>
#include <linux/sched.h>

#include "fault.h"
#include "means.h"
#include "stats.h"
#include "switch.h"
#include "symbols.h"
#include "tasks.h"
#include "trace.h"
#include "wake.h"

/*
 * Of the pass that runs, one at a time under suture_mutex; the stoppers read
 * them while the pass waits for them.
 */
static const struct stack_ranges *pass_ranges;
static int pass_target;

static const enum suture_stat means_stat[] = {
	[MEANS_ASLEEP] = STAT_SWITCHED_ASLEEP,
	[MEANS_STOPPED] = STAT_SWITCHED_STOPPED,
	[MEANS_OFFLINE] = STAT_SWITCHED_OFFLINE,
	[MEANS_WOKEN] = STAT_SWITCHED_WOKEN,
};

/* One at a time, see above; the task is kept by its slot, but not pinned. */
static void note_switched(const struct suture_task *slot, int target,
			  enum means means)
{
	u64 us = div_u64(ktime_get_ns() - slot->since, NSEC_PER_USEC);

	stats_inc(means_stat[means]);
	stats_max(STAT_LONGEST_TASK_US, us);
	trace_task_switched(slot->task, target, means, us);
}

static void note_blocked(struct suture_task *slot)
{
	if (slot->verdict == slot->traced)
		return;
	slot->traced = slot->verdict;
	trace_task_blocked(slot->task, pass_target, slot->verdict,
			   slot->verdict == -EADDRINUSE ? slot->where : 0);
}

/* With the task pinned: can its stack be looked at? */
static int pinned_state(struct task_struct *task)
{
	/*
	 * Blocked but still on its way out of __schedule(): its stack is not
	 * at rest. Acquire pairs with the release in finish_task().
	 */
	if (task != current && smp_load_acquire(&task->on_cpu))
		return -EBUSY;
	return READ_ONCE(task->__state) == TASK_DEAD ? -ESRCH : 0;
}

/*
 * Called with the task pinned: pi_lock held and, unless it is blocked, its
 * runqueue's lock; interrupts off. The new universe is seen by the task since it
 * takes its runqueue's lock before it runs again.
 */
static int switch_pinned(struct task_struct *task, void *arg)
{
	struct suture_task *slot = arg;
	int ret;

	ret = pinned_state(task);
	if (!ret)
		ret = stack_check(task, pass_ranges, &slot->where);
	if (ret && fault_switches_early(task))
		ret = 0;
	if (!ret)
		WRITE_ONCE(slot->universe, pass_target);
	return ret;
}

static int switch_attempt(struct suture_task *slot, enum means means)
{
	/* It did so itself: switch_current(). */
	if (slot->universe == pass_target)
		return 0;
	slot->verdict = hidden(task_call_func)(slot->task, switch_pinned, slot);
	if (!slot->verdict)
		note_switched(slot, pass_target, means);
	else if (slot->verdict != -EBUSY && slot->verdict != -ESRCH)
		note_blocked(slot);
	return slot->verdict;
}

static int switch_asleep(struct suture_task *slot)
{
	return switch_attempt(slot, MEANS_ASLEEP);
}

/* On the CPU's stopper: whatever ran there does not now. Preemption is off. */
static int switch_visit(void *arg)
{
	struct list_head *running = arg;
	struct suture_task *slot;

	list_for_each_entry(slot, running, node)
		if (slot->universe != pass_target &&
		    task_cpu(slot->task) == smp_processor_id())
			switch_attempt(slot, MEANS_STOPPED);
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
		if (slot->idle_cpu >= 0 && !cpu_online(slot->idle_cpu)) {
			WRITE_ONCE(slot->universe, pass_target);
			note_switched(slot, pass_target, MEANS_OFFLINE);
		}

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

	list_for_each_entry(slot, running, node)
		if (slot->universe != pass_target && slot->verdict == -EBUSY)
			note_blocked(slot);
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
	return tasks_pass(switch_asleep, switch_running);
}

/* Waking. */

static void wake(struct suture_task *slot, void *arg)
{
	wake_blocker(slot);
}

/**
 * switch_wake() - wake the tasks that sleep where they cannot be switched
 *
 * Context: process context, suture_mutex held, in a transition.
 */
void switch_wake(void)
{
	tasks_each_pending(wake, NULL);
}

/**
 * switch_current() - switch the current task, if its stack lets it
 * @ranges: what must not be on it
 * @target: the universe to switch to
 *
 * Context: process context, suture_mutex held, in a transition.
 * Return: whether it was switched, and counts as pending until the next pass.
 */
bool switch_current(const struct stack_ranges *ranges, int target)
{
	struct suture_task *slot = tasks_find(tasks_table, current);

	if (!slot || slot->universe == target)
		return false;
	preempt_disable();
	slot->verdict = stack_check(current, ranges, &slot->where);
	if (!slot->verdict)
		WRITE_ONCE(slot->universe, target);
	preempt_enable();
	if (slot->verdict)
		return false;
	note_switched(slot, target, MEANS_WOKEN);
	return true;
}

/* Looking at a task, for people. */

struct look {
	struct task_struct *task;
	const struct stack_ranges *ranges;
	struct stack_report *report;
};

static int look_pinned(struct task_struct *task, void *arg)
{
	struct look *look = arg;

	look->report->verdict = pinned_state(task);
	if (!look->report->verdict)
		stack_report(task, look->ranges, look->report);
	return 0;
}

static int look_visit(void *arg)
{
	struct look *look = arg;

	return hidden(task_call_func)(look->task, look_pinned, look);
}

/**
 * switch_report() - what keeps a task from being switched now
 * @task:   with a reference held
 * @ranges: of the transition
 * @report: the result; with a verdict of -EBUSY or -ESRCH it has no stack
 *
 * As in a pass, a task on a CPU is looked at with the stopper's help.
 *
 * Context: process context, suture_mutex held.
 */
void switch_report(struct task_struct *task, const struct stack_ranges *ranges,
		   struct stack_report *report)
{
	struct look look = { task, ranges, report };

	report->n = 0;
	look_visit(&look);
	if (report->verdict == -EBUSY)
		hidden(stop_one_cpu)(task_cpu(task), look_visit, &look);
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
