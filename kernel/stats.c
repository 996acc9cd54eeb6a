// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counters; see stats.h. No lock: each is read and written by itself.
 */
#include <linux/seq_file.h>

#include "stats.h"

atomic64_t stats[NR_STATS];

static const char *const names[] = {
#define X(id, name) name,
	SUTURE_STATS(X)
#undef X
};

int stats_show(struct seq_file *m, void *v)
{
	int i;

	for (i = 0; i < NR_STATS; i++)
		seq_printf(m, "%s %lld\n", names[i],
			   (long long)atomic64_read(&stats[i]));
	return 0;
}
