// SPDX-License-Identifier: GPL-2.0
/*
 * What nobody should write: a patch of a function that its tasks never leave, which forces its
 * own transition. They go on in the old worker_outer() and call the new worker_inner() from
 * there. For klp-test try, which has to notice. No test of Suture loads it.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#include "test_worker.h"

#define FORCE_FILE "/sys/kernel/suture/" KBUILD_MODNAME "/force"

static void patched_inner(void)
{
	msleep(WORKER_STEP);
}

static void patched_outer(unsigned int start)
{
	while (!kthread_should_stop())
		patched_inner();
}

static void force(struct work_struct *work)
{
	struct file *file = filp_open(FORCE_FILE, O_WRONLY, 0);
	loff_t position = 0;

	if (IS_ERR(file)) {
		pr_err("cannot open %s: error %ld\n", FORCE_FILE, PTR_ERR(file));
		return;
	}
	if (kernel_write(file, "1", 1, &position) != 1)
		pr_info("there is no transition to be forced\n");
	filp_close(file, NULL);
}

static DECLARE_DELAYED_WORK(force_work, force);

static struct klp_func functions[] = {
	{ .old_name = "worker_inner", .new_func = patched_inner },
	{ .old_name = "worker_outer", .new_func = patched_outer },
	{}
};

static struct klp_object objects[] = { { .name = "test_worker", .funcs = functions }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
};

static int __init test_patch_init(void)
{
	int error = klp_enable_patch(&patch);

	if (!error)
		schedule_delayed_work(&force_work, HZ / 2);
	return error;
}

static void __exit test_patch_exit(void)
{
	cancel_delayed_work_sync(&force_work);
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Forces its own transition over the tasks that it changes");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
