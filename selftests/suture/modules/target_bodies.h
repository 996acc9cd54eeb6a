/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bodies of the functions under test, once for all universes: the target
 * defines them for universe 0, each patch for its own. The includer says
 *
 *   UNIVERSE	which one this is
 *   LINKAGE	static in a patch, nothing in the target
 *   NAME(x)	what this universe calls function x
 *
 * A body calls other functions under test by their original name target_*(),
 * so that redirection, not the compiler, decides which code answers: only then
 * can a task that was switched too early be seen.
 *
 * noinline and __noclone keep the compiler from giving a caller a private copy.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/stdarg.h>

#include "target.h"
#include "target_functions.h"

#define FUNCTION LINKAGE noinline __noclone

/* Read through the table of contents of whichever module the code is in. */
static u64 salt = TARGET_SALT;

FUNCTION u64 NAME(single)(u64 seed)
{
	return target_answer(UNIVERSE, seed * 3 + READ_ONCE(salt));
}

FUNCTION u64 NAME(many)(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 g, u64 h, u64 i, u64 j)
{
	return target_answer(UNIVERSE, a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h +
				       9 * i + 10 * j + READ_ONCE(salt));
}

FUNCTION u64 NAME(varargs)(unsigned int count, ...)
{
	u64 sum = READ_ONCE(salt);
	unsigned int i;
	va_list args;

	va_start(args, count);
	for (i = 1; i <= count; i++)
		sum += i * va_arg(args, u64);
	va_end(args);
	return target_answer(UNIVERSE, sum);
}

FUNCTION struct target_big NAME(big)(struct target_big in, u64 factor)
{
	struct target_big out = { .universe = UNIVERSE };
	unsigned int i;

	for (i = 0; i < TARGET_BIG_VALUES; i++)
		out.values[i] = in.values[i] * factor + READ_ONCE(salt);
	return out;
}

FUNCTION u64 NAME(recurse)(unsigned int depth, u64 seed)
{
	if (depth == 0)
		return target_answer(UNIVERSE, seed + READ_ONCE(salt));
	return target_combine(UNIVERSE, target_recurse(depth - 1, seed), depth);
}

FUNCTION u64 NAME(odd)(unsigned int depth, u64 seed)
{
	if (depth == 1)
		return target_answer(UNIVERSE, seed + READ_ONCE(salt));
	return target_combine(UNIVERSE, target_even(depth - 1, seed), depth);
}

FUNCTION u64 NAME(first)(u64 seed)
{
	return target_answer(UNIVERSE, seed + READ_ONCE(salt));
}

FUNCTION u64 NAME(second)(u64 seed)
{
	return target_answer(UNIVERSE, seed * 2 + READ_ONCE(salt));
}

FUNCTION u64 NAME(pair)(u64 seed)
{
	u64 answer = target_combine(UNIVERSE, target_first(seed), 0);

	target_pause(seed);
	return target_combine(target_universe(answer), target_second(seed), target_payload(answer));
}

FUNCTION u64 NAME(nap)(u64 seed)
{
	usleep_range(20, 60);
	return target_answer(UNIVERSE, seed * 5 + READ_ONCE(salt));
}

FUNCTION u64 NAME(sleep)(u64 token)
{
	target_wait(token);
	return target_answer(UNIVERSE, token);
}

FUNCTION u64 NAME(inner)(u64 token)
{
	target_wait(token);
	return target_answer(UNIVERSE, token);
}

/* Answers with its own universe, and with the inner one's as the payload. */
FUNCTION u64 NAME(outer)(u64 token)
{
	return target_answer(UNIVERSE, target_universe(target_inner(token)));
}

/* Needs nothing from any module, so that a patch of this alone does not hold the target. */
FUNCTION int NAME(version)(void)
{
	return UNIVERSE;
}
