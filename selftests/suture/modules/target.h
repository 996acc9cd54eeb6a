/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test modules and the programs that call into them agree on: the
 * functions that can be called, the ways of calling them, and the shape of an
 * answer.
 *
 * Every function under test answers with the universe that its code belongs to
 * (0: the original; n: patch generation n) and a payload computed from its
 * arguments. A program knows the payload to expect, so a damaged argument, a
 * damaged return value and a wrong table of contents all show from outside.
 */
#ifndef SUTURE_TEST_TARGET_H
#define SUTURE_TEST_TARGET_H

#include <linux/ioctl.h>
#include <linux/types.h>

/*
 * The two modules that call: test_target has the functions in itself,
 * test_caller reaches them across a module boundary.
 */
#define TARGET_PROC	"suture_target"
#define CALLER_PROC	"suture_caller"

enum target_function {
	TARGET_SINGLE,		/* one argument */
	TARGET_TAIL,		/* reached by a tail call from a function that is not patched */
	TARGET_MANY,		/* ten arguments: some of them on the stack */
	TARGET_VARARGS,
	TARGET_BIG,		/* a large structure by value, in and out */
	TARGET_RECURSE,		/* deep, through its own name */
	TARGET_ALTERNATE,	/* deep, in turns with a function that is not patched */
	TARGET_PAIR,		/* two functions and their caller, changed together */
	TARGET_NAP,		/* sleeps a moment inside; task context only */
	TARGET_CALLABLE,	/* the number of those above */
	TARGET_SLEEP,		/* sleeps inside until its token is released */
	TARGET_OUTER,		/* calls a function that does so */
};

enum target_how { TARGET_DIRECT, TARGET_POINTER, TARGET_HOWS };

enum target_context { TARGET_TASK, TARGET_SOFTIRQ, TARGET_HARDIRQ, TARGET_CONTEXTS };

struct target_call {
	/* in */
	__u32 function;		/* enum target_function */
	__u32 how;		/* enum target_how */
	__u32 context;		/* enum target_context */
	__u32 seed;		/* what the arguments are made of; the token of a sleep */
	/* out */
	__u64 answer;
	__u64 globals;		/* the caller's own data, read after the call */
	__u32 ran_in;		/* enum target_context: where the call really was made */
	__u32 reserved;
};

#define TARGET_CALL	_IOWR('S', 1, struct target_call)

#define TARGET_ARGUMENTS	10
#define TARGET_BIG_VALUES	15
#define TARGET_DEPTH		20	/* an s390x frame is 160 bytes and more */
#define TARGET_TOKENS		64

#define TARGET_SALT	0x5a175a17ULL	/* each module has it in data of its own */
#define TARGET_GLOBALS	0x600dda7a600dda7aULL

#define TARGET_MIXED	0xff		/* in place of a universe: several were seen */

static inline __u64 target_answer(__u64 universe, __u64 payload)
{
	return universe << 56 | (payload & (~0ULL >> 8));
}

static inline __u64 target_universe(__u64 answer)
{
	return answer >> 56;
}

static inline __u64 target_payload(__u64 answer)
{
	return answer & (~0ULL >> 8);
}

/* The answer of a function that asked another one: they must agree on the universe. */
static inline __u64 target_combine(__u64 universe, __u64 inner, __u64 payload)
{
	if (target_universe(inner) != universe)
		universe = TARGET_MIXED;
	return target_answer(universe, target_payload(inner) + payload);
}

#endif
