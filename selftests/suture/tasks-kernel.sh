#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Kernel threads move while they sleep, are parked, or only ever call cond_resched(), and idle tasks do; none of them while it is inside a function that changes.
. ./functions.sh
. ./kinds-functions.sh

readonly ASLEEP=0 PARKED=1 BUSY=2 TRACING=/sys/kernel/tracing
CPUS=$(nproc)
readonly CPUS

# One that is busy on each CPU: no CPU is ever idle, or runs anything else for long.
start_all() {
	local i
	start_thread asleep "$ASLEEP" && start_thread parked "$PARKED" || return
	for ((i = 0; i < CPUS; i++)); do
		start_thread busy $((BUSY + i)) || return
	done
	wait_for 5 is_held "$ASLEEP" && wait_for 5 is_held "$PARKED"
}

all_run_in() { # UNIVERSE
	local i
	for ((i = 0; i < CPUS; i++)); do
		soon_runs_in $((BUSY + i)) "$1" || return
	done
	is_held "$ASLEEP" && let_go "$ASLEEP" && soon_runs_in "$ASLEEP" "$1" &&
		is_held "$PARKED" && let_go "$PARKED" && soon_runs_in "$PARKED" "$1"
}

stop_all() {
	local i
	stop_thread "$ASLEEP" "$PARKED" || return
	for ((i = 0; i < CPUS; i++)); do
		stop_thread $((BUSY + i)) || return
	done
}

start_inside() {
	start_thread asleep-inside 0 && start_thread parked-inside 1 && start_thread busy-inside 2 &&
		wait_for 5 is_held 0 && wait_for 5 is_held 1 && wait_for 5 is_held 2
}

# One by one, and with the last the transition is over.
leave() { # TOWARDS FROM-UNIVERSE
	held_back_by 3 "$1" &&
		let_go 0 && soon_runs_in 0 "$2" && held_back_by 2 "$1" &&
		let_go 1 && soon_runs_in 1 "$2" && held_back_by 1 "$1" &&
		let_go 2 && soon_runs_in 2 "$2"
}

# A return probe on what is on a busy one's stack: the kernel does not look through it there.
probe_return() {
	echo 'r:suture/held kinds_held_on_cpu' >"$TRACING/kprobe_events" && write 1 "$TRACING/events/suture/enable"
}

unprobe() {
	write 0 "$TRACING/events/suture/enable" && write '' "$TRACING/kprobe_events"
}

begin 31
check "the module loads" load_module test_kinds

check "kernel threads sleep, are parked and are busy" start_all
check "the patch completes" load_patch "$KINDS_PATCH"
check "each runs the new code from now on" all_run_in 1
check "they end" stop_all
check "kernel threads sleep, are parked and are busy" start_all
# RCU-tasks would wait for the busy ones as long as they run: nobody may wait for that.
check "the patch is reverted" eval "start_revert $KINDS_PATCH && reverted $KINDS_PATCH && pause 1"
check "its module unloads" unload_module "$KINDS_PATCH"
check "each runs the old code from now on" all_run_in 0
check "it is applied and reverted once more beside the busy ones" eval "load_patch $KINDS_PATCH && revert_patch $KINDS_PATCH"
check "they end" stop_all

check "kernel threads sleep, are parked and are busy inside the original" start_inside
check "the patch starts" start_patch "$KINDS_PATCH"
check "each holds it back until it leaves" leave 1 0
check "now the patch completes" patched "$KINDS_PATCH"
check "they end" stop_thread 0 1 2
check "kernel threads sleep, are parked and are busy inside the replacement" start_inside
check "the patch is being reverted" start_revert "$KINDS_PATCH"
check "each holds it back until it leaves" leave 0 1
check "now the patch is reverted" eval "reverted $KINDS_PATCH && unload_module $KINDS_PATCH"
check "they end" stop_thread 0 1 2

check "a return probe is on what a busy kernel thread is in" probe_return
check "it is busy inside the original" eval "start_thread busy-inside 2 && wait_for 5 is_held 2"
check "the patch starts" start_patch "$KINDS_PATCH"
check "it is held back until the thread leaves" eval "held_back_by 1 1 && let_go 2 && soon_runs_in 2 0"
check "now the patch completes" patched "$KINDS_PATCH"
check "it is reverted" revert_patch "$KINDS_PATCH"
check "the thread ends" stop_thread 2
check "the probe goes" unprobe
unload_module test_kinds

# Idle tasks have never been anywhere else than in this one, which does not return.
check "a function that idle tasks are always in is held back by them, one of each CPU" \
	eval "start_patch test_patch_named function=cpu_startup_entry &&
		wait_for 10 only_pending $CPUS test_patch_named && holds_for 1 only_pending $CPUS test_patch_named &&
		start_revert test_patch_named && reverted test_patch_named && unload_module test_patch_named"
finish
