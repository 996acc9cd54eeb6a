/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_IMPORTS_H
#define SUTURE_IMPORTS_H

#include <linux/livepatch.h>

int imports_check_module(const struct module *mod);
int imports_check(struct klp_patch *patch);
int imports_resolve(struct klp_patch *patch, struct klp_object *obj);
void imports_reset(struct klp_patch *patch, struct klp_object *obj);

#endif /* SUTURE_IMPORTS_H */
