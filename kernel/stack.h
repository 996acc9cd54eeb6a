/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_STACK_H
#define SUTURE_STACK_H

#include <linux/livepatch.h>
#include <linux/sched.h>

struct stack_ranges;

struct stack_ranges *stack_ranges_build(struct klp_patch *patch, int target);
void stack_ranges_free(struct stack_ranges *ranges);
int stack_check(struct task_struct *task, const struct stack_ranges *ranges);

#endif /* SUTURE_STACK_H */
