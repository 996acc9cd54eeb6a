/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters since the module was loaded: /proc/suture/stats.
 */
#ifndef SUTURE_STATS_H
#define SUTURE_STATS_H

#include <linux/atomic.h>
#include <linux/types.h>

struct seq_file;

/*
 * X(identifier, name in the file). The names are ABI: new ones go to the end,
 * none changes its meaning.
 */
#define SUTURE_STATS(X)                                                        \
	X(TRANSITIONS, "transitions")                                          \
	X(REVERSALS, "reversals")                                              \
	X(DEADLINES, "deadlines_passed")                                       \
	X(FORCED, "transitions_forced")                                        \
	X(RETRIES, "retries")                                                  \
	X(SWITCHED_ASLEEP, "switched_asleep")                                  \
	X(SWITCHED_STOPPED, "switched_stopped")                                \
	X(SWITCHED_OFFLINE, "switched_offline")                                \
	X(WOKEN, "woken")                                                      \
	X(LONGEST_TASK_US, "longest_task_us")                                  \
	X(LONGEST_TRANSITION_US, "longest_transition_us")                      \
	X(AUDIT_CHECKS, "audit_checks")                                        \
	X(AUDIT_SKIPPED, "audit_skipped")                                      \
	X(AUDIT_VIOLATIONS, "audit_violations")                                \
	X(SWITCHED_WOKEN, "switched_woken")

enum suture_stat {
#define X(id, name) STAT_##id,
	SUTURE_STATS(X)
#undef X
	NR_STATS
};

extern atomic64_t stats[NR_STATS];

/* Any context. */
static inline void stats_inc(enum suture_stat stat)
{
	atomic64_inc(&stats[stat]);
}

/* Keep the largest of what was given. Callers are serialised by suture_mutex. */
static inline void stats_max(enum suture_stat stat, u64 value)
{
	if (value > atomic64_read(&stats[stat]))
		atomic64_set(&stats[stat], value);
}

int stats_show(struct seq_file *m, void *v);

#endif /* SUTURE_STATS_H */
