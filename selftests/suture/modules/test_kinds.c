// SPDX-License-Identifier: GPL-2.0
/*
 * test_kinds: functions to be patched, and tasks of every kind that call them or
 * are held inside of them; see kinds.h.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define UNIVERSE 0
#define LINKAGE
#define NAME(x) kinds_##x
#include "kinds_bodies.h"

/* Written by the task that has the token alone, but for released. */
static struct token {
	bool held, released, running;
	unsigned int calls;
	int universe;
	struct task_struct *thread;
} tokens[KINDS_TOKENS];

static DECLARE_WAIT_QUEUE_HEAD(held);

static bool may_go_on(unsigned int token)
{
	return READ_ONCE(tokens[token].released) ||
	       (current->flags & PF_KTHREAD && kthread_should_stop());
}

static void hold_begins(unsigned int token)
{
	WRITE_ONCE(tokens[token].held, true);
}

static void hold_ends(unsigned int token)
{
	WRITE_ONCE(tokens[token].released, false);
	WRITE_ONCE(tokens[token].held, false);
}

/* Uninterruptible: in D state. Tasks that are exiting sleep here, too. */
void kinds_held_asleep(unsigned int token)
{
	hold_begins(token);
	wait_event(held, may_go_on(token));
	hold_ends(token);
}
EXPORT_SYMBOL_GPL(kinds_held_asleep);

void kinds_held_on_cpu(unsigned int token)
{
	hold_begins(token);
	while (!may_go_on(token)) {
		cpu_relax();
		cond_resched();
	}
	hold_ends(token);
}
EXPORT_SYMBOL_GPL(kinds_held_on_cpu);

/* Interruptible: who wakes it as a signal would makes the system call start anew. */
int kinds_held_dozing(unsigned int token)
{
	int error;

	hold_begins(token);
	error = wait_event_interruptible(held, may_go_on(token));
	hold_ends(token);
	return error;
}
EXPORT_SYMBOL_GPL(kinds_held_dozing);

/* Only in a kernel thread that is being parked. */
void kinds_held_parked(unsigned int token)
{
	hold_begins(token);
	kthread_parkme();
	hold_ends(token);
}
EXPORT_SYMBOL_GPL(kinds_held_parked);

static void note(unsigned int token, int universe)
{
	WRITE_ONCE(tokens[token].universe, universe);
	WRITE_ONCE(tokens[token].calls, tokens[token].calls + 1);
}

static int act(unsigned int act, unsigned int token)
{
	int universe;

	switch (act) {
	case KINDS_SLEEP_INSIDE:
		universe = kinds_sleep_inside(token);
		break;
	case KINDS_SPIN_INSIDE:
		universe = kinds_spin_inside(token);
		break;
	case KINDS_DOZE_INSIDE:
		universe = kinds_doze_inside(token);
		if (universe < 0)
			return universe;
		break;
	case KINDS_SLEEP:
		kinds_held_asleep(token);
		universe = kinds_step();
		break;
	case KINDS_SPIN:
		kinds_held_on_cpu(token);
		universe = kinds_step();
		break;
	default:
		universe = kinds_step();
		break;
	}
	note(token, universe);
	return universe;
}

/* Kernel threads. */

static int thread_asleep(void *data)
{
	unsigned long token = (unsigned long)data;

	while (!kthread_should_stop())
		act(KINDS_SLEEP, token);
	return 0;
}

/* Never sleeps and never leaves the kernel: it offers its CPU, that is all. */
static int thread_busy(void *data)
{
	unsigned long token = (unsigned long)data;

	/* Always there to run, and yet in nobody's way. */
	set_user_nice(current, MAX_NICE);
	while (!kthread_should_stop()) {
		act(KINDS_STEP, token);
		cond_resched();
	}
	return 0;
}

static void wait_for_orders(unsigned int token)
{
	WRITE_ONCE(tokens[token].running, true);
	wake_up_all(&held);
	set_current_state(TASK_IDLE);
	if (!kthread_should_stop() && !kthread_should_park())
		schedule();
	__set_current_state(TASK_RUNNING);
}

static int thread_parked(void *data)
{
	unsigned long token = (unsigned long)data;

	while (!kthread_should_stop()) {
		wait_for_orders(token);
		if (!kthread_should_park())
			continue;
		kinds_held_parked(token);
		act(KINDS_STEP, token);
	}
	return 0;
}

static int thread_asleep_inside(void *data)
{
	unsigned long token = (unsigned long)data;

	act(KINDS_SLEEP_INSIDE, token);
	return thread_asleep(data);
}

static int thread_busy_inside(void *data)
{
	unsigned long token = (unsigned long)data;

	act(KINDS_SPIN_INSIDE, token);
	return thread_asleep(data);
}

static int thread_parked_inside(void *data)
{
	unsigned long token = (unsigned long)data;

	wait_for_orders(token);
	note(token, kinds_park_inside(token));
	return thread_asleep(data);
}

static const struct {
	const char *name;
	int (*run)(void *data);
	bool park;
} threads[] = {
	{ "asleep", thread_asleep },
	{ "busy", thread_busy },
	{ "parked", thread_parked, true },
	{ "asleep-inside", thread_asleep_inside },
	{ "busy-inside", thread_busy_inside },
	{ "parked-inside", thread_parked_inside, true },
};

