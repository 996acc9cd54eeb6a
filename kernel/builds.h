/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_BUILDS_H
#define SUTURE_BUILDS_H

#include <linux/livepatch.h>

int builds_check(struct klp_patch *patch, const struct module *mod);
int builds_check_names(struct klp_patch *patch);

#endif /* SUTURE_BUILDS_H */
