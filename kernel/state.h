/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_STATE_H
#define SUTURE_STATE_H

#include <linux/livepatch.h>

bool states_are_compatible(struct klp_patch *patch);

#endif /* SUTURE_STATE_H */
