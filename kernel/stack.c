// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stack checking: is a task inside code that a transition takes away from it?
 *
 * The code in question is a sorted array of address ranges, built once for each
 * direction of a transition:
 *
 * - on the way to the patched universe, for each function what runs before: the
 *   original, or the replacement of the patch below, and their cold parts;
 * - on the way back, the whole code of the patch's module: a replacement may
 *   have left itself for a helper by a tail call, and its cold part is there too;
 *   for a nop entry, the original;
 * - with a patch that replaces others the whole code of those, likewise;
 * - on both ways the address behind each site's call to ftrace. A task that is
 *   held up between the function's entry and the code that the handler chose has
 *   that on its stack, and nothing else tells what it will run.
 *
 * A range includes its end: the return address of a call that is a function's
 * last instruction, since it never returns, lies there.
 */
#include "log.h"

#include <linux/bsearch.h>
#include <linux/kallsyms.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "arch.h"
#include "core.h"
#include "redirect.h"
#include "replace.h"
#include "stack.h"
#include "symbols.h"

struct code_range {
	unsigned long start;
	unsigned long end;
};

struct stack_ranges {
	unsigned int n, max;
	struct code_range r[];
};

/* Per CPU: checks run with preemption off, and never in an interrupt. */
struct stack_entries {
	unsigned long addr[STACK_MAX_ENTRIES];
};

static DEFINE_PER_CPU(struct stack_entries, stack_entries);

/* Building. Ranges beyond the room are counted, not stored. */

static void range_add(struct stack_ranges *ranges, unsigned long start,
		      unsigned long size)
{
	if (ranges->n < ranges->max) {
		ranges->r[ranges->n].start = start;
		ranges->r[ranges->n].end = start + size;
	}
	ranges->n++;
}

static int range_add_cold(void *data, unsigned long addr)
{
	unsigned long size;

	if (!symbols_size(addr, &size))
		range_add(data, addr, size);
	return 0;
}

/* A function of @mod, NULL: of vmlinux, and its cold parts. */
static void range_add_function(struct stack_ranges *ranges, const void *func,
			       unsigned long size, const struct module *mod)
{
	char name[KSYM_SYMBOL_LEN];

	range_add(ranges, (unsigned long)func, size);
	sprint_symbol_no_offset(name, (unsigned long)func);
	/* "name [module]" */
	name[strcspn(name, " ")] = '\0';
	symbols_each_cold_part(mod, name, range_add_cold, ranges);
}

/* What @func's patch takes away on the way to the patched universe. */
static void range_add_old(struct stack_ranges *ranges,
			  const struct klp_object *obj,
			  const struct klp_func *func)
{
	const struct klp_patch *owner;
	const struct klp_func *below = redirect_below(func, &owner);

	if (below)
		range_add_function(ranges, below->new_func, below->new_size,
				   owner->mod);
	else
		range_add_function(ranges, func->old_func, func->old_size,
				   obj->mod);
}

/* What it takes away on the way back, where that is not in the patch's module. */
static void range_add_new(struct stack_ranges *ranges,
			  const struct klp_patch *patch,
			  const struct klp_object *obj,
			  const struct klp_func *func)
{
	unsigned long start, size;

	if (func->nop) {
		/* The way back leads out of the original, and into another patch. */
		range_add_function(ranges, func->old_func, func->old_size,
				   obj->mod);
		return;
	}
	compat_module_text(patch->mod, &start, &size);
	if ((unsigned long)func->new_func - start >= size)
		range_add(ranges, (unsigned long)func->new_func,
			  func->new_size);
}

/* The whole code of a patch that goes, in its module and elsewhere. */
static void range_add_patch(struct stack_ranges *ranges,
			    const struct klp_patch *patch)
{
	const struct klp_object *obj;
	const struct klp_func *func;
	unsigned long start, size;

	compat_module_text(patch->mod, &start, &size);
	range_add(ranges, start, size);
	klp_for_each_object(patch, obj) {
		if (!obj->patched)
			continue;
		klp_for_each_func(obj, func)
			if (func->redirect)
				range_add_new(ranges, patch, obj, func);
	}
}

static void ranges_collect(struct stack_ranges *ranges, struct klp_patch *patch,
			   int target)
{
	struct klp_object *obj;
	struct klp_func *func;
	struct klp_patch *old;

	if (target == KLP_UNPATCHED) {
		range_add_patch(ranges, patch);
	} else {
		list_for_each_entry(old, &suture_patches, list)
			if (replace_takes(patch, old))
				range_add_patch(ranges, old);
	}
	klp_for_each_object(patch, obj) {
		if (!obj->patched)
			continue;
		klp_for_each_func(obj, func) {
			if (!func->redirect)
				continue;
			range_add(ranges, func->ftrace_ip + MCOUNT_INSN_SIZE, 0);
			if (target == KLP_PATCHED)
				range_add_old(ranges, obj, func);
		}
	}
}

