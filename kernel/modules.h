/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_MODULES_H
#define SUTURE_MODULES_H

#include <linux/livepatch.h>

int modules_init(void);
void modules_exit(void);
int modules_wait(struct klp_patch *patch);
int modules_find_object(struct klp_patch *patch, struct klp_object *obj);

#endif /* SUTURE_MODULES_H */
