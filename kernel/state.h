/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_STATE_H
#define SUTURE_STATE_H

#include <linux/livepatch.h>

bool states_are_compatible(struct klp_patch *patch);
int states_check(struct klp_patch *patch);

int states_pre_patch(struct klp_patch *patch);
void states_pre_unpatch(struct klp_patch *patch, bool enabled);
void states_complete(struct klp_patch *patch, bool enabled);

#endif /* SUTURE_STATE_H */
