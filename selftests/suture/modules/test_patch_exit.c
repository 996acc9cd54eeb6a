// SPDX-License-Identifier: GPL-2.0
/*
 * Holds tasks in their exit, after they have left the task list: do_exit() calls
 * proc_exit_connector() when it has told the parent. A task whose comm is "held" and
 * whose number stands at its end ("held-3") sleeps there until its token is released.
 * What the function does otherwise, telling the process connector, is left out.
 */
#include <linux/sched.h>

#include "patch_module.h"

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

TEST_PATCH(objects, "Holds exiting tasks that have left the task list");
