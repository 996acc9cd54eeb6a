// SPDX-License-Identifier: GPL-2.0
/* The original functions, universe 0, and those beside them that no patch touches. */
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/wait.h>

#define UNIVERSE 0
#define LINKAGE
#define NAME(x) target_##x
#include "target_bodies.h"

EXPORT_SYMBOL_GPL(target_single);
EXPORT_SYMBOL_GPL(target_many);
EXPORT_SYMBOL_GPL(target_varargs);
EXPORT_SYMBOL_GPL(target_big);
EXPORT_SYMBOL_GPL(target_recurse);
EXPORT_SYMBOL_GPL(target_odd);
EXPORT_SYMBOL_GPL(target_first);
EXPORT_SYMBOL_GPL(target_second);
EXPORT_SYMBOL_GPL(target_pair);
EXPORT_SYMBOL_GPL(target_nap);
EXPORT_SYMBOL_GPL(target_inner);
EXPORT_SYMBOL_GPL(target_sleep);

FUNCTION u64 target_tail(u64 seed)
{
	return target_single(seed + 1);
}
EXPORT_SYMBOL_GPL(target_tail);

FUNCTION u64 target_even(unsigned int depth, u64 seed)
{
	return target_odd(depth - 1, seed) + depth;
}
EXPORT_SYMBOL_GPL(target_even);

/*
 * Between the two halves of a pair, which is where a task must not be switched:
 * long enough that at any time some task is there.
 */
FUNCTION void target_pause(u64 seed)
{
	if (!in_task()) {
		udelay(seed % 4);
		return;
	}
	switch (seed % 16) {
	case 0:
		schedule_timeout_uninterruptible(1);
		break;
	case 1:
		usleep_range(100, 400);
		break;
	case 2:
	case 3:
		cond_resched();
		break;
	case 4:
	case 5:
		udelay(20);
		break;
	}
}
EXPORT_SYMBOL_GPL(target_pause);

static DECLARE_WAIT_QUEUE_HEAD(sleepers);
static DECLARE_BITMAP(sleeping, TARGET_TOKENS);

/*
 * Sleeps until target_release(). Killable, not interruptible: an engine that
 * pokes a blocker as a signal does must not be able to shake it out of here.
 */
FUNCTION int target_wait(u64 token)
{
	if (token >= TARGET_TOKENS || test_and_set_bit(token, sleeping))
		return -EINVAL;
	if (wait_event_killable(sleepers, !test_bit(token, sleeping))) {
		clear_bit(token, sleeping);
		return -EINTR;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(target_wait);

int target_release(u64 token)
{
	if (token >= TARGET_TOKENS || !test_and_clear_bit(token, sleeping))
		return -ENOENT;
	wake_up_all(&sleepers);
	return 0;
}

unsigned int target_sleepers(void)
{
	return bitmap_weight(sleeping, TARGET_TOKENS);
}

/* Cannot be traced, so cannot be patched. */
FUNCTION notrace int target_notrace(void)
{
	return UNIVERSE;
}
