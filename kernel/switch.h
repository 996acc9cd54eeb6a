/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_SWITCH_H
#define SUTURE_SWITCH_H

#include "stack.h"

unsigned int switch_pass(const struct stack_ranges *ranges, int target);
void switch_force(int target);
void switch_wake(void);
bool switch_current(const struct stack_ranges *ranges, int target);
void switch_report(struct task_struct *task, const struct stack_ranges *ranges,
		   struct stack_report *report);

#endif /* SUTURE_SWITCH_H */
