/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of test_worker that patches change. */
#ifndef SUTURE_TEST_WORKER_H
#define SUTURE_TEST_WORKER_H

#include <linux/types.h>

/*
 * How often worker_outer() calls worker_inner() in a row, and how long it then pauses, in
 * milliseconds: for longer than a transition waits between two tries.
 */
#define WORKER_SERIES	100
#define WORKER_PAUSE	200

/* What worker_inner() takes, and what lies between two records; in milliseconds. */
#define WORKER_STEP	20

void worker_inner(void);
void worker_outer(unsigned int start);
u64 worker_encode(u64 value);
u64 worker_decode(u64 record);

#endif
