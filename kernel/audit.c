// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The audit: proof, while it runs, that no task mixes universes.
 *
 * Independent of how tasks are judged and switched: whenever a call of a function
 * in transition is about to run in a universe, the caller's own stack is searched
 * for code of the other one. A task that was switched while it was inside of a
 * function that changes is found at the next such call, whatever made the
 * engine believe that it was outside. What is searched for is taken from the
 * functions themselves, not from the ranges of stack.c.
 *
 * Switched on and off by the module parameter "audit". While on it acts on the
 * transitions that start from then on; while off a call costs nothing.
 *
 * Lifetimes. The map is built under suture_mutex, read by handlers, and freed
 * when it was withdrawn and all handlers have been seen to end.
 *
 * A handler must not call what can be traced, since that could come back to it;
 * the walk of the stack can be. Hence the mark that this CPU is at it, one for
 * each kind of context, since an interrupt may come upon the walk of a task: a
 * call that comes from the walk itself is not looked at, nor one in an NMI, and
 * they are counted as skipped.
 */
#include "log.h"

#include <linux/irq_work.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "arch.h"
#include "audit.h"
#include "core.h"
#include "redirect.h"
#include "stats.h"
#include "synchronize.h"
#include "trace.h"

DEFINE_STATIC_KEY_FALSE(audit_key);

/*
 * Above start and below end. The end itself could be a return address only where
 * the last call never returns; but what an interrupt came upon may be the entry of
 * the function that follows.
 */
struct audit_range {
	unsigned long start, end;
	int universe;
};

struct audit_map {
	unsigned int n;
	struct audit_range r[];
};

/* Set under suture_mutex, read by handlers. */
static struct audit_map *audit_map;

#define AUDIT_ENTRIES 128

/* As interrupt_context_level() counts: task, softirq, hardirq. No NMI. */
#define AUDIT_LEVELS 3

struct audit_walk {
	bool busy;
	unsigned long addr[AUDIT_ENTRIES];
};

struct audit_cpu {
	struct audit_walk walk[AUDIT_LEVELS];
};

/*
 * Allocated when the audit is first switched on, before handlers look at it.
 * Both are written under the lock of the module's parameters.
 */
static struct audit_cpu __percpu *audit_cpus;
static bool audit_gone;

/*
 * Of all violations, which are counted, one at a time is described in the log:
 * a handler may not print, so an interrupt of its own does.
 */
struct audit_violation {
	unsigned long ip, found;
	int universe;
	pid_t pid;
	char comm[TASK_COMM_LEN];
};

static struct audit_violation described;
static atomic_t describing = ATOMIC_INIT(0);

static void describe(struct irq_work *work)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 10);

	if (__ratelimit(&limit))
		pr_err("audit: task %d (%s) calls %pS in the %s universe, with %pB of the other one active\n",
		       described.pid, described.comm, (void *)described.ip,
		       described.universe == KLP_PATCHED ? "patched" :
							   "unpatched",
		       (void *)described.found);
	atomic_set_release(&describing, 0);
}

static DEFINE_IRQ_WORK(describe_work, describe);

static notrace void violation(unsigned long ip, unsigned long found,
			      int universe)
{
	stats_inc(STAT_AUDIT_VIOLATIONS);
	trace_audit_violation(current, universe, ip, found);
	/* Acquire pairs with the release in describe(). */
	if (atomic_cmpxchg_acquire(&describing, 0, 1))
		return;
	described.ip = ip;
	described.found = found;
	described.universe = universe;
	described.pid = current->pid;
	memcpy(described.comm, current->comm, TASK_COMM_LEN);
	described.comm[TASK_COMM_LEN - 1] = '\0';
	irq_work_queue(&describe_work);
}

/* The range with the highest start below the address: ranges do not overlap. */
static notrace const struct audit_range *map_find(const struct audit_map *map,
						  unsigned long addr)
{
	unsigned int low = 0, high = map->n;

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (map->r[mid].start < addr)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low || addr >= map->r[low - 1].end)
		return NULL;
	return &map->r[low - 1];
}

