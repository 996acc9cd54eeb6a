/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an architecture provides. arch/<arch>/arch_redirect.h has what the handler
 * inlines; the functions below are in arch/<arch>/ or, where architectures do
 * not differ, in arch/common/.
 *
 * arch_redirect.h defines
 *
 *   struct arch_target
 *	how a replacement is entered; one for each replacement that is applied.
 *
 *   static inline void
 *   arch_redirect(struct ftrace_regs *fregs, const struct arch_target *target)
 *	makes the traced call continue in the replacement. Runs in the ftrace
 *	handler: any context, NMI included, preemption off, nothing that can be
 *	traced may be called.
 *
 *   static inline bool arch_redirect_beside_direct(void)
 *	whether a function can be redirected that has a direct caller, too, which
 *	is ready to give way (direct.c).
 */
#ifndef SUTURE_ARCH_H
#define SUTURE_ARCH_H

#include "arch_redirect.h"

struct task_struct;

/**
 * arch_target_init() - prepare entry into a replacement
 * @target: to set up
 * @func:   the replacement
 *
 * Context: process context, suture_mutex held.
 * Return: 0 or -ENOSPC: no stub is left.
 */
int arch_target_init(struct arch_target *target, void *func);

/**
 * arch_target_release() - undo arch_target_init()
 *
 * To be called when no task, no stub and no handler can reach the replacement
 * through @target any more. suture_mutex held.
 */
void arch_target_release(struct arch_target *target);

/**
 * arch_stack_walk_task() - the return addresses on a task's kernel stack
 * @task:    current, with preemption off, or a task that is not on a CPU and
 *	     is kept from running by the caller
 * @entries: filled, innermost first
 * @size:    room in @entries
 *
 * Where an entry stub or a return stub stands in for a caller or a replacement,
 * the true addresses are in the result. Context: any that may take no lock;
 * interrupts may be off.
 *
 * Return: the number of entries; -EINVAL when the stack cannot be walked
 * reliably, or is deeper than @size.
 */
int arch_stack_walk_task(struct task_struct *task, unsigned long *entries,
			 unsigned int size);

/**
 * arch_stack_save_current() - the return addresses on the current stack, as far
 *			       as one can tell
 * @entries: filled, innermost first, the caller's own frames included
 * @size:    room in @entries
 *
 * For the audit: through interrupts, and never failing. Where stubs stand in for
 * callers the true addresses follow at the end.
 *
 * Context: any but NMI, preemption off; calls what can be traced.
 * Return: the number of entries.
 */
unsigned int arch_stack_save_current(unsigned long *entries, unsigned int size);

#endif /* SUTURE_ARCH_H */
