/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_STACK_H
#define SUTURE_STACK_H

#include <linux/livepatch.h>
#include <linux/sched.h>

struct stack_ranges;

/* Deepest stack that is judged. */
#define STACK_MAX_ENTRIES 256

/**
 * struct stack_report - what a task's stack looks like, for people
 * @verdict:  as stack_check() says
 * @reliable: how many frames could be walked reliably
 * @where:    with -EADDRINUSE: the first address that is in a range
 * @n:        how many of @addr there are, innermost first; with -EINVAL a guess
 * @addr:     return addresses
 */
struct stack_report {
	int verdict;
	unsigned int reliable;
	unsigned long where;
	unsigned int n;
	unsigned long addr[STACK_MAX_ENTRIES];
};

struct stack_ranges *stack_ranges_build(struct klp_patch *patch, int target);
void stack_ranges_free(struct stack_ranges *ranges);
int stack_check(struct task_struct *task, const struct stack_ranges *ranges,
		unsigned long *where);
void stack_report(struct task_struct *task, const struct stack_ranges *ranges,
		  struct stack_report *report);

#endif /* SUTURE_STACK_H */
