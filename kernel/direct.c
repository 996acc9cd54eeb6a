// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Direct callers: users of ftrace that have a function call code of their own, a
 * BPF program's trampoline above all, which may go on to call the function
 * itself. Where another user changes the ip, it must call what that says instead.
 * ftrace tells it so when an ops that may change the ip is registered, and only
 * then: not when an address is added to an ops that is registered already, as
 * redirect.c does. A BPF program at a function's exit would then go on calling
 * the original, for as long as it stays.
 *
 * So an ops of its own, which changes nothing, is registered for these addresses
 * first, and gives them up again: who was told stays so.
 *
 * Where an architecture's redirection and a direct caller are in each other's way
 * (arch_redirect_beside_direct()), such functions are refused.
 *
 * telling_lock guards the ops. It is taken under suture_mutex, and never the other
 * way round.
 */
#include <linux/ftrace.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "arch.h"
#include "direct.h"
#include "symbols.h"
#include "synchronize.h"

/* A direct caller may be busy, and waits a moment itself before it says so. */
enum { TRIES = 100 };

static DEFINE_MUTEX(telling_lock);
/* Written under telling_lock. */
static bool registered;
/* Who waits until it is not. */
static DECLARE_WAIT_QUEUE_HEAD(unregistered);

/* Never called: in the filter of an ops that would trace everything without it. */
static noinline void anchor(void)
{
	asm volatile("" : : : "memory");
}

static void notrace change_nothing(unsigned long ip, unsigned long parent_ip,
				   struct ftrace_ops *op,
				   struct ftrace_regs *fregs)
{
}

static struct ftrace_ops telling_ops = {
	.func = change_nothing,
	.flags = FTRACE_OPS_FL_IPMODIFY,
};

/* telling_lock held. */
static int telling_unregister(void)
{
	int ret = registered ? unregister_ftrace_function(&telling_ops) : 0;

	WRITE_ONCE(registered, registered && ret);
	return ret;
}

/*
 * Unregistering may wait long, for RCU-tasks, with ftrace's lock held: so it is done
 * without suture_mutex, and only after a wait with no lock held, see redirect.c.
 */
static void forget_work(struct work_struct *work)
{
	synchronize_rcu_tasks_idle();
	mutex_lock(&telling_lock);
	WARN_ON_ONCE(telling_unregister());
	mutex_unlock(&telling_lock);
	wake_up_all(&unregistered);
}
static DECLARE_WORK(forget, forget_work);

/**
 * direct_is_busy() - would direct_tell() have to wait for what it did last?
 * @ip: where the call to ftrace of one of its functions is
 *
 * Context: any. Stays false while suture_mutex is held, but for a direct caller that
 * comes meanwhile.
 */
bool direct_is_busy(unsigned long ip)
{
	return READ_ONCE(registered) && direct_caller(ip);
}

/**
 * direct_wait() - wait until direct_tell() has nothing to wait for
 *
 * That is over when RCU-tasks is: see synchronize_rcu_tasks_idle(). A module that
 * comes has to wait in direct_tell() instead, as nobody knows whom it will tell
 * before suture_mutex is held.
 *
 * Context: process context, suture_mutex not held.
 * Return: 0; -EINTR: the caller is being killed.
 */
int direct_wait(void)
{
	return wait_event_killable(unregistered, !READ_ONCE(registered)) ?
		       -EINTR :
		       0;
}

/**
 * direct_caller() - who calls a function directly
 * @ip: where the function's call to ftrace is
 *
 * Context: any.
 * Return: the address of the direct caller's code; 0 if there is none.
 */
unsigned long direct_caller(unsigned long ip)
{
	unsigned long addr;

	if (!hidden_available(ftrace_find_rec_direct))
		return 0;
	/*
	 * The table is replaced under RCU-tasks, which preemption holds up. Of a
	 * single entry that goes it is no better off than the kernel's own look-up.
	 */
	preempt_disable_notrace();
	addr = hidden(ftrace_find_rec_direct)(ip);
	preempt_enable_notrace();
	return addr;
}

/* Only the anchor is left in the filter. */
static int filter_reset(void)
{
	return ftrace_set_filter_ip(
		&telling_ops, hidden(ftrace_location)((unsigned long)anchor), 0,
		1);
}

static int filter_set(const unsigned long *ips, unsigned int n)
{
	int ret = filter_reset();
	unsigned int i;

	for (i = 0; i < n && !ret; i++)
		if (direct_caller(ips[i]))
			ret = ftrace_set_filter_ip(&telling_ops, ips[i], 0, 0);
	return ret;
}

static int telling_register(void)
{
	int tries, ret;

	for (tries = 0; tries < TRIES; tries++) {
		ret = register_ftrace_function(&telling_ops);
		if (ret != -EAGAIN)
			break;
	}
	WRITE_ONCE(registered, !ret);
	return ret;
}

/**
 * direct_tell() - tell direct callers of functions that somebody is going to
 *	change where the calls of the functions go
 * @ips:  where the functions' calls to ftrace are
 * @told: set to who was told, or 0, function by function; a direct caller that is
 *	  another one once the addresses are in the filter may not know
 * @n:    how many functions
 *
 * Context: process context, suture_mutex held, may sleep.
 * Return: 0; -EBUSY where one cannot give way, or another user changes the ip of
 * one already; -EAGAIN where one stays busy; -ENOMEM.
 */
int direct_tell(const unsigned long *ips, unsigned long *told, unsigned int n)
{
	bool any = false;
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		told[i] = direct_caller(ips[i]);
		any |= told[i];
	}
	if (!any)
		return 0;
	if (!arch_redirect_beside_direct())
		return -EBUSY;

	mutex_lock(&telling_lock);
	ret = telling_unregister();
	ret = ret ?: filter_set(ips, n);
	ret = ret ?: telling_register();
	/*
	 * Those in the filter were told, and until they are out of it whoever
	 * comes is told as well.
	 */
	for (i = 0; i < n && !ret; i++)
		told[i] = direct_caller(ips[i]);
	ret = ret ?: filter_reset();
	if (registered)
		queue_work(system_long_wq, &forget);
	mutex_unlock(&telling_lock);
	return ret;
}

/**
 * direct_exit() - wait until ftrace has let go of us
 *
 * Context: process context, suture_mutex not held.
 */
void direct_exit(void)
{
	/* An idle wait, and then a short one. */
	wait_event_idle(unregistered, !READ_ONCE(registered));
	flush_work(&forget);
	ftrace_free_filter(&telling_ops);
}
