// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patience: how soon a transition tries again, when it wakes the tasks that it
 * waits for, and when it gives up.
 *
 * Module parameters, to be changed at any time:
 *
 *	deadline_ms	what patches that are loaded from then on start with as
 *			their own deadline_ms; 0: never give up, as mainline
 *	wake_after_ms	when to begin to wake blockers as a signal would, and at
 *			which interval to repeat it; 0: never
 *
 * State under suture_mutex.
 */
#include "log.h"

#include <linux/ktime.h>
#include <linux/module.h>

#include "core.h"
#include "patience.h"

static unsigned int deadline_ms;
module_param(deadline_ms, uint, 0644);
MODULE_PARM_DESC(deadline_ms,
		 "Reverse a transition that takes longer; for patches loaded from now on (0: never)");

/* As patient as mainline: programs may see EINTR. */
static unsigned int wake_after_ms = 15000;
module_param(wake_after_ms, uint, 0644);
MODULE_PARM_DESC(wake_after_ms,
		 "Wake tasks that block a transition for longer, as a signal would (0: never)");

static u64 started, woken_last;	/* ns */
static unsigned int retries;
/* Of the transition that runs, since patience_start(); in ms, 0: none. */
static unsigned int deadline;

static u64 ms_since(u64 ns)
{
	return div_u64(ktime_get_ns() - ns, NSEC_PER_MSEC);
}

/* What a patch that is loaded now starts with. In milliseconds, 0: none. */
unsigned int patience_default_deadline(void)
{
	return READ_ONCE(deadline_ms);
}

/**
 * patience_start() - a transition starts, or was turned round
 * @ms: its deadline, counted from now; 0: none
 *
 * suture_mutex held.
 */
void patience_start(unsigned int ms)
{
	started = ktime_get_ns();
	woken_last = started;
	retries = 0;
	deadline = ms;
}

/* The transition's deadline, in ms since its start; 0: none. suture_mutex held. */
unsigned int patience_deadline(void)
{
	return deadline;
}

/**
 * patience_set_deadline() - give the transition that runs another deadline
 * @ms: since its start; it may have passed; 0: none
 *
 * suture_mutex held.
 */
void patience_set_deadline(unsigned int ms)
{
	deadline = ms;
}

/* Since patience_start(). suture_mutex held. */
u64 patience_elapsed_us(void)
{
	return div_u64(ktime_get_ns() - started, NSEC_PER_USEC);
}

/* Has the transition's deadline passed? suture_mutex held. */
bool patience_is_over(void)
{
	return deadline && ms_since(started) >= deadline;
}

/* Whether it is time to wake blockers, again. suture_mutex held. */
bool patience_wants_wake(void)
{
	unsigned int grace = READ_ONCE(wake_after_ms);

	if (!grace || ms_since(woken_last) < grace)
		return false;
	woken_last = ktime_get_ns();
	return true;
}

/**
 * patience_retry_delay() - in jiffies, until the next try
 *
 * The first retries follow at once, since what keeps most tasks is over in
 * milliseconds; later ones leave a busy system alone.
 *
 * suture_mutex held.
 */
unsigned long patience_retry_delay(void)
{
	return min_t(unsigned long, 1UL << min(retries++, 10u), HZ / 10);
}
