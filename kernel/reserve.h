/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_RESERVE_H
#define SUTURE_RESERVE_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

/**
 * struct reserve - memory for hooks that may not allocate
 * @size: of an object; each starts with a struct list_head, which links it here
 * @want: how many to keep ready
 *
 * See reserve.c.
 */
struct reserve {
	size_t size;
	unsigned int want;
	raw_spinlock_t lock;
	struct list_head free;
	unsigned int n;
	struct work_struct refill;
};

int reserve_init(struct reserve *reserve, size_t size, unsigned int want);
void reserve_exit(struct reserve *reserve);
void *reserve_get(struct reserve *reserve);
void reserve_put(struct reserve *reserve, void *object);

#endif /* SUTURE_RESERVE_H */
