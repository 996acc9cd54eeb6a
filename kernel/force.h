/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_FORCE_H
#define SUTURE_FORCE_H

#include <linux/livepatch.h>

struct seq_file;

void force_note(struct klp_patch *patch, int target);
int force_check(struct klp_patch *patch);
int force_show(struct seq_file *m, void *v);
void force_exit(void);

#endif /* SUTURE_FORCE_H */
