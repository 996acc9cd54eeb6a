// SPDX-License-Identifier: GPL-2.0
/*
 * test_worker: for trials of patches that are not consistent. Its threads call what these
 * change, so that a trial needs no load which does.
 *
 * worker_outer() never returns while the module is there, and calls worker_inner() all the
 * time: no transition that changes both can ever complete by itself. Of its two callers one
 * at least is always in the middle of a series.
 *
 * worker_encode() and worker_decode() are called by two threads that share records.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>

#include "test_worker.h"

static u64 records[16];
static u64 sum;

noinline __noclone void worker_inner(void)
{
	msleep(WORKER_STEP);
}

noinline __noclone void worker_outer(unsigned int start)
{
	unsigned int i = start;

	while (!kthread_should_stop()) {
		for (; i < WORKER_SERIES && !kthread_should_stop(); i++)
			worker_inner();
		i = 0;
		msleep(WORKER_PAUSE);
	}
}

/* The lowest bit is of no use yet. */
noinline __noclone u64 worker_encode(u64 value)
{
	return value << 1;
}

noinline __noclone u64 worker_decode(u64 record)
{
	return record >> 1;
}

static int call_outer(void *start)
{
	worker_outer((unsigned long)start);
	return 0;
}

static int write_records(void *unused)
{
	u32 i;

	for (i = 0; !kthread_should_stop(); i++) {
		WRITE_ONCE(records[i % ARRAY_SIZE(records)], worker_encode(i));
		msleep(WORKER_STEP);
	}
	return 0;
}

static int read_records(void *unused)
{
	u32 i;

	while (!kthread_should_stop()) {
		for (i = 0; i < ARRAY_SIZE(records); i++)
			WRITE_ONCE(sum, sum + worker_decode(READ_ONCE(records[i])));
		msleep(WORKER_STEP);
	}
	return 0;
}

static const struct worker {
	int (*run)(void *data);
	unsigned long data;
} workers[] = {
	{ call_outer, 0 },
	{ call_outer, WORKER_SERIES / 2 },
	{ write_records },
	{ read_records },
};

static struct task_struct *tasks[ARRAY_SIZE(workers)];

static void stop_workers(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		if (tasks[i])
			kthread_stop(tasks[i]);
}

static int __init test_worker_init(void)
{
	struct task_struct *task;
	int i;

	for (i = 0; i < ARRAY_SIZE(workers); i++) {
		task = kthread_run(workers[i].run, (void *)workers[i].data, "test_worker/%d", i);
		if (IS_ERR(task)) {
			stop_workers();
			return PTR_ERR(task);
		}
		tasks[i] = task;
	}
	return 0;
}

static void __exit test_worker_exit(void)
{
	stop_workers();
}

module_init(test_worker_init);
module_exit(test_worker_exit);
MODULE_DESCRIPTION("Threads whose functions are changed by patches that are not consistent");
MODULE_LICENSE("GPL");
