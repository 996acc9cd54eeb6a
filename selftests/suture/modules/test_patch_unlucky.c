// SPDX-License-Identifier: GPL-2.0
/* Its init function enables the patch, and fails then; when, is up to the parameter. */
#define UNIVERSE 1
#include "test_patch.h"

#include <linux/sched/signal.h>

static bool hold;
module_param(hold, bool, 0644);
MODULE_PARM_DESC(hold, "do not fail yet");

static struct klp_func functions[] = { PATCHED(version), PATCHED(sleep), {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

static int __init test_patch_init(void)
{
	int error = klp_enable_patch(&patch);

	while (!error && READ_ONCE(hold) && !fatal_signal_pending(current))
		schedule_timeout_killable(HZ / 50);
	return error ?: -EINVAL;
}

static void __exit test_patch_exit(void)
{
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Its init function fails after it has enabled the patch");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
