// SPDX-License-Identifier: GPL-2.0
/*
 * Holds tasks in their exit, after they have left the task list: do_exit() calls
 * proc_exit_connector() when it has told the parent. A task whose comm is "held" and
 * whose number stands at its end ("held-3") sleeps there until its token is released.
 * What the function does otherwise, telling the process connector, is left out.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/sched.h>

void kinds_held_asleep(unsigned int token);

static void patched_proc_exit_connector(struct task_struct *task)
{
	unsigned int token;

	if (sscanf(task->comm, "held-%u", &token) == 1)
		kinds_held_asleep(token);
}

static struct klp_func functions[] = {
	{ .old_name = "proc_exit_connector", .new_func = patched_proc_exit_connector },
	{}
};

static struct klp_object objects[] = { { .funcs = functions }, {} };

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

static int __init test_patch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit test_patch_exit(void)
{
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Holds exiting tasks that have left the task list");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