static int range_cmp(const void *a, const void *b)
{
	const struct code_range *ra = a, *rb = b;

	return ra->start < rb->start ? -1 : ra->start > rb->start;
}

/* Merge what overlaps, so that a search finds the one range of an address. */
static void ranges_merge(struct stack_ranges *ranges)
{
	unsigned int i, n = 0;

	for (i = 0; i < ranges->n; i++) {
		struct code_range *last = n ? &ranges->r[n - 1] : NULL;

		if (last && ranges->r[i].start <= last->end)
			last->end = max(last->end, ranges->r[i].end);
		else
			ranges->r[n++] = ranges->r[i];
	}
	ranges->n = n;
}

/**
 * stack_ranges_build() - what no task may be inside of when it switches
 * @patch:  in transition, with its functions redirected
 * @target: the direction
 *
 * Context: process context, suture_mutex held.
 * Return: the ranges, for stack_ranges_free(), or NULL for want of memory.
 */
struct stack_ranges *stack_ranges_build(struct klp_patch *patch, int target)
{
	struct stack_ranges *ranges, count = { 0 };

	ranges_collect(&count, patch, target);
	ranges = kvzalloc(struct_size(ranges, r, count.n), GFP_KERNEL);
	if (!ranges)
		return NULL;
	ranges->max = count.n;
	ranges_collect(ranges, patch, target);
	if (WARN_ON_ONCE(ranges->n > ranges->max)) {
		kvfree(ranges);
		return NULL;
	}
	sort(ranges->r, ranges->n, sizeof(ranges->r[0]), range_cmp, NULL);
	ranges_merge(ranges);
	return ranges;
}

void stack_ranges_free(struct stack_ranges *ranges)
{
	kvfree(ranges);
}

/* Checking. */

static int range_find(const void *key, const void *elt)
{
	unsigned long addr = *(const unsigned long *)key;
	const struct code_range *range = elt;

	if (addr < range->start)
		return -1;
	return addr > range->end;
}

/* The first of @addr that is in a range, or 0. */
static unsigned long ranges_hit(const struct stack_ranges *ranges,
				const unsigned long *addr, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (bsearch(&addr[i], ranges->r, ranges->n,
			    sizeof(ranges->r[0]), range_find))
			return addr[i];
	return 0;
}

static int stack_walk(struct task_struct *task, unsigned long *entries)
{
	return compat_stack_can_be_walked(task) ?
		       arch_stack_walk_task(task, entries, STACK_MAX_ENTRIES) :
		       -EINVAL;
}

/**
 * stack_check() - may this task switch?
 * @task:   current with preemption off, or off its CPU and kept from running
 * @ranges: of the transition
 * @where:  with -EADDRINUSE set to the innermost address that is in a range
 *
 * Context: preemption off, not in an interrupt; takes no lock.
 * Return: 0: nothing of @ranges is on its stack; -EADDRINUSE: something is;
 * -EINVAL: its stack cannot be walked reliably now.
 */
int stack_check(struct task_struct *task, const struct stack_ranges *ranges,
		unsigned long *where)
{
	unsigned long *entries = this_cpu_ptr(&stack_entries)->addr;
	int n;

	n = stack_walk(task, entries);
	if (n < 0)
		return -EINVAL;
	*where = ranges_hit(ranges, entries, n);
	return *where ? -EADDRINUSE : 0;
}

/**
 * stack_report() - what stack_check() would say, and why
 * @task:   as for stack_check()
 * @ranges: of the transition
 * @report: the result
 *
 * Context: as stack_check().
 */
void stack_report(struct task_struct *task, const struct stack_ranges *ranges,
		  struct stack_report *report)
{
	int n;

	/* A walk that gives up leaves what it has seen, and nothing behind. */
	memset(report->addr, 0, sizeof(report->addr));
	n = stack_walk(task, report->addr);
	if (n >= 0) {
		report->where = ranges_hit(ranges, report->addr, n);
		report->verdict = report->where ? -EADDRINUSE : 0;
		report->reliable = n;
		report->n = n;
		return;
	}
	report->verdict = -EINVAL;
	report->where = 0;
	report->reliable = 0;
	while (report->reliable < STACK_MAX_ENTRIES &&
	       report->addr[report->reliable])
		report->reliable++;
	report->n = 0;
	if (compat_stack_can_be_walked(task))
		report->n = hidden(stack_trace_save_tsk)(
			task, report->addr, STACK_MAX_ENTRIES, 0);
}
