// SPDX-License-Identifier: GPL-2.0
/* A task of its own that stays in one function until it is told to leave, or the module unloads. */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/wait.h>

static DECLARE_WAIT_QUEUE_HEAD(told);
static bool leave;
static struct task_struct *task;

static int leave_set(const char *value, const struct kernel_param *param)
{
	int error = param_set_bool(value, param);

	wake_up_all(&told);
	return error;
}

static const struct kernel_param_ops leave_ops = { .set = leave_set, .get = param_get_bool };

module_param_cb(leave, &leave_ops, &leave, 0644);
MODULE_PARM_DESC(leave, "1: leave the function");

noinline __noclone void test_busy_wait(void);
noinline __noclone void test_busy_wait(void)
{
	wait_event_idle(told, READ_ONCE(leave) || kthread_should_stop());
	/* Not a tail call: this function is to be on the stack. */
	barrier();
}

static int busy_thread(void *unused)
{
	test_busy_wait();
	wait_event_idle(told, kthread_should_stop());
	return 0;
}

static int __init test_busy_init(void)
{
	task = kthread_run(busy_thread, NULL, "test_busy");
	return PTR_ERR_OR_ZERO(task);
}

static void __exit test_busy_exit(void)
{
	kthread_stop(task);
}

module_init(test_busy_init);
module_exit(test_busy_exit);
MODULE_DESCRIPTION("Stays in a function that the Suture selftests patch");
MODULE_LICENSE("GPL");
