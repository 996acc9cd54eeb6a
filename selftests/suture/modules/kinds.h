/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What test_kinds and the program kinds agree on: tasks of every kind that call,
 * or are inside of, functions which a patch changes. Each such task has a token.
 *
 * /proc/suture_kinds, written:
 *	release TOKEN		lets it go on from where it is held
 *	thread KIND TOKEN	starts a kernel thread, bound to a CPU by its token
 *	stop TOKEN		ends it
 * read: one line for each token in use, "TOKEN STATE CALLS UNIVERSE", where STATE
 * is held or free, and UNIVERSE that of the code that ran last for the token
 * (-1: none so far).
 */
#ifndef SUTURE_TEST_KINDS_H
#define SUTURE_TEST_KINDS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define KINDS_PROC	"suture_kinds"
#define KINDS_TOKENS	16

enum kinds_act {
	KINDS_STEP,		/* calls a function that is patched */
	KINDS_SLEEP_INSIDE,	/* held in the middle of one, asleep */
	KINDS_SPIN_INSIDE,	/* the same, on the CPU, in the kernel */
	KINDS_DOZE_INSIDE,	/* the same, but a signal ends it, and it is called again */
	KINDS_SLEEP,		/* held outside of any, and then calls one */
	KINDS_SPIN,
	/* Only that of KINDS_SLEEP, when the file is closed: */
	KINDS_AT_CLOSE,
	KINDS_ACTS,
};

struct kinds_call {
	__u32 act;		/* enum kinds_act */
	__u32 token;
	__s32 universe;		/* out: whose code it ran; not for KINDS_AT_CLOSE */
};

/*
 * A read of one byte from the file does the act that KINDS_ON_READ has chosen, and
 * gives the universe.
 */
#define KINDS_CALL	_IOWR('K', 1, struct kinds_call)
#define KINDS_ON_READ	_IOW('K', 2, struct kinds_call)

#endif
