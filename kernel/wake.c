// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waking the tasks that sleep where they cannot be switched, so that they leave.
 *
 * As a signal would that has no handler: a system call that can be restarted is,
 * others return EINTR to the program. Only sleeps that signals may end are touched.
 *
 * A program often does at once again what it was woken from, so it would be asleep
 * in the same function when it is next looked at, and for ever. Hence it is woken
 * with an errand, as task work: on its way to user space it looks at its own stack
 * and switches. Task work may also run in the middle of the kernel; the stack says
 * so then. Kernel threads run none: they are woken, that is all.
 *
 * Lifetime. An errand is freed by the task that runs it, maybe long after the
 * transition: when it is continued, for one that is stopped. wake_exit() takes back
 * what is left. errands_lock guards the list, and is a leaf.
 */
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/task_work.h>

#include "core.h"
#include "stats.h"
#include "symbols.h"
#include "trace.h"
#include "transition.h"
#include "wake.h"

struct errand {
	struct callback_head work;
	struct list_head node;
	struct task_struct *task;	/* with a reference held */
};

static LIST_HEAD(errands);
static DEFINE_SPINLOCK(errands_lock);
static bool ever;			/* suture_mutex */

static void errand_free(struct errand *errand)
{
	put_task_struct(errand->task);
	kfree(errand);
}

static void errand_end(struct errand *errand)
{
	spin_lock(&errands_lock);
	list_del(&errand->node);
	spin_unlock(&errands_lock);
	errand_free(errand);
}

/* In the task. It holds no lock here but for what task work may run under. */
static void errand_run(struct callback_head *work)
{
	if (!mutex_lock_killable(&suture_mutex)) {
		transition_switch_current();
		mutex_unlock(&suture_mutex);
	}
	errand_end(container_of(work, struct errand, work));
}

static bool has_errand(const struct task_struct *task)
{
	struct errand *errand;
	bool found = false;

	spin_lock(&errands_lock);
	list_for_each_entry(errand, &errands, node)
		found |= errand->task == task;
	spin_unlock(&errands_lock);
	return found;
}

static bool errand_send(struct task_struct *task)
{
	struct errand *errand;

	if (has_errand(task))
		return false;
	errand = kmalloc(sizeof(*errand), GFP_KERNEL);
	if (!errand)
		return false;
	errand->task = get_task_struct(task);
	init_task_work(&errand->work, errand_run);
	ever = true;
	/* First: it may be run, and ended, at once. */
	spin_lock(&errands_lock);
	list_add(&errand->node, &errands);
	spin_unlock(&errands_lock);
	if (!hidden(task_work_add)(task, &errand->work, TWA_SIGNAL))
		return true;
	/* It is exiting, and past its last task work. */
	errand_end(errand);
	return false;
}

/**
 * wake_blocker() - wake a task, if it sleeps where a signal may end that
 * @slot: of a task that could not be switched
 *
 * Context: process context, suture_mutex held, in a transition.
 */
void wake_blocker(struct suture_task *slot)
{
	struct task_struct *task = slot->task;

	if (slot->idle_cpu >= 0 || slot->verdict == -EBUSY ||
	    !(READ_ONCE(task->__state) & TASK_INTERRUPTIBLE))
		return;
	if (task->flags & PF_EXITING)
		return;
	if (task->flags & PF_KTHREAD)
		hidden(wake_up_state)(task, TASK_INTERRUPTIBLE);
	else if (!errand_send(task))
		return;
	stats_inc(STAT_WOKEN);
	trace_task_woken(task);
}

static bool is_errand(struct callback_head *work, void *data)
{
	return work->func == errand_run;
}

/* A task that has an errand, with a reference, or NULL. */
static struct task_struct *any_task(void)
{
	struct errand *errand;
	struct task_struct *task = NULL;

	spin_lock(&errands_lock);
	errand = list_first_entry_or_null(&errands, struct errand, node);
	if (errand)
		task = get_task_struct(errand->task);
	spin_unlock(&errands_lock);
	return task;
}

/**
 * wake_exit() - take back what is left
 *
 * No transition runs.
 */
void wake_exit(void)
{
	struct callback_head *work;
	struct task_struct *task;

	while ((task = any_task())) {
		work = hidden(task_work_cancel_match)(task, is_errand, NULL);
		if (work)
			errand_end(container_of(work, struct errand, work));
		else
			/* The task runs it just now. */
			schedule_timeout_uninterruptible(1);
		put_task_struct(task);
	}
	/* Those that have just ended theirs may have yet to return from it. */
	if (ever)
		synchronize_rcu_tasks();
}
