/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The per-task side table: which universe each task is in while a transition
 * runs. See tasks.c for lifetimes.
 */
#ifndef SUTURE_TASKS_H
#define SUTURE_TASKS_H

#include <linux/hash.h>
#include <linux/list.h>
#include <linux/rculist.h>
#include <linux/sched.h>

/**
 * struct suture_task - a task's slot in the side table
 * @node:     on the pending or the settled list; tasks_lock, but for a pass.
 *	      First, for the reserve
 * @hash:     chain in the table; read by the handler in any context
 * @task:     with a reference held
 * @universe: KLP_UNPATCHED or KLP_PATCHED. Written while the task cannot run
 *	      (or is current, with preemption off), read by the task itself
 * @idle_cpu: whose idle task this is, -1 for all others
 * @since:    when it was to be switched from, ktime_get_ns()
 * @verdict:  why the last attempt to switch it failed: -EBUSY running, -EINVAL
 *	      unreliable stack, -EADDRINUSE a changed function is on its stack
 * @traced:   the last such reason that the tracepoint told of
 * @where:    with -EADDRINUSE: the address that was found
 */
struct suture_task {
	struct list_head node;
	struct hlist_node hash;
	struct task_struct *task;
	int universe;
	int idle_cpu;
	u64 since;
	int verdict;
	int traced;
	unsigned long where;
};

struct tasks_table {
	unsigned int bits;
	struct hlist_head buckets[];
};

/* Set from tasks_begin() to tasks_end(); the handler reads it in transitions. */
extern struct tasks_table *tasks_table;
/* The universe of tasks without a slot. Written under tasks_lock. */
extern int tasks_default;

static __always_inline struct suture_task *
tasks_find(const struct tasks_table *table, const struct task_struct *task)
{
	const struct hlist_head *head =
		&table->buckets[hash_ptr((void *)task, table->bits)];
	struct suture_task *slot;

	hlist_for_each_entry_rcu_notrace(slot, head, hash)
		if (slot->task == task)
			return slot;
	return NULL;
}

/**
 * tasks_universe_current() - the universe of the current task
 *
 * For the ftrace handler, in a transition only: any context, preemption off. A
 * task without a slot was born when none could be allocated. Before tasks start
 * to switch it is, as all are, in the universe that is left; one born later has
 * nothing on its stack that changes, and is in the target.
 */
static __always_inline int tasks_universe_current(void)
{
	const struct tasks_table *table = READ_ONCE(tasks_table);
	const struct suture_task *slot = tasks_find(table, current);

	return slot ? READ_ONCE(slot->universe) : READ_ONCE(tasks_default);
}

int tasks_init(void);
void tasks_exit(void);

void tasks_prepare(void);
int tasks_begin(int target);
int tasks_commit(void);
int tasks_reverse(void);
void tasks_end(void);

unsigned int tasks_pass(int (*attempt)(struct suture_task *slot),
			void (*after)(struct list_head *running));
void tasks_each_pending(void (*fn)(struct suture_task *slot, void *arg),
			void *arg);
bool tasks_is_pending(const struct suture_task *slot);
void tasks_counts(unsigned int *pending, unsigned int *total);

#endif /* SUTURE_TASKS_H */
