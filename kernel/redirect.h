/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_REDIRECT_H
#define SUTURE_REDIRECT_H

#include <linux/livepatch.h>

int redirect_init(void);
void redirect_exit(void);

int redirect_add(struct klp_patch *patch, struct klp_object *only);
void redirect_remove(struct klp_patch *patch, struct klp_object *only);
void redirect_remove_nops(struct klp_patch *patch);
void redirect_leave_module(const struct module *mod);
void redirect_reap(void);
void redirect_mark(struct klp_func *func, bool transition);
const struct klp_func *redirect_below(const struct klp_func *func,
				      const struct klp_patch **owner);

#endif /* SUTURE_REDIRECT_H */
