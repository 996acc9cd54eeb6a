/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_PROCFS_H
#define SUTURE_PROCFS_H

int procfs_init(void);
void procfs_exit(void);

#endif /* SUTURE_PROCFS_H */
