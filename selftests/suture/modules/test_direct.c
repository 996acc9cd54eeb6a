// SPDX-License-Identifier: GPL-2.0
/*
 * Is called by ftrace directly in a function's place, and goes on into the function:
 * what a BPF program's trampoline does, but unlike that it cannot be told that others
 * want to change where the calls go.
 */
#include <linux/ftrace.h>
#include <linux/linkage.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/version.h>

#ifdef CONFIG_X86_64
#include <asm/ibt.h>
#define GO_ON ASM_ENDBR ASM_RET
#else /* s390x */
#define GO_ON "lgr %r1, %r0\n\tbr %r1\n"
#endif

asm(
	".pushsection .text, \"ax\", @progbits\n"
	"	.type test_direct_go_on, @function\n"
	"	.globl test_direct_go_on\n"
	"test_direct_go_on:\n"
	GO_ON
	"	.size test_direct_go_on, . - test_direct_go_on\n"
	".popsection\n");

void test_direct_go_on(void);

static char *function = "target_single";
module_param(function, charp, 0444);
MODULE_PARM_DESC(function, "name of the function that it is called in place of");

static struct ftrace_ops ops;

/* 6.4 gave these the names of those that knew a single function. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define register_direct(ops, addr)	register_ftrace_direct_multi(ops, addr)
#define unregister_direct(ops, addr)	unregister_ftrace_direct_multi(ops, addr)
#else
#define register_direct(ops, addr)	register_ftrace_direct(ops, addr)
#define unregister_direct(ops, addr)	unregister_ftrace_direct(ops, addr, false)
#endif

static int __init test_direct_init(void)
{
	int ret = ftrace_set_filter(&ops, function, strlen(function), 1);

	if (!ret)
		ret = register_direct(&ops, (unsigned long)test_direct_go_on);
	if (ret)
		ftrace_free_filter(&ops);
	return ret;
}

static void __exit test_direct_exit(void)
{
	unregister_direct(&ops, (unsigned long)test_direct_go_on);
	ftrace_free_filter(&ops);
}

module_init(test_direct_init);
module_exit(test_direct_exit);
MODULE_DESCRIPTION("A direct caller that does not give way");
MODULE_LICENSE("GPL");
