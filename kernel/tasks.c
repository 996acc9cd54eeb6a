// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The per-task side table.
 *
 * In a transition every task has a slot that says which universe it is in;
 * outside one there is no table and nobody looks. Who has no slot counts as being
 * in the universe that is left until tasks start to switch, and in the target
 * from then on; so by then each must have one, but for those that are born later.
 * Four kinds of tasks have to be caught:
 *
 * - those on the task list, by a walk under RCU;
 * - those born during the walk or later, by a hook on task_newtask. The child is
 *   on the task list before that tracepoint runs, so a birth that the hook
 *   missed is one that the walk sees. (sched_process_fork would not do:
 *   io_uring's and vhost's workers are born without it.) A child inherits its
 *   parent's universe;
 * - those that are exiting: past release_task() they are off the list and still
 *   run. A hook on sched_process_exit, which runs before that, notes them at all
 *   times, transition or not, until they are seen dead;
 * - the idle task of every possible CPU.
 *
 * Lifetimes. A slot holds a reference on its task and is freed when the
 * transition ends, or earlier when the task is dead for good (TASK_DEAD and off
 * its CPU: it never runs again) and no handler can still walk over the slot. The
 * table is published before the first redirect is in transition and withdrawn
 * after the last one ceased to be and all handlers were seen to end.
 *
 * Locks. tasks_lock guards insertion, both lists and the target. It is a leaf,
 * taken with interrupts off since a birth that an interrupt's handler delayed would
 * delay all others. Lookups take no lock. suture_mutex serialises everything else.
 */
#include "log.h"

#include <linux/cpu.h>
#include <linux/livepatch.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>

#include "core.h"
#include "reserve.h"
#include "symbols.h"
#include "synchronize.h"
#include "tasks.h"

struct tasks_table *tasks_table;
int tasks_default = KLP_UNDEFINED;
static int target = KLP_UNDEFINED;	/* tasks_lock; where tasks go */

static DEFINE_RAW_SPINLOCK(tasks_lock);
static bool armed;			/* tasks_lock; newborns need a slot */
static unsigned int unslotted;		/* tasks_lock; births without a slot */
static LIST_HEAD(pending);		/* tasks_lock; not yet in the target */
static LIST_HEAD(settled);		/* tasks_lock; there, or born there */
static unsigned int nr_pending, nr_slots;	/* tasks_lock */
static unsigned int nr_kept;		/* suture_mutex; nr_slots, when last pruned */

/* How many tasks a walk handles before it lets others run. */
#define WALK_BATCH 256
/* Births, and exits, that find an object ready before a worker makes more. */
#define RESERVE 512

static struct reserve slot_reserve;	/* struct suture_task, for births */

/* Tasks that are dead for good will never call anything again. */
static bool task_is_gone(struct task_struct *task)
{
	/* Acquire pairs with the release in the scheduler's finish_task(). */
	return !smp_load_acquire(&task->on_cpu) &&
	       READ_ONCE(task->__state) == TASK_DEAD;
}

/* Slots. */

static struct suture_task *slot_alloc(void)
{
	return kmalloc(sizeof(struct suture_task), GFP_KERNEL);
}

static void slot_drop(struct suture_task *slot)
{
	put_task_struct(slot->task);
	kfree(slot);
}

/* Insert an empty slot unless the task has one. True: the slot was used. */
static bool __slot_insert(struct suture_task *slot, struct task_struct *task,
			  int universe, int idle_cpu)
{
	struct tasks_table *table = tasks_table;

	lockdep_assert_held(&tasks_lock);
	if (tasks_find(table, task))
		return false;
	slot->task = get_task_struct(task);
	slot->universe = universe;
	slot->idle_cpu = idle_cpu;
	slot->since = ktime_get_ns();
	slot->verdict = 0;
	slot->traced = 0;
	slot->where = 0;
	/* Publishes the fields above to lookups. */
	hlist_add_head_rcu(&slot->hash,
			   &table->buckets[hash_ptr(task, table->bits)]);
	nr_slots++;
	if (universe == target) {
		list_add(&slot->node, &settled);
	} else {
		list_add(&slot->node, &pending);
		nr_pending++;
	}
	return true;
}

