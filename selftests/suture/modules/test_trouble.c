// SPDX-License-Identifier: GPL-2.0
/*
 * Does to the kernel, while it is loaded, what no module should: for the harness, which
 * has to notice. No test of Suture loads it.
 *
 *	insmod test_trouble.ko act=ACT [seconds=N]
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

static char *act = "";
module_param(act, charp, 0444);
MODULE_PARM_DESC(act, "oops, warn, spin, sleep, lock-order, use-after-free or leak");

static unsigned int seconds = 8;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "How long to spin or sleep");

/* No address of a kernel, nor of a process. */
static void trouble_oops(void)
{
	READ_ONCE(*(int *)-PAGE_SIZE);
}

static void trouble_warn(void)
{
	WARN(1, "as it was told to\n");
}

static void nothing_left_to_do(struct rcu_head *head)
{
}

/* The CPU runs nothing else, which a grace period waits for, too. */
static void trouble_spin(void)
{
	static struct rcu_head head;
	unsigned long end;

	call_rcu(&head, nothing_left_to_do);
	preempt_disable();
	end = jiffies + seconds * HZ;
	while (time_before(jiffies, end))
		cpu_relax();
	preempt_enable();
	rcu_barrier();
}

static void trouble_sleep(void)
{
	schedule_timeout_uninterruptible(seconds * HZ);
}

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);

/* Each order is fine by itself. */
static void trouble_lock_order(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void trouble_use_after_free(void)
{
	int *gone = kzalloc(sizeof(*gone), GFP_KERNEL);

	kfree(gone);
	/* The compiler has its own mind about this. */
	OPTIMIZER_HIDE_VAR(gone);
	if (gone)
		READ_ONCE(*gone);
}

/* Several, as the address of one may be left on some stack. */
static void trouble_leak(void)
{
	int i;

	for (i = 0; i < 16; i++) {
		int *lost = kzalloc(256, GFP_KERNEL);

		if (lost)
			WRITE_ONCE(*lost, i);
	}
}

static const struct trouble {
	const char *name;
	void (*make)(void);
} troubles[] = {
	{ "oops", trouble_oops },
	{ "warn", trouble_warn },
	{ "spin", trouble_spin },
	{ "sleep", trouble_sleep },
	{ "lock-order", trouble_lock_order },
	{ "use-after-free", trouble_use_after_free },
	{ "leak", trouble_leak },
};

static int __init test_trouble_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(troubles); i++)
		if (!strcmp(act, troubles[i].name)) {
			troubles[i].make();
			return 0;
		}
	pr_err("no trouble is called '%s'\n", act);
	return -EINVAL;
}

static void __exit test_trouble_exit(void)
{
}

module_init(test_trouble_init);
module_exit(test_trouble_exit);
MODULE_DESCRIPTION("Makes trouble that Suture's test harness has to notice");
MODULE_LICENSE("GPL");
