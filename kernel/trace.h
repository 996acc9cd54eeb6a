/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracepoints suture:*, which docs/transitions.md describes. Names and fields
 * are ABI: fields may be added at the end.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM suture

#if !defined(SUTURE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SUTURE_TRACE_H

#include <linux/sched.h>
#include <linux/tracepoint.h>

#include "means.h"

#define SUTURE_MEANS_SYMBOLS                                                   \
	{ MEANS_ASLEEP, "asleep" }, { MEANS_STOPPED, "stopped" },              \
		{ MEANS_OFFLINE, "offline" }, { MEANS_WOKEN, "woken" }

#define SUTURE_VERDICT_SYMBOLS                                                 \
	{ -EBUSY, "running" }, { -EINVAL, "unreliable" },                      \
		{ -EADDRINUSE, "function" }

DECLARE_EVENT_CLASS(suture_transition,
	TP_PROTO(const char *patch, int target, unsigned int tasks),
	TP_ARGS(patch, target, tasks),
	TP_STRUCT__entry(
		__string(patch, patch)
		__field(int, target)
		__field(unsigned int, tasks)
	),
	TP_fast_assign(
		compat_assign_str(patch, patch);
		__entry->target = target;
		__entry->tasks = tasks;
	),
	TP_printk("patch=%s target=%s tasks=%u", __get_str(patch),
		  __entry->target ? "patched" : "unpatched", __entry->tasks)
);

/* Tasks begin to be switched; @tasks: how many have to be. */
DEFINE_EVENT(suture_transition, transition_start,
	TP_PROTO(const char *patch, int target, unsigned int tasks),
	TP_ARGS(patch, target, tasks)
);

/* The direction was turned round: @target is the new one. */
DEFINE_EVENT(suture_transition, transition_reversed,
	TP_PROTO(const char *patch, int target, unsigned int tasks),
	TP_ARGS(patch, target, tasks)
);

/* Every task has been switched. */
TRACE_EVENT(transition_complete,
	TP_PROTO(const char *patch, int target, u64 duration_us, bool forced),
	TP_ARGS(patch, target, duration_us, forced),
	TP_STRUCT__entry(
		__string(patch, patch)
		__field(int, target)
		__field(u64, duration_us)
		__field(bool, forced)
	),
	TP_fast_assign(
		compat_assign_str(patch, patch);
		__entry->target = target;
		__entry->duration_us = duration_us;
		__entry->forced = forced;
	),
	TP_printk("patch=%s target=%s duration_us=%llu forced=%d",
		  __get_str(patch), __entry->target ? "patched" : "unpatched",
		  __entry->duration_us, __entry->forced)
);

/* A task is in the target universe now. */
TRACE_EVENT(task_switched,
	TP_PROTO(struct task_struct *task, int target, int means, u64 pending_us),
	TP_ARGS(task, target, means, pending_us),
	TP_STRUCT__entry(
		__array(char, comm, TASK_COMM_LEN)
		__field(pid_t, pid)
		__field(int, target)
		__field(int, means)
		__field(u64, pending_us)
	),
	TP_fast_assign(
		memcpy(__entry->comm, task->comm, TASK_COMM_LEN);
		__entry->pid = task->pid;
		__entry->target = target;
		__entry->means = means;
		__entry->pending_us = pending_us;
	),
	TP_printk("comm=%s pid=%d target=%s means=%s pending_us=%llu",
		  __entry->comm, __entry->pid,
		  __entry->target ? "patched" : "unpatched",
		  __print_symbolic(__entry->means, SUTURE_MEANS_SYMBOLS),
		  __entry->pending_us)
);

/*
 * A task cannot be switched now: once for each new reason, not for each retry.
 * @where: for "function", a return address inside of what changes.
 */
TRACE_EVENT(task_blocked,
	TP_PROTO(struct task_struct *task, int target, int reason,
		 unsigned long where),
	TP_ARGS(task, target, reason, where),
	TP_STRUCT__entry(
		__array(char, comm, TASK_COMM_LEN)
		__field(pid_t, pid)
		__field(int, target)
		__field(int, reason)
		__field(unsigned long, where)
	),
	TP_fast_assign(
		memcpy(__entry->comm, task->comm, TASK_COMM_LEN);
		__entry->pid = task->pid;
		__entry->target = target;
		__entry->reason = reason;
		__entry->where = where;
	),
	TP_printk("comm=%s pid=%d target=%s reason=%s where=%pS",
		  __entry->comm, __entry->pid,
		  __entry->target ? "patched" : "unpatched",
		  __print_symbolic(__entry->reason, SUTURE_VERDICT_SYMBOLS),
		  (void *)__entry->where)
);

/* A task was woken as if by a signal, to get it out of where it sleeps. */
TRACE_EVENT(task_woken,
	TP_PROTO(struct task_struct *task),
	TP_ARGS(task),
	TP_STRUCT__entry(
		__array(char, comm, TASK_COMM_LEN)
		__field(pid_t, pid)
	),
	TP_fast_assign(
		memcpy(__entry->comm, task->comm, TASK_COMM_LEN);
		__entry->pid = task->pid;
	),
	TP_printk("comm=%s pid=%d", __entry->comm, __entry->pid)
);

/*
 * The audit found a task that calls @ip in @universe while @found, an address of
 * the other universe's code, is on its stack.
 */
TRACE_EVENT(audit_violation,
	TP_PROTO(struct task_struct *task, int universe, unsigned long ip,
		 unsigned long found),
	TP_ARGS(task, universe, ip, found),
	TP_STRUCT__entry(
		__array(char, comm, TASK_COMM_LEN)
		__field(pid_t, pid)
		__field(int, universe)
		__field(unsigned long, ip)
		__field(unsigned long, found)
	),
	TP_fast_assign(
		memcpy(__entry->comm, task->comm, TASK_COMM_LEN);
		__entry->pid = task->pid;
		__entry->universe = universe;
		__entry->ip = ip;
		__entry->found = found;
	),
	TP_printk("comm=%s pid=%d universe=%s call=%pS found=%pS",
		  __entry->comm, __entry->pid,
		  __entry->universe ? "patched" : "unpatched",
		  (void *)__entry->ip, (void *)__entry->found)
);

#endif /* SUTURE_TRACE_H */

/* The generic half: not guarded, it reads this file again. */
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