static bool slot_insert(struct suture_task *slot, struct task_struct *task,
			int universe, int idle_cpu)
{
	unsigned long flags;
	bool used;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	used = __slot_insert(slot, task, universe, idle_cpu);
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
	return used;
}

/* The hook on births. Runs in the parent, preemption off. */

static void probe_newtask(void *data, struct task_struct *child,
			  unsigned long clone_flags)
{
	struct suture_task *slot;
	unsigned long flags;
	bool used = false;

	/*
	 * The child is on the task list. Pairs with smp_mb() in tasks_begin():
	 * either the walk there sees the child, or we see @armed.
	 */
	smp_mb();
	if (!READ_ONCE(armed))
		return;

	slot = reserve_get(&slot_reserve);

	raw_spin_lock_irqsave(&tasks_lock, flags);
	if (armed) {
		if (slot)
			used = __slot_insert(slot, child,
					     tasks_universe_current(), -1);
		else
			unslotted++;
	}
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	if (slot && !used)
		reserve_put(&slot_reserve, slot);
}

/*
 * The hook on exits. Notes are kept per CPU; each exit clears a few notes of
 * tasks that have gone, so that their number stays that of the tasks which are
 * exiting right now. A note holds a reference on its task. The lock is a leaf;
 * a snapshot takes the notes off their list meanwhile.
 */
struct exit_note {
	struct list_head node;
	struct task_struct *task;
};

struct exit_notes {
	raw_spinlock_t lock;
	struct list_head list;
};

static DEFINE_PER_CPU(struct exit_notes, exit_notes);
static struct reserve note_reserve;	/* struct exit_note */
/* Exits without a note, ever; and how many of them have been caught since. */
static atomic_t exits_missed = ATOMIC_INIT(0);
static int exits_caught;		/* suture_mutex; others READ_ONCE() */

#define NOTES_CLEARED_PER_EXIT 4

static void note_drop(struct exit_note *note)
{
	put_task_struct(note->task);
	reserve_put(&note_reserve, note);
}

static void note_add(struct exit_note *note)
{
	struct exit_notes *notes;
	unsigned long flags;

	/* Whichever CPU's list it is. */
	notes = raw_cpu_ptr(&exit_notes);
	raw_spin_lock_irqsave(&notes->lock, flags);
	list_add_tail(&note->node, &notes->list);
	raw_spin_unlock_irqrestore(&notes->lock, flags);
}

/* Runs in the exiting task, preemption off, while it is on the task list. */
static void probe_exit(void *data, struct task_struct *task)
{
	struct exit_notes *notes = this_cpu_ptr(&exit_notes);
	struct exit_note *new, *note, *tmp;
	unsigned int budget = NOTES_CLEARED_PER_EXIT;
	unsigned long flags;
	LIST_HEAD(gone);

	new = reserve_get(&note_reserve);
	if (new)
		new->task = get_task_struct(task);
	else
		atomic_inc(&exits_missed);

	raw_spin_lock_irqsave(&notes->lock, flags);
	list_for_each_entry_safe(note, tmp, &notes->list, node) {
		if (!budget--)
			break;
		if (task_is_gone(note->task))
			list_move(&note->node, &gone);
		else
			list_move_tail(&note->node, &notes->list);
	}
	if (new)
		list_add_tail(&new->node, &notes->list);
	raw_spin_unlock_irqrestore(&notes->lock, flags);

	list_for_each_entry_safe(note, tmp, &gone, node)
		note_drop(note);
}

/*
 * Walks over the task list. Process context. What they hand out is allocated a batch
 * ahead, since under RCU nobody may sleep.
 */

