/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One call of a function under test, as a program asks for it through ioctl().
 * Compiled into test_target, where a direct call stays inside the module, and
 * into test_caller, where it crosses from one module to another. The includer
 * defines OUTER, its own function that calls target_inner().
 *
 * ppc64le is why both matter: a local caller trusts the callee to leave its
 * table of contents in r2, a caller in another module restores r2 itself.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/uaccess.h>

#include "target.h"
#include "target_functions.h"

/* Two words far apart in the caller's own data, which sum up to TARGET_GLOBALS. */
static u64 globals_low = 0x0000da7a0000da7aULL;
static u64 globals_high = 0x600d0000600d0000ULL;

/* Called directly, so it uses r2 as the function under test has left it. */
static noinline __noclone u64 read_globals(void)
{
	return READ_ONCE(globals_low) + READ_ONCE(globals_high);
}

static struct {
	typeof(&target_single) target_single;
	typeof(&target_tail) target_tail;
	typeof(&target_many) target_many;
	typeof(&target_varargs) target_varargs;
	typeof(&target_big) target_big;
	typeof(&target_recurse) target_recurse;
	typeof(&target_even) target_even;
	typeof(&target_pair) target_pair;
	typeof(&target_nap) target_nap;
	typeof(&target_sleep) target_sleep;
	typeof(&OUTER) OUTER;
} pointers = {
	target_single, target_tail, target_many, target_varargs, target_big, target_recurse,
	target_even, target_pair, target_nap, target_sleep, OUTER,
};

/* READ_ONCE, or the compiler would see through the pointer and call directly. */
#define INVOKE(call, function, ...)                                                                \
	((call)->how == TARGET_POINTER ? READ_ONCE(pointers.function)(__VA_ARGS__) :               \
					 function(__VA_ARGS__))

static noinline u64 invoke_big(const struct target_call *call, u64 seed)
{
	struct target_big big = {};
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < TARGET_BIG_VALUES; i++)
		big.values[i] = seed + i;
	big = INVOKE(call, target_big, big, 3);
	for (i = 0; i < TARGET_BIG_VALUES; i++)
		sum += (i + 1) * big.values[i];
	return target_answer(big.universe, sum);
}

static u64 invoke(const struct target_call *call)
{
	u64 s = call->seed;

	switch (call->function) {
	case TARGET_SINGLE:
		return INVOKE(call, target_single, s);
	case TARGET_TAIL:
		return INVOKE(call, target_tail, s);
	case TARGET_MANY:
		return INVOKE(call, target_many, s, s + 1, s + 2, s + 3, s + 4, s + 5, s + 6, s + 7,
			      s + 8, s + 9);
	case TARGET_VARARGS:
		return INVOKE(call, target_varargs, TARGET_ARGUMENTS, s, s + 1, s + 2, s + 3, s + 4,
			      s + 5, s + 6, s + 7, s + 8, s + 9);
	case TARGET_BIG:
		return invoke_big(call, s);
	case TARGET_RECURSE:
		return INVOKE(call, target_recurse, TARGET_DEPTH, s);
	case TARGET_ALTERNATE:
		return INVOKE(call, target_even, TARGET_DEPTH, s);
	case TARGET_PAIR:
		return INVOKE(call, target_pair, s);
	case TARGET_NAP:
		return INVOKE(call, target_nap, s);
	case TARGET_SLEEP:
		return INVOKE(call, target_sleep, s);
	case TARGET_OUTER:
		return INVOKE(call, OUTER, s);
	}
	return ~0ULL;
}

static void make_call(struct target_call *call)
{
	call->ran_in = in_hardirq()	     ? TARGET_HARDIRQ :
		       in_serving_softirq() ? TARGET_SOFTIRQ :
					      TARGET_TASK;
	call->answer = invoke(call);
	call->globals = read_globals();
}

struct deferred_call {
	struct target_call *call;
	struct irq_work hardirq;
	struct tasklet_struct softirq;
	struct completion done;
};

static void call_in_softirq(struct tasklet_struct *tasklet)
{
	struct deferred_call *deferred = from_tasklet(deferred, tasklet, softirq);

	make_call(deferred->call);
	complete(&deferred->done);
}

static void call_in_hardirq(struct irq_work *work)
{
	struct deferred_call *deferred = container_of(work, struct deferred_call, hardirq);

	if (deferred->call->context == TARGET_SOFTIRQ) {
		tasklet_schedule(&deferred->softirq);
		return;
	}
	make_call(deferred->call);
	complete(&deferred->done);
}

static void raise_on_this_cpu(void *data)
{
	struct deferred_call *deferred = data;

	irq_work_queue(&deferred->hardirq);
}

/*
 * Calls on another CPU, in an interrupt that lands anywhere in the code that
 * runs there, on top of a task that may be in the middle of such a call itself.
 * The cross call alone is no interrupt where it finds the other CPU idle: hence
 * the irq_work.
 */
static int call_from_interrupt(struct target_call *call)
{
	struct deferred_call deferred = {
		.call = call,
		.done = COMPLETION_INITIALIZER_ONSTACK(deferred.done),
	};
	unsigned int other;
	int error;

	/* In the interrupt itself, also with PREEMPT_RT. */
	deferred.hardirq = IRQ_WORK_INIT_HARD(call_in_hardirq);
	tasklet_setup(&deferred.softirq, call_in_softirq);
	other = cpumask_any_but(cpu_online_mask, get_cpu());
	error = other < nr_cpu_ids ?
			smp_call_function_single(other, raise_on_this_cpu, &deferred, true) :
			-ENODEV;
	put_cpu();
	if (error)
		return error;
	wait_for_completion(&deferred.done);
	/* Both are on this stack, and are touched once more after their function returns. */
	irq_work_sync(&deferred.hardirq);
	tasklet_kill(&deferred.softirq);
	return 0;
}

static long target_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	void __user *user = (void __user *)argument;
	struct target_call call;
	bool sleeps;
	int error = 0;

	if (command != TARGET_CALL)
		return -ENOTTY;
	if (copy_from_user(&call, user, sizeof(call)))
		return -EFAULT;
	sleeps = call.function >= TARGET_NAP;
	if (call.function > TARGET_OUTER || call.function == TARGET_CALLABLE ||
	    call.how >= TARGET_HOWS || call.context >= TARGET_CONTEXTS ||
	    (sleeps && call.context != TARGET_TASK))
		return -EINVAL;
	if (call.context == TARGET_TASK)
		make_call(&call);
	else
		error = call_from_interrupt(&call);
	if (!error && copy_to_user(user, &call, sizeof(call)))
		error = -EFAULT;
	return error;
}