notrace void __audit_call(unsigned long ip, int universe)
{
	const struct audit_map *map = READ_ONCE(audit_map);
	unsigned int level = interrupt_context_level();
	struct audit_walk *walk;
	unsigned int i, n;

	if (!map)
		return;
	walk = level < AUDIT_LEVELS ? &this_cpu_ptr(audit_cpus)->walk[level] :
				      NULL;
	if (!walk || walk->busy) {
		stats_inc(STAT_AUDIT_SKIPPED);
		return;
	}
	walk->busy = true;
	/* Seen by what the walk calls, if that comes back here. */
	barrier();

	stats_inc(STAT_AUDIT_CHECKS);
	n = arch_stack_save_current(walk->addr, AUDIT_ENTRIES);
	for (i = 0; i < n; i++) {
		const struct audit_range *range = map_find(map, walk->addr[i]);

		if (range && range->universe != universe) {
			violation(ip, walk->addr[i], universe);
			break;
		}
	}

	barrier();
	walk->busy = false;
}

/* The map. Process context, suture_mutex held. */

static int range_cmp(const void *a, const void *b)
{
	const struct audit_range *ra = a, *rb = b;

	return ra->start < rb->start ? -1 : ra->start > rb->start;
}

static void map_add(struct audit_map *map, const void *func, unsigned long size,
		    unsigned long body, int universe)
{
	struct audit_range *range = &map->r[map->n++];

	range->start = body;
	range->end = (unsigned long)func + size;
	range->universe = universe;
}

static void map_add_func(struct audit_map *map, const struct klp_func *func)
{
	const struct klp_patch *owner;
	const struct klp_func *below = redirect_below(func, &owner);

	/*
	 * The address behind the call to ftrace is on the stack of every call
	 * that is redirected: what is above it is the original's body.
	 */
	if (below)
		map_add(map, below->new_func, below->new_size,
			(unsigned long)below->new_func, KLP_UNPATCHED);
	else
		map_add(map, func->old_func, func->old_size,
			func->ftrace_ip + MCOUNT_INSN_SIZE, KLP_UNPATCHED);
	if (!func->nop)
		map_add(map, func->new_func, func->new_size,
			(unsigned long)func->new_func, KLP_PATCHED);
}

static struct audit_map *map_build(struct klp_patch *patch)
{
	struct klp_object *obj;
	struct klp_func *func;
	struct audit_map *map;
	unsigned int n = 0;

	klp_for_each_object(patch, obj)
		klp_for_each_func(obj, func)
			n += 2;
	map = kvzalloc(struct_size(map, r, n), GFP_KERNEL);
	if (!map)
		return NULL;
	klp_for_each_object(patch, obj)
		klp_for_each_func(obj, func)
			if (func->redirect)
				map_add_func(map, func);
	sort(map->r, map->n, sizeof(map->r[0]), range_cmp, NULL);
	return map;
}

/**
 * audit_update() - take note of which code changes
 * @patch: in transition, with its functions redirected
 *
 * Return: 0, or -ENOMEM with the former map kept.
 */
int audit_update(struct klp_patch *patch)
{
	struct audit_map *map, *old = audit_map;

	if (!static_key_enabled(&audit_key.key) && !old)
		return 0;
	map = map_build(patch);
	if (!map)
		return -ENOMEM;
	/* Publishes its content. */
	smp_store_release(&audit_map, map);
	if (old) {
		synchronize_handlers();
		kvfree(old);
	}
	return 0;
}

/**
 * audit_end() - the transition is over
 *
 * No function is in transition, and handlers that saw one have ended.
 */
void audit_end(void)
{
	struct audit_map *map = audit_map;

	WRITE_ONCE(audit_map, NULL);
	kvfree(map);
}

/* No patch is left, so no handler runs; the parameter outlives us. */
void audit_exit(void)
{
	irq_work_sync(&describe_work);
	kernel_param_lock(THIS_MODULE);
	audit_gone = true;
	free_percpu(audit_cpus);
	kernel_param_unlock(THIS_MODULE);
}

/* The parameter. */

static int audit_set(const char *value, const struct kernel_param *param)
{
	bool on;
	int ret;

	ret = kstrtobool(value, &on);
	if (ret)
		return ret;
	if (audit_gone)
		return -ENODEV;
	if (on && !audit_cpus)
		audit_cpus = alloc_percpu(struct audit_cpu);
	if (on && !audit_cpus)
		return -ENOMEM;
	if (on)
		static_branch_enable(&audit_key);
	else
		static_branch_disable(&audit_key);
	return 0;
}

static int audit_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%c\n",
			  static_key_enabled(&audit_key.key) ? 'Y' : 'N');
}

static const struct kernel_param_ops audit_ops = {
	.set = audit_set,
	.get = audit_get,
};
module_param_cb(audit, &audit_ops, NULL, 0644);
MODULE_PARM_DESC(audit,
		 "Check at each call in a transition that no universes are mixed (off)");
