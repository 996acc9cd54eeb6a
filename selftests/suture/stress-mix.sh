#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Patches come, go, turn round, are stacked and replaced for 500 transitions, under load from 16 tasks, births, deaths, signals, modules that come and go, tracers and probes; no call is ever answered wrong.
#
# TRANSITIONS  how many at least [500]
# DURATION     for how many seconds at least [0]: for a night, give 30000
# SEED         of the order of what is done [1]
. ./functions.sh
. ./load-functions.sh

readonly TRANSITIONS=${TRANSITIONS:-500} DURATION=${DURATION:-0} SEED=${SEED:-1} TASKS=16 FORKERS=2
readonly TRACING=/sys/kernel/tracing
disturbers=()

# disturb NAME COMMAND...: over and over beside it; how often, and what failed, is in files.
disturb() {
	local name=$1
	shift
	echo 0 >"$scratch/times.$name"
	(
		times=0
		while [[ ! -e $scratch/calm ]]; do
			"$@" || exit
			echo $((++times)) >"$scratch/times.$name"
		done
	) >"$scratch/disturb.$name" 2>&1 &
	disturbers+=("$name")
	children+=("$!")
}

# One that has nothing to do with it.
modules() {
	load_module test_busy && rmmod test_busy && pause 0.05
}

tracer() {
	echo function >"$TRACING/current_tracer" && pause 0.2 && echo nop >"$TRACING/current_tracer" &&
		pause 0.1
}

probes() {
	echo 'p:mix/entry target_first' >>"$TRACING/kprobe_events" &&
		echo 'r:mix/return target_second' >>"$TRACING/kprobe_events" &&
		echo 1 >"$TRACING/events/mix/enable" && pause 0.2 && echo 0 >"$TRACING/events/mix/enable" &&
		echo >"$TRACING/kprobe_events" && pause 0.1
}

# Tasks of the load stop and go on, and get signals that they ignore.
signals() {
	local tasks
	mapfile -t tasks < <(ps -o pid= --ppid "$load")
	kill -STOP "${tasks[@]:0:4}" && kill -TERM "${tasks[@]}" && pause 0.02 &&
		kill -CONT "${tasks[@]:0:4}" && pause 0.1
}

start_disturbing() {
	echo 'target_*' >"$TRACING/set_ftrace_filter" || return
	disturb modules modules
	disturb tracer tracer
	disturb probes probes
	disturb signals signals
}

# Each has gone round a few times, and none has failed.
stop_disturbing() {
	local name child failed=0
	: >"$scratch/calm"
	for child in "${children[@]:1}"; do
		wait "$child" || failed=1
	done
	echo >"$TRACING/set_ftrace_filter"
	echo >"$TRACING/trace"
	for name in "${disturbers[@]}"; do
		number "$scratch/times.$name" -gt 2 && [[ ! -s $scratch/disturb.$name ]] && continue
		cat "$scratch/disturb.$name"
		failed=1
	done
	return "$failed"
}

# Ahead of the load, which leaves no CPU idle: what is tested is the patching, not the queue for it.
mix() {
	nice -n -20 ./mix "$TRANSITIONS" "$DURATION" "$SEED" "$scratch/announcement" >"$scratch/mix" 2>&1 && return
	cat "$scratch/mix" "$scratch/load"
	return 1
}

begin 10
check "the modules load" load_targets
check "$TASKS tasks and $FORKERS that fork make calls" start_load 20
check "modules, tracers, probes and signals disturb them" start_disturbing
check "at least $TRANSITIONS transitions of all kinds" mix
diagnose "$(<"$scratch/mix")"
check "nothing that disturbed has failed" stop_disturbing
diagnose "$(grep -H . "$scratch"/times.*)"
check "the load found nothing wrong" stop_load
diagnose "$(<"$scratch/load")"
check "wrong answers: none" equal "$(counted wrong)" 0
check "all universes have answered" fails grep -E '^universe[0-3] [0-9]{0,2}$' "$scratch/load"
check "tasks were born all the while" eval "(($(counted born) > 100))"
finish