static int thread_start(const char *kind, unsigned int token)
{
	struct task_struct *thread;
	unsigned long data = token;
	int i;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		if (!strcmp(threads[i].name, kind))
			break;
	if (i == ARRAY_SIZE(threads) || tokens[token].thread)
		return -EINVAL;
	thread = kthread_create(threads[i].run, (void *)data, "test_kinds/%u", token);
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	kthread_bind(thread, token % num_online_cpus());
	tokens[token].thread = thread;
	tokens[token].running = false;
	wake_up_process(thread);
	if (!threads[i].park)
		return 0;
	/* Before its function runs it would be parked outside of that. */
	wait_event(held, READ_ONCE(tokens[token].running));
	return kthread_park(thread);
}

static int thread_stop(unsigned int token)
{
	struct task_struct *thread = tokens[token].thread;

	if (!thread)
		return -ENOENT;
	tokens[token].thread = NULL;
	kthread_stop(thread);
	return 0;
}

static int release(unsigned int token)
{
	if (!READ_ONCE(tokens[token].held))
		return -ENOENT;
	WRITE_ONCE(tokens[token].released, true);
	if (tokens[token].thread)
		kthread_unpark(tokens[token].thread);
	wake_up_all(&held);
	return 0;
}

/* The file. */

struct opened {
	struct kinds_call on_read;
	struct kinds_call at_close;
};

static int kinds_show(struct seq_file *m, void *v)
{
	int i;

	for (i = 0; i < KINDS_TOKENS; i++)
		seq_printf(m, "%d %s %u %d\n", i, READ_ONCE(tokens[i].held) ? "held" : "free",
			   READ_ONCE(tokens[i].calls), READ_ONCE(tokens[i].universe));
	return 0;
}

static int kinds_open(struct inode *inode, struct file *file)
{
	struct opened *opened = kzalloc(sizeof(*opened), GFP_KERNEL);
	int error;

	if (!opened)
		return -ENOMEM;
	error = single_open(file, kinds_show, opened);
	if (error)
		kfree(opened);
	return error;
}

static struct opened *to_opened(struct file *file)
{
	return ((struct seq_file *)file->private_data)->private;
}

static int kinds_release(struct inode *inode, struct file *file)
{
	struct opened *opened = to_opened(file);

	if (opened->at_close.act == KINDS_AT_CLOSE)
		act(KINDS_SLEEP, opened->at_close.token);
	kfree(opened);
	return single_release(inode, file);
}

static ssize_t kinds_read(struct file *file, char __user *buffer, size_t count, loff_t *position)
{
	struct opened *opened = to_opened(file);
	char universe;

	if (!opened->on_read.act)
		return seq_read(file, buffer, count, position);
	if (!count)
		return 0;
	universe = act(opened->on_read.act, opened->on_read.token);
	return put_user(universe, buffer) ? -EFAULT : 1;
}

static ssize_t kinds_write(struct file *file, const char __user *buffer, size_t count,
			   loff_t *position)
{
	char text[64] = {}, kind[32];
	unsigned int token;
	int error = -EINVAL;

	if (count >= sizeof(text) || copy_from_user(text, buffer, count))
		return -EINVAL;
	if (sscanf(text, "release %u", &token) == 1 && token < KINDS_TOKENS)
		error = release(token);
	else if (sscanf(text, "stop %u", &token) == 1 && token < KINDS_TOKENS)
		error = thread_stop(token);
	else if (sscanf(text, "thread %31s %u", kind, &token) == 2 && token < KINDS_TOKENS)
		error = thread_start(kind, token);
	return error ?: count;
}

static long kinds_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	void __user *user = (void __user *)argument;
	struct kinds_call call;

	if (command != KINDS_CALL && command != KINDS_ON_READ)
		return -ENOTTY;
	if (copy_from_user(&call, user, sizeof(call)))
		return -EFAULT;
	if (call.act >= KINDS_ACTS || call.token >= KINDS_TOKENS)
		return -EINVAL;
	if (command == KINDS_ON_READ) {
		to_opened(file)->on_read = call;
		return 0;
	}
	if (call.act == KINDS_AT_CLOSE) {
		to_opened(file)->at_close = call;
		return 0;
	}
	call.universe = act(call.act, call.token);
	if (call.universe < 0)
		return call.universe;
	return copy_to_user(user, &call, sizeof(call)) ? -EFAULT : 0;
}

static const struct proc_ops kinds_ops = {
	.proc_open = kinds_open,
	.proc_read = kinds_read,
	.proc_lseek = seq_lseek,
	.proc_release = kinds_release,
	.proc_write = kinds_write,
	.proc_ioctl = kinds_ioctl,
};

static int __init test_kinds_init(void)
{
	int i;

	for (i = 0; i < KINDS_TOKENS; i++)
		tokens[i].universe = -1;
	return proc_create(KINDS_PROC, 0644, NULL, &kinds_ops) ? 0 : -ENOMEM;
}

static void __exit test_kinds_exit(void)
{
	int i;

	remove_proc_entry(KINDS_PROC, NULL);
	for (i = 0; i < KINDS_TOKENS; i++)
		thread_stop(i);
}

module_init(test_kinds_init);
module_exit(test_kinds_exit);
MODULE_DESCRIPTION("Tasks of every kind, for the Suture selftests");
MODULE_LICENSE("GPL");