/**
 * struct walk - what a walk does
 * @visit:    called for each task on the list, under RCU; must not sleep. May take
 *	      one of @spares
 * @universe: for @visit
 * @size:     of a spare; each starts with a struct list_head, which links it here
 * @spares:   as many as a batch may need
 */
struct walk {
	void (*visit)(struct walk *walk, struct task_struct *task);
	int universe;
	size_t size;
	struct list_head spares;
};

static void *spare_take(struct walk *walk)
{
	struct list_head *spare = walk->spares.next;

	list_del(spare);
	return spare;
}

static void spares_free(struct walk *walk)
{
	struct list_head *spare, *tmp;

	list_for_each_safe(spare, tmp, &walk->spares)
		kfree(spare);
	INIT_LIST_HEAD(&walk->spares);
}

static int spares_fill(struct walk *walk)
{
	unsigned int have = 0;
	struct list_head *spare;

	list_for_each(spare, &walk->spares)
		have++;
	for (; have < WALK_BATCH; have++) {
		spare = kmalloc(walk->size, GFP_KERNEL);
		if (!spare)
			return -ENOMEM;
		list_add(spare, &walk->spares);
	}
	return 0;
}

/*
 * Let others run in mid-walk. Returns 1 when the walk can go on from where it
 * is, 0 when a task that it stands on is no longer linked; under RCU again in
 * both cases. A negative error: without RCU.
 */
static int walk_pause(struct walk *walk, struct task_struct *leader,
		      struct task_struct *thread)
{
	bool linked;
	int ret;

	get_task_struct(leader);
	get_task_struct(thread);
	rcu_read_unlock();
	cond_resched();
	ret = spares_fill(walk);
	if (!ret)
		rcu_read_lock();
	/* exec() by another thread takes a leader's place on the list first. */
	linked = pid_alive(leader) && thread_group_leader(leader) &&
		 pid_alive(thread);
	put_task_struct(thread);
	put_task_struct(leader);
	return ret ? ret : linked;
}

/* One walk over the task list; -EAGAIN: it lost its place. */
static int walk_once(struct walk *walk)
{
	struct task_struct *leader, *thread;
	unsigned int n = 0;
	int ret;

	ret = spares_fill(walk);
	if (ret)
		return ret;
	rcu_read_lock();
	for_each_process_thread(leader, thread) {
		if (!task_is_gone(thread))
			walk->visit(walk, thread);
		if (++n % WALK_BATCH)
			continue;
		ret = walk_pause(walk, leader, thread);
		if (ret < 0)
			return ret;
		if (!ret) {
			rcu_read_unlock();
			return -EAGAIN;
		}
	}
	rcu_read_unlock();
	return 0;
}

/* Every task that is on the list all the while is visited, some of them twice. */
static int walk_task_list(struct walk *walk)
{
	unsigned int tries = 64;
	int ret;

	INIT_LIST_HEAD(&walk->spares);
	do {
		ret = walk_once(walk);
	} while (ret == -EAGAIN && --tries);
	spares_free(walk);
	return ret;
}

/*
 * Exits that were not noted. Those whose tasks are still on the list get their
 * note now. The others have left it: RCU-tasks waits for those that run, up to
 * their last preemptible point, and the visit of every CPU for the rest of the way.
 * On kernels without RCU-tasks nobody is preempted there. What is left out is a
 * task that has no note and sleeps after it has left the list, where the last of
 * its /proc entries goes (proc_flush_pid()).
 */

static void visit_exiting(struct walk *walk, struct task_struct *task)
{
	struct exit_note *note;

	/* Set before the hook on exits runs. */
	if (!(READ_ONCE(task->flags) & PF_EXITING))
		return;
	note = spare_take(walk);
	note->task = get_task_struct(task);
	note_add(note);
}

static int catch_missed_exits(void)
{
	struct walk walk = {
		.visit = visit_exiting,
		.size = sizeof(struct exit_note),
	};
	int ret = walk_task_list(&walk);

	if (ret)
		return ret;
	synchronize_rcu_tasks_idle();
	synchronize_handlers();
	return 0;
}

