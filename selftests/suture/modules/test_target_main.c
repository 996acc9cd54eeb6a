// SPDX-License-Identifier: GPL-2.0
/*
 * test_target: the module that gets patched, seen through /proc/suture_target:
 * read it for a summary, write "release TOKEN" to it to let a sleeper go, or
 * "secret NUMBER" to change what only the module itself knows, and
 * ioctl(TARGET_CALL) to make it call a function of its own.
 */
#include <linux/module.h>
#include <linux/seq_file.h>

#define OUTER target_outer
#include "target_call.h"

/* What a patch can reach only by declaring it: neither is exported. */
static int target_secret_value = 4711;

static noinline __noclone int target_secret(void)
{
	return target_secret_value;
}

static int token_in_init = -1;
module_param(token_in_init, int, 0444);
MODULE_PARM_DESC(token_in_init, "sleep in the init function until this token is released");

static int version_in_init;

/* Of the name of one that stays, see test_target_twin1.c; it goes when the module is live. */
static noinline __noclone int __init target_lasting(void)
{
	barrier();
	return 0;
}

static int target_show(struct seq_file *m, void *v)
{
	seq_printf(m, "version %d\n", target_version());
	seq_printf(m, "notrace %d\n", target_notrace());
	seq_printf(m, "twins %d %d\n", target_twin1_answer(), target_twin2_answer());
	seq_printf(m, "lasting %d\n", target_lasting_answer());
	seq_printf(m, "sleepers %u\n", target_sleepers());
	seq_printf(m, "secret %d\n", target_secret());
	seq_printf(m, "version in init %d\n", version_in_init);
	return 0;
}

static int target_open(struct inode *inode, struct file *file)
{
	return single_open(file, target_show, NULL);
}

static ssize_t target_write(struct file *file, const char __user *buffer, size_t count,
			    loff_t *position)
{
	char text[32] = {};
	unsigned int token;
	int error;

	if (count >= sizeof(text) || copy_from_user(text, buffer, count))
		return -EINVAL;
	if (sscanf(text, "secret %d", &target_secret_value) == 1)
		return count;
	if (sscanf(text, "release %u", &token) != 1)
		return -EINVAL;
	error = target_release(token);
	return error ?: count;
}

static const struct proc_ops target_ops = {
	.proc_open = target_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = target_write,
	.proc_ioctl = target_ioctl,
};

static int __init test_target_init(void)
{
	int error;

	version_in_init = target_version() + target_lasting();
	if (!proc_create(TARGET_PROC, 0644, NULL, &target_ops))
		return -ENOMEM;
	error = token_in_init < 0 ? 0 : target_wait(token_in_init);
	if (error)
		remove_proc_entry(TARGET_PROC, NULL);
	return error;
}

static void __exit test_target_exit(void)
{
	remove_proc_entry(TARGET_PROC, NULL);
}

module_init(test_target_init);
module_exit(test_target_exit);
MODULE_DESCRIPTION("Functions to be patched by the Suture selftests");
MODULE_LICENSE("GPL");
