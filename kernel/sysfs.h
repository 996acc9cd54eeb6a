/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_SYSFS_H
#define SUTURE_SYSFS_H

#include <linux/livepatch.h>

int sysfs_init(void);
void sysfs_exit(void);
void sysfs_init_patch(struct klp_patch *patch);
void sysfs_init_object(struct klp_object *obj);
void sysfs_init_func(struct klp_func *func);
int sysfs_add_patch(struct klp_patch *patch);
void sysfs_remove_patch(struct klp_patch *patch);

#endif /* SUTURE_SYSFS_H */