static bool exits_are_due(int missed)
{
	return missed - READ_ONCE(exits_caught) > 0;
}

/**
 * tasks_prepare() - wait for what tasks_begin() would have to wait for
 *
 * That is nothing, mostly, but may take as long as RCU-tasks does: so it is done
 * before suture_mutex is taken, for which every module waits that comes or goes.
 * What comes up between this and tasks_begin() is waited for there.
 *
 * Context: process context, suture_mutex not held.
 */
void tasks_prepare(void)
{
	int missed = atomic_read(&exits_missed);

	if (!exits_are_due(missed) || catch_missed_exits())
		return;
	mutex_lock(&suture_mutex);
	/* Somebody else may have caught more. */
	if (exits_are_due(missed))
		WRITE_ONCE(exits_caught, missed);
	mutex_unlock(&suture_mutex);
}

/* The snapshot. Process context, suture_mutex held. */

static void visit_slotless(struct walk *walk, struct task_struct *task)
{
	struct suture_task *slot = spare_take(walk);

	if (!slot_insert(slot, task, walk->universe, -1))
		list_add(&slot->node, &walk->spares);
}

static int snapshot_task_list(int universe)
{
	struct walk walk = {
		.visit = visit_slotless,
		.universe = universe,
		.size = sizeof(struct suture_task),
	};

	return walk_task_list(&walk);
}

/* Slots for those that have none; the notes of those that are gone go. */
static int slots_by_notes(struct list_head *notes, int universe)
{
	struct suture_task *slot = NULL;
	struct exit_note *note, *tmp;
	int ret = 0;

	list_for_each_entry_safe(note, tmp, notes, node) {
		cond_resched();
		if (task_is_gone(note->task)) {
			list_del(&note->node);
			note_drop(note);
			continue;
		}
		slot = slot ?: slot_alloc();
		if (!slot) {
			ret = -ENOMEM;
			break;
		}
		if (slot_insert(slot, note->task, universe, -1))
			slot = NULL;
	}
	kfree(slot);
	return ret;
}

/*
 * After the task list. Whoever is noted from here on was on the list all the while,
 * or was born in it.
 */
static int snapshot_exiting(int universe)
{
	struct exit_notes *notes;
	unsigned long flags;
	LIST_HEAD(noted);
	int cpu, ret;

	for_each_possible_cpu(cpu) {
		notes = per_cpu_ptr(&exit_notes, cpu);

		raw_spin_lock_irqsave(&notes->lock, flags);
		list_splice_init(&notes->list, &noted);
		raw_spin_unlock_irqrestore(&notes->lock, flags);

		ret = slots_by_notes(&noted, universe);

		raw_spin_lock_irqsave(&notes->lock, flags);
		list_splice_init(&noted, &notes->list);
		raw_spin_unlock_irqrestore(&notes->lock, flags);
		if (ret)
			return ret;
	}
	return 0;
}

static int snapshot_idle(int universe)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct task_struct *idle = hidden(idle_task)(cpu);
		struct suture_task *slot;

		if (!idle)
			continue;
		slot = slot_alloc();
		if (!slot)
			return -ENOMEM;
		if (!slot_insert(slot, idle, universe, cpu))
			kfree(slot);
	}
	return 0;
}

/* Give every task that has none a slot in @universe. */
static int tasks_snapshot(int universe)
{
	unsigned int tries = 3;
	int missed, ret;

	do {
		missed = atomic_read(&exits_missed);
		ret = exits_are_due(missed) ? catch_missed_exits() : 0;
		if (!ret) {
			WRITE_ONCE(exits_caught, missed);
			ret = snapshot_task_list(universe);
		}
		if (!ret)
			ret = snapshot_exiting(universe);
		if (!ret)
			ret = snapshot_idle(universe);
	} while (!ret && exits_are_due(atomic_read(&exits_missed)) && --tries);

	return ret ? ret : tries ? 0 : -ENOMEM;
}

