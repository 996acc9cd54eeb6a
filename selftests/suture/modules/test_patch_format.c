// SPDX-License-Identifier: GPL-2.0
/*
 * What nobody should write: a patch that changes the format of records which tasks share, and
 * takes each record for one of its own, though nothing tells which were written before it. No
 * task mixes old and new code; the records do. For klp-test try, which has to notice. No test of
 * Suture loads it.
 */
#include <linux/bug.h>

#include "patch_module.h"
#include "test_worker.h"

/* In the new format each record has it: the bit that the old one left unused. */
#define TAG 1ULL

static u64 patched_encode(u64 value)
{
	return value << 1 | TAG;
}

static u64 patched_decode(u64 record)
{
	WARN_ONCE(!(record & TAG), "a record in a format that is not known any more\n");
	return record >> 1;
}

static struct klp_func functions[] = {
	{ .old_name = "worker_encode", .new_func = patched_encode },
	{ .old_name = "worker_decode", .new_func = patched_decode },
	{}
};

static struct klp_object objects[] = { { .name = "test_worker", .funcs = functions }, {} };

TEST_PATCH(objects, "Changes the format of records that tasks share");
