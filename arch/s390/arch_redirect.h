/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * s390x: ftrace_caller branches to the psw address that the handler leaves. The
 * kernel calls a stack with an interrupt or a kretprobe on it unreliable, so a
 * task preempted in the kernel is judged when it next sleeps or leaves.
 */
#ifndef SUTURE_S390_REDIRECT_H
#define SUTURE_S390_REDIRECT_H

#include "../common/arch_set_ip.h"

#endif /* SUTURE_S390_REDIRECT_H */
