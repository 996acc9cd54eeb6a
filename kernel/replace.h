/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_REPLACE_H
#define SUTURE_REPLACE_H

#include <linux/livepatch.h>

bool replace_takes(const struct klp_patch *patch, const struct klp_patch *old);
int replace_check(struct klp_patch *patch);
int replace_add_nops(struct klp_patch *patch);
void replace_unpatch(struct klp_patch *patch);
void replace_release(struct klp_patch *patch);

#endif /* SUTURE_REPLACE_H */
