/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * s390x: ftrace_common branches to the address in orig_gpr2, if there is one,
 * and else to the psw address. The former is what direct callers use; we set it,
 * since a kprobe on the same function, whose handler may run after ours, resets
 * the psw address. The kernel calls a stack with an interrupt or a kretprobe on
 * it unreliable, so a task preempted in the kernel is judged when it next sleeps
 * or leaves.
 *
 * Who sets orig_gpr2 last has its way: beside a direct caller that would be now one,
 * now the other, and neither would know.
 */
#ifndef SUTURE_S390_REDIRECT_H
#define SUTURE_S390_REDIRECT_H

#include <linux/ftrace.h>

struct arch_target {
	unsigned long ip;
};

static __always_inline void arch_redirect(struct ftrace_regs *fregs,
					  const struct arch_target *target)
{
	compat_ftrace_pt_regs(fregs)->orig_gpr2 = target->ip;
}

static inline bool arch_redirect_beside_direct(void)
{
	return false;
}

#endif /* SUTURE_S390_REDIRECT_H */
