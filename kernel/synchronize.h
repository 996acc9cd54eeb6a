/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_SYNCHRONIZE_H
#define SUTURE_SYNCHRONIZE_H

void synchronize_handlers(void);
void synchronize_rcu_tasks_idle(void);

#endif /* SUTURE_SYNCHRONIZE_H */
