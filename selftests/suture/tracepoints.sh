#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The tracepoints suture:* tell of every state that a transition goes through, of each task that moves and by which means, and of those that cannot.
. ./functions.sh
. ./kinds-functions.sh

readonly PATCH=test_patch_sleep TRACING=/sys/kernel/tracing
readonly THROTTLE=/proc/sys/kernel/sched_rt_runtime_us
readonly EVENTS=(transition_start transition_reversed transition_complete task_switched task_blocked task_woken)

have_events() {
	local event
	for event in "${EVENTS[@]}"; do
		[[ -d $TRACING/events/suture/$event ]] || {
			echo "no event suture:$event"
			return 1
		}
	done
}

traced() { # PATTERN...: lines that match, in this order
	local pattern rest
	rest=$(<"$TRACING/trace")
	for pattern; do
		[[ $rest =~ $pattern ]] || {
			echo "the trace lacks, or has too early: $pattern"
			grep -v task_switched "$TRACING/trace" | tail -n 20
			return 1
		}
		rest=${rest#*"${BASH_REMATCH[0]}"}
	done
}

# A task that computes and that nothing takes off its CPU, while the test keeps to
# another: of tasks that come and go, none may be on a CPU when a pass looks there.
start_runner() {
	save_setting "$THROTTLE" && write -1 "$THROTTLE" && start_kind runner computes &&
		taskset -pc 1 "${kind[runner]}" && chrt -fp 1 "${kind[runner]}" && taskset -pc 0 $$
}

# RCU does not get on beside it, so nothing is asked of the trace before.
end_runner() {
	kill "${kind[runner]}" && restore_setting "$THROTTLE"
}

is_suture || skip_all "the kernel's own engine has no tracepoints"
(($(nproc) > 1)) || skip_all "one CPU for the test and one for a task that computes are needed"
begin 19
check "the module loads" load_module test_target
check "the tracepoints are there" have_events
check "they are switched on" write 1 "$TRACING/events/suture/enable"
check "a task sleeps in the original" start_sleeper 1 target sleep
check "a task computes on a CPU" start_runner
check "the patch starts" start_patch "$PATCH"
check "the one that computes ends" end_runner
check "and waits for the task" wait_for 10 only_pending 1 "$PATCH"
check "the start is told" traced "transition_start: patch=$PATCH target=patched tasks=[1-9]"
check "tasks that were asleep have moved" traced "task_switched: comm=.* target=patched means=asleep pending_us="
check "the one that ran has moved" traced \
	"task_switched: comm=kinds pid=${kind[runner]} target=patched means=stopped pending_us="
check "the one that cannot is told, and where it is" traced \
	"task_blocked: comm=call pid=${sleeper[1]} target=patched reason=function where=target_sleep"
check "told once, however often it was tried" equal "$(grep -c "task_blocked:.* pid=${sleeper[1]} " "$TRACING/trace")" 1
check "it is turned round" start_revert "$PATCH"
check "and completes" reverted "$PATCH"
check "the turn is told, and the end" traced "transition_reversed: patch=$PATCH target=unpatched" \
	"transition_complete: patch=$PATCH target=unpatched duration_us=[0-9]+ forced=0"
check "they are switched off" eval "write 0 $TRACING/events/suture/enable && write '' $TRACING/trace"
check "the module unloads" eval "wake_sleeper 1 0 && unload_module $PATCH"
finish
