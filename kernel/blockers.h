/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_BLOCKERS_H
#define SUTURE_BLOCKERS_H

#include <linux/proc_fs.h>

extern const struct proc_ops blockers_proc_ops;

void blockers_log(unsigned int max);
unsigned int blockers_text(char *text, size_t size, unsigned int max);

#endif /* SUTURE_BLOCKERS_H */
