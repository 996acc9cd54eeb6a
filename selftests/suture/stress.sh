#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Patched and reverted 200 times under load from many tasks, no call is ever answered wrong: not damaged, not mixed, not late.
#
# Half of all calls are of a pair: a function and two that it calls, changed
# together. Were a task switched while it is inside one of them, the answer
# would say so. Between transitions the load is told what must answer.
. ./functions.sh
. ./load-functions.sh

readonly ROUNDS=${ROUNDS:-200} TASKS=8 FORKERS=2

more_than() { # NAME NUMBER
	local number
	number=$(counted "$1")
	[[ -n $number ]] && ((number > $2)) && return
	echo "$1: '$number', expected more than $2"
	return 1
}

# Ahead of the load, which leaves no CPU idle: what is tested is the patching, not the queue for it.
cycle() {
	nice -n -20 ./cycle modules/test_patch_1.ko "$ROUNDS" 1 "$scratch/announcement" >"$scratch/cycle" 2>&1 || {
		cat "$scratch/cycle" "$scratch/load"
		return 1
	}
}

begin 10
check "the modules load" load_targets
check "$TASKS tasks and $FORKERS that fork make calls" start_load 10
check "patched and reverted $ROUNDS times under it" cycle
diagnose "$(<"$scratch/cycle")"
check "the load found nothing wrong" stop_load
diagnose "$(<"$scratch/load")"
check "wrong answers: none" equal "$(counted wrong)" 0
check "the original answered" more_than universe0 "$ROUNDS"
check "the patch answered" more_than universe1 "$ROUNDS"
check "nobody else did" equal "$(counted universe2) $(counted universe3)" "0 0"
check "tasks were born all the while" more_than born "$ROUNDS"
finish
