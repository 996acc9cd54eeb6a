/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For architectures where ftrace continues at whatever ip the handler leaves,
 * with nothing else to do on entry or return.
 */
#ifndef SUTURE_ARCH_SET_IP_H
#define SUTURE_ARCH_SET_IP_H

#include <linux/ftrace.h>

struct arch_target {
	unsigned long ip;
};

static __always_inline void arch_redirect(struct ftrace_regs *fregs,
					  const struct arch_target *target)
{
	ftrace_regs_set_instruction_pointer(fregs, target->ip);
}

static inline bool arch_redirect_beside_direct(void)
{
	return true;
}

#endif /* SUTURE_ARCH_SET_IP_H */
