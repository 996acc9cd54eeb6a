// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which stub leads where. Changed under suture_mutex; read by the stubs.
 */
#include <linux/bitmap.h>

#include "arch.h"
#include "powerpc.h"

/* Entry of each replacement; set before the stub is reachable. */
unsigned long suture_stub_targets[STUB_COUNT];
/*
 * TOC of the local callers of each original. Written by the entry stub before
 * the return stub of the same call can run.
 */
unsigned long suture_stub_tocs[STUB_COUNT];

static DECLARE_BITMAP(stubs_used, STUB_COUNT);

int arch_target_init(struct arch_target *target, void *func)
{
	unsigned int stub = find_first_zero_bit(stubs_used, STUB_COUNT);

	if (stub == STUB_COUNT)
		return -ENOSPC;
	__set_bit(stub, stubs_used);
	suture_stub_targets[stub] = (unsigned long)func;
	target->stub = stub;
	return 0;
}

void arch_target_release(struct arch_target *target)
{
	__clear_bit(target->stub, stubs_used);
}

/* The replacement that a call came back from, or will, by this return stub. */
unsigned long stub_replacement(unsigned long return_stub)
{
	unsigned long n = (return_stub - (unsigned long)suture_return_stubs) /
			  STUB_SIZE;

	return suture_stub_targets[n];
}
