/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_REDIRECT_H
#define SUTURE_REDIRECT_H

#include <linux/livepatch.h>

/**
 * struct redirect_live - whose code a function runs: a patch's name or "original"
 * @unpatched: in tasks of the unpatched universe
 * @patched:   in tasks of the patched one; outside a transition the same
 */
struct redirect_live {
	const char *unpatched;
	const char *patched;
};

int redirect_init(void);
void redirect_exit(void);

int redirect_add(struct klp_patch *patch, struct klp_object *only);
void redirect_remove(struct klp_patch *patch, struct klp_object *only);
void redirect_remove_nops(struct klp_patch *patch);
bool redirect_leave_module(const struct module *mod);
void redirect_reap(void);
bool redirect_is_armed(unsigned long ip);
void redirect_mark(struct klp_func *func, bool transition);
void redirect_live(const struct klp_func *func, struct redirect_live *live);
const struct klp_func *redirect_below(const struct klp_func *func,
				      const struct klp_patch **owner);

#endif /* SUTURE_REDIRECT_H */
