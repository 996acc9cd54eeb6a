/* SPDX-License-Identifier: GPL-2.0 */
/* The functions that test_target exports: to be called, patched and mixed up. */
#ifndef SUTURE_TARGET_FUNCTIONS_H
#define SUTURE_TARGET_FUNCTIONS_H

#include <linux/types.h>

struct target_big {
	u64 universe;
	u64 values[TARGET_BIG_VALUES];
};

u64 target_single(u64 seed);
u64 target_many(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 g, u64 h, u64 i, u64 j);
u64 target_varargs(unsigned int count, ...);
struct target_big target_big(struct target_big in, u64 factor);
u64 target_recurse(unsigned int depth, u64 seed);
u64 target_odd(unsigned int depth, u64 seed);
u64 target_first(u64 seed);
u64 target_second(u64 seed);
u64 target_pair(u64 seed);
u64 target_nap(u64 seed);
u64 target_sleep(u64 token);
u64 target_inner(u64 token);
u64 target_outer(u64 token);
int target_version(void);

/* Never patched. */
u64 target_tail(u64 seed);
u64 target_even(unsigned int depth, u64 seed);
void target_pause(u64 seed);
int target_wait(u64 token);
int target_release(u64 token);
unsigned int target_sleepers(void);
int target_notrace(void);

int target_twin1_answer(void);
int target_lasting_answer(void);
int target_twin2_answer(void);

#endif
