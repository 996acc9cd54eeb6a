/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x86_64: the ftrace trampoline returns to the ip that the handler leaves. The
 * ORC unwinder walks reliably through trampolines and preemption, so a task
 * preempted in a trampoline can be judged: its stack shows the address behind the
 * call to ftrace. Through a kretprobe it walks only where the task sleeps.
 */
#ifndef SUTURE_X86_REDIRECT_H
#define SUTURE_X86_REDIRECT_H

#include "../common/arch_set_ip.h"

#endif /* SUTURE_X86_REDIRECT_H */
