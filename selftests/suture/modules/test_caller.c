// SPDX-License-Identifier: GPL-2.0
/*
 * test_caller: calls the functions of test_target from another module, as
 * ioctl(TARGET_CALL) on /proc/suture_caller asks for it.
 */
#include <linux/module.h>

#include "target.h"
#include "target_functions.h"

/* Like target_outer(), but the function that it calls is in another module. */
static noinline __noclone u64 caller_outer(u64 token)
{
	return target_answer(0, target_universe(target_inner(token)));
}

#define OUTER caller_outer
#include "target_call.h"

static const struct proc_ops caller_ops = {
	.proc_ioctl = target_ioctl,
};

static int __init test_caller_init(void)
{
	return proc_create(CALLER_PROC, 0644, NULL, &caller_ops) ? 0 : -ENOMEM;
}

static void __exit test_caller_exit(void)
{
	remove_proc_entry(CALLER_PROC, NULL);
}

module_init(test_caller_init);
module_exit(test_caller_exit);
MODULE_DESCRIPTION("Calls the functions of test_target from another module");
MODULE_LICENSE("GPL");
