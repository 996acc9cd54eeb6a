/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_WAKE_H
#define SUTURE_WAKE_H

#include "tasks.h"

void wake_blocker(struct suture_task *slot);
void wake_exit(void);

#endif /* SUTURE_WAKE_H */