/* Transitions. Process context, suture_mutex held. */

static struct tasks_table *table_alloc(void)
{
	/* Of each task a process ID; and a flag is in there. */
	unsigned int tasks = READ_ONCE(init_pid_ns.pid_allocated) & ~PIDNS_ADDING;
	unsigned int bits = clamp(order_base_2(tasks), 8, 16);
	struct tasks_table *table;

	table = kvzalloc(struct_size(table, buckets, 1UL << bits), GFP_KERNEL);
	if (table)
		table->bits = bits;
	return table;
}

/**
 * tasks_begin() - give every task a slot in the universe that is left
 * @to: where the transition leads: KLP_PATCHED or KLP_UNPATCHED
 *
 * Afterwards redirects may be put in transition.
 *
 * Return: 0; -ENOMEM, or -EAGAIN when the task list changed too fast, with
 * nothing left behind.
 */
int tasks_begin(int to)
{
	struct tasks_table *table = table_alloc();
	unsigned long flags;
	int ret;

	if (!table)
		return -ENOMEM;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	target = to;
	tasks_default = !to;
	tasks_table = table;
	unslotted = 0;
	WRITE_ONCE(armed, true);
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	/* Pairs with smp_mb() in probe_newtask(). */
	smp_mb();
	ret = tasks_snapshot(!to);
	if (ret)
		tasks_end();
	return ret;
}

/*
 * Have no task without a slot, and then set what the default and the target are.
 * A birth without a slot is counted under the lock that the change is made
 * under, so none can come in between.
 */
static int set_universes(int new_default, int new_target)
{
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	while (unslotted) {
		unslotted = 0;
		raw_spin_unlock_irqrestore(&tasks_lock, flags);
		ret = tasks_snapshot(tasks_default);
		raw_spin_lock_irqsave(&tasks_lock, flags);
		if (ret) {
			unslotted++;
			raw_spin_unlock_irqrestore(&tasks_lock, flags);
			return ret;
		}
	}
	WRITE_ONCE(tasks_default, new_default);
	target = new_target;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
	return 0;
}

/**
 * tasks_commit() - from here on tasks may be switched
 *
 * Return: 0, or as tasks_begin() with every task in the universe that is left.
 */
int tasks_commit(void)
{
	return set_universes(target, target);
}

/**
 * tasks_reverse() - exchange the universes' roles
 *
 * Return: 0, or as tasks_begin() with nothing changed.
 */
int tasks_reverse(void)
{
	struct suture_task *slot, *tmp;
	LIST_HEAD(all);
	LIST_HEAD(now_pending);
	LIST_HEAD(now_settled);
	unsigned int n = 0;
	unsigned long flags;
	u64 now;
	int ret;

	ret = set_universes(!target, !target);
	if (ret)
		return ret;
	now = ktime_get_ns();

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_splice_init(&pending, &all);
	list_splice_init(&settled, &all);
	nr_pending = 0;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	/* Births go by the new target from here on, and to the lists. */
	list_for_each_entry_safe(slot, tmp, &all, node) {
		if (slot->universe == target) {
			list_move(&slot->node, &now_settled);
		} else {
			list_move(&slot->node, &now_pending);
			slot->since = now;
			slot->traced = 0;
			n++;
		}
		cond_resched();
	}

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_splice(&now_pending, &pending);
	list_splice(&now_settled, &settled);
	nr_pending += n;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
	return 0;
}

/**
 * tasks_end() - free all slots
 *
 * No redirect is in transition, and all handlers that saw one in it have ended.
 */
