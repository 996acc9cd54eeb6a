/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_TRANSITION_H
#define SUTURE_TRANSITION_H

#include <linux/livepatch.h>

struct stack_ranges;

struct klp_patch *transition_patch(void);
unsigned long transition_serial(void);
const struct stack_ranges *transition_ranges(void);
int transition_target(void);

int transition_init(struct klp_patch *patch, int target);
int transition_update_ranges(void);
int transition_prepare(void);
void transition_start(void);
void transition_abandon(void);
void transition_cancel(void);
int transition_reverse(void);
int transition_force(void);
void transition_switch_current(void);

void transition_exit(void);

#endif /* SUTURE_TRANSITION_H */
