// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A reserve of objects for tracepoint hooks. These run with preemption off,
 * where a PREEMPT_RT kernel may neither allocate nor free, and where any other
 * could only try without waiting. A worker keeps the reserve near its level.
 *
 * Objects come from kmalloc(), so an object that was taken may be freed by
 * kfree() where that is allowed. The lock is a leaf, taken with interrupts off.
 */
#include <linux/slab.h>

#include "core.h"
#include "reserve.h"

/* Take one off the list if there are more than @above. */
static struct list_head *reserve_pop(struct reserve *reserve, unsigned int above)
{
	struct list_head *object = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&reserve->lock, flags);
	if (reserve->n > above) {
		object = reserve->free.next;
		list_del(object);
		reserve->n--;
	}
	raw_spin_unlock_irqrestore(&reserve->lock, flags);
	return object;
}

static void reserve_push(struct reserve *reserve, struct list_head *object)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&reserve->lock, flags);
	list_add(object, &reserve->free);
	reserve->n++;
	raw_spin_unlock_irqrestore(&reserve->lock, flags);
}

/* Up to the level, and down to twice the level. */
static int reserve_level(struct reserve *reserve)
{
	struct list_head *object;

	while (READ_ONCE(reserve->n) < reserve->want) {
		object = kmalloc(reserve->size, GFP_KERNEL);
		if (!object)
			return -ENOMEM;
		reserve_push(reserve, object);
	}
	while ((object = reserve_pop(reserve, 2 * reserve->want)))
		kfree(object);
	return 0;
}

static void reserve_refill(struct work_struct *work)
{
	/* Without memory: the next reserve_get() asks again. */
	reserve_level(container_of(work, struct reserve, refill));
}

/**
 * reserve_get() - take an object
 *
 * Context: any but NMI.
 * Return: an object with arbitrary content, NULL when there is none.
 */
void *reserve_get(struct reserve *reserve)
{
	struct list_head *object = reserve_pop(reserve, 0);

	if (READ_ONCE(reserve->n) < reserve->want / 2)
		queue_work(suture_wq, &reserve->refill);
	return object;
}

/**
 * reserve_put() - give an object back
 *
 * Context: any but NMI.
 */
void reserve_put(struct reserve *reserve, void *object)
{
	reserve_push(reserve, object);
	if (READ_ONCE(reserve->n) > 3 * reserve->want)
		queue_work(suture_wq, &reserve->refill);
}

/**
 * reserve_init() - fill a reserve
 *
 * Return: 0, or -ENOMEM; reserve_exit() is owed in both cases.
 */
int reserve_init(struct reserve *reserve, size_t size, unsigned int want)
{
	reserve->size = size;
	reserve->want = want;
	reserve->n = 0;
	raw_spin_lock_init(&reserve->lock);
	INIT_LIST_HEAD(&reserve->free);
	INIT_WORK(&reserve->refill, reserve_refill);
	return reserve_level(reserve);
}

/**
 * reserve_exit() - free all that is in it
 *
 * Nobody takes or gives any more.
 */
void reserve_exit(struct reserve *reserve)
{
	struct list_head *object;

	cancel_work_sync(&reserve->refill);
	while ((object = reserve_pop(reserve, 0)))
		kfree(object);
}
