/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_AUDIT_H
#define SUTURE_AUDIT_H

#include <linux/jump_label.h>
#include <linux/livepatch.h>

DECLARE_STATIC_KEY_FALSE(audit_key);

void __audit_call(unsigned long ip, int universe);

/**
 * audit_call() - a call in a transition goes to @universe: look at its callers
 *
 * For the ftrace handler: any context, preemption off. Free while the audit is
 * off.
 */
static __always_inline void audit_call(unsigned long ip, int universe)
{
	if (static_branch_unlikely(&audit_key))
		__audit_call(ip, universe);
}

int audit_update(struct klp_patch *patch);
void audit_end(void);
void audit_exit(void);

#endif /* SUTURE_AUDIT_H */