void tasks_end(void)
{
	struct suture_task *slot, *tmp;
	struct tasks_table *table;
	unsigned long flags;
	LIST_HEAD(all);

	raw_spin_lock_irqsave(&tasks_lock, flags);
	WRITE_ONCE(armed, false);
	table = tasks_table;
	tasks_table = NULL;
	target = KLP_UNDEFINED;
	tasks_default = KLP_UNDEFINED;
	list_splice_init(&pending, &all);
	list_splice_init(&settled, &all);
	nr_pending = 0;
	nr_slots = 0;
	nr_kept = 0;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	list_for_each_entry_safe(slot, tmp, &all, node) {
		slot_drop(slot);
		cond_resched();
	}
	kvfree(table);
}

/* Take slots out of the table, some at a time; handlers may be walking over them. */
static void slots_unhash(struct list_head *slots)
{
	struct suture_task *slot;
	unsigned int n = 0;
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_for_each_entry(slot, slots, node) {
		hlist_del_rcu(&slot->hash);
		nr_slots--;
		if (++n % WALK_BATCH)
			continue;
		raw_spin_unlock_irqrestore(&tasks_lock, flags);
		cond_resched();
		raw_spin_lock_irqsave(&tasks_lock, flags);
	}
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

/*
 * In a transition that is long blocked the slots of tasks that died meanwhile
 * would pile up. Look for them when so many tasks have been born that it is worth
 * it, and clear them once that is worth a visit of every CPU.
 */
static void settled_prune(void)
{
	struct suture_task *slot, *tmp;
	unsigned int n = 0;
	unsigned long flags;
	LIST_HEAD(seen);
	LIST_HEAD(gone);

	if (READ_ONCE(nr_slots) - nr_kept < WALK_BATCH)
		return;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_splice_init(&settled, &seen);
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	list_for_each_entry_safe(slot, tmp, &seen, node) {
		cond_resched();
		if (!task_is_gone(slot->task))
			continue;
		list_move(&slot->node, &gone);
		n++;
	}
	if (n < WALK_BATCH)
		list_splice_init(&gone, &seen);
	slots_unhash(&gone);

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_splice(&seen, &settled);
	nr_kept = nr_slots;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	if (list_empty(&gone))
		return;
	/* Handlers may be walking over them. */
	synchronize_handlers();
	list_for_each_entry_safe(slot, tmp, &gone, node)
		slot_drop(slot);
}

/**
 * tasks_pass() - try once to switch each pending task
 * @attempt: tries one: sets its universe and returns 0, or -ESRCH when the task
 *	     is gone, or why not: -EBUSY, -EINVAL, -EADDRINUSE. Must not sleep.
 * @after:   gets the list of those that were running, to try them in another
 *	     way: it sets the universe of those that it switched. May sleep.
 *
 * No lock is held while tasks are tried.
 *
 * Return: how many are left; 0: none, and none will be.
 */
unsigned int tasks_pass(int (*attempt)(struct suture_task *slot),
			void (*after)(struct list_head *running))
{
	struct suture_task *slot, *tmp;
	unsigned int n = 0, left;
	unsigned long flags;
	LIST_HEAD(todo);
	LIST_HEAD(running);
	LIST_HEAD(blocked);
	LIST_HEAD(done);

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_splice_init(&pending, &todo);
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	list_for_each_entry_safe(slot, tmp, &todo, node) {
		int ret = attempt(slot);

		if (!ret || ret == -ESRCH) {
			list_move(&slot->node, &done);
			n++;
		} else if (ret == -EBUSY) {
			list_move(&slot->node, &running);
		} else {
			list_move(&slot->node, &blocked);
		}
		cond_resched();
	}

	if (!list_empty(&running))
		after(&running);
	list_for_each_entry_safe(slot, tmp, &running, node) {
		if (slot->universe != target)
			continue;
		list_move(&slot->node, &done);
		n++;
	}

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_splice(&blocked, &pending);
	list_splice(&running, &pending);
	list_splice(&done, &settled);
	nr_pending -= n;
	left = nr_pending;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	if (left)
		settled_prune();
	return left;
}

/**
 * tasks_each_pending() - call @fn for each task that has yet to switch
 *
 * But for those that are born meanwhile. No lock is held, so @fn may sleep.
 *
 * Context: process context, suture_mutex held, in a transition.
 */
void tasks_each_pending(void (*fn)(struct suture_task *slot, void *arg),
			void *arg)
{
	struct suture_task *slot;
	unsigned long flags;
	LIST_HEAD(todo);

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_splice_init(&pending, &todo);
	raw_spin_unlock_irqrestore(&tasks_lock, flags);

	list_for_each_entry(slot, &todo, node) {
		fn(slot, arg);
		cond_resched();
	}

	raw_spin_lock_irqsave(&tasks_lock, flags);
	list_splice(&todo, &pending);
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

/* Has this task yet to switch? suture_mutex held, in a transition. */
bool tasks_is_pending(const struct suture_task *slot)
{
	return slot->universe != target && !task_is_gone(slot->task);
}

/**
 * tasks_counts() - how many tasks have yet to switch, and of how many
 *
 * Any context that may take tasks_lock; both 0 outside a transition.
 */
void tasks_counts(unsigned int *left, unsigned int *total)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&tasks_lock, flags);
	*left = nr_pending;
	*total = nr_slots;
	raw_spin_unlock_irqrestore(&tasks_lock, flags);
}

/* Set-up. */

static struct {
	const char *name;
	void *probe;
	struct tracepoint *tp;
	bool registered;
} hooks[] = {
	{ .name = "task_newtask", .probe = probe_newtask },
	{ .name = "sched_process_exit", .probe = probe_exit },
};

static void find_hook(struct tracepoint *tp, void *data)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (!strcmp(tp->name, hooks[i].name))
			hooks[i].tp = tp;
}

static int hooks_register(void)
{
	int i, ret;

	for_each_kernel_tracepoint(find_hook, NULL);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		ret = hooks[i].tp ?
			      tracepoint_probe_register(hooks[i].tp,
							hooks[i].probe, NULL) :
			      -ENOENT;
		if (ret) {
			pr_err("cannot hook the tracepoint %s: error %d; Suture needs CONFIG_TRACEPOINTS\n",
			       hooks[i].name, ret);
			return ret;
		}
		hooks[i].registered = true;
	}
	return 0;
}

static void hooks_unregister(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].registered)
			tracepoint_probe_unregister(hooks[i].tp, hooks[i].probe,
						    NULL);
	tracepoint_synchronize_unregister();
}

/**
 * tasks_exit() - undo tasks_init(), or as much of it as was done
 *
 * No transition runs.
 */
void tasks_exit(void)
{
	struct exit_note *note, *tmp;
	int cpu;

	hooks_unregister();
	for_each_possible_cpu(cpu)
		list_for_each_entry_safe(note, tmp,
					 &per_cpu_ptr(&exit_notes, cpu)->list,
					 node)
			note_drop(note);
	reserve_exit(&note_reserve);
	reserve_exit(&slot_reserve);
}

/**
 * tasks_init() - set up the hooks
 *
 * Return: 0 or a negative error with nothing left behind.
 */
int tasks_init(void)
{
	int cpu, ret, ret_notes;

	for_each_possible_cpu(cpu) {
		raw_spin_lock_init(&per_cpu_ptr(&exit_notes, cpu)->lock);
		INIT_LIST_HEAD(&per_cpu_ptr(&exit_notes, cpu)->list);
	}
	ret = reserve_init(&slot_reserve, sizeof(struct suture_task), RESERVE);
	ret_notes = reserve_init(&note_reserve, sizeof(struct exit_note),
				 RESERVE);
	if (!ret)
		ret = ret_notes;
	if (!ret)
		ret = hooks_register();
	if (ret) {
		tasks_exit();
		return ret;
	}
	/* Those that were past the hook when it came. */
	ret = catch_missed_exits();
	if (ret)
		tasks_exit();
	return ret;
}
