#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The audit finds nothing while a sound engine patches and reverts under load, and finds an engine that switches tasks too early.
#
# The latter is a build with a fault: it switches tasks named "early" whatever
# their stacks show. One task that sleeps in a function under change holds the
# transition, so that the others call pairs while it runs.
. ./functions.sh

readonly PATCH=test_patch_held TASKS=6
# Rounds until a task is caught between the two halves of a pair; one will do, nearly always.
readonly ROUNDS=20

stat_of() { # NAME: prints
	sed -n "s/^$1 //p" /proc/suture/stats
}

counted() { # NAME COMPARISON NUMBER
	local value
	value=$(stat_of "$1")
	test "$value" "$2" "$3" && return
	echo "$1 is $value, not $2 $3"
	return 1
}

start_load() {
	ln -s "$PWD/load" "$scratch/early"
	"$scratch/early" "$TASKS" 0 >"$scratch/load" 2>&1 &
	load=$!
	children+=("$load")
	wait_for 10 grep -qx running "$scratch/load"
}

# Its exit status is that of the answers: with a faulty engine they may be mixed.
stop_load() {
	kill "$load" && wait "$load"
	rm "$scratch/early"
}

# One transition that a sleeper holds, with the load running through it.
held_transition() {
	start_sleeper 1 target sleep && start_patch "$PATCH" && wait_for 10 only_pending 1 "$PATCH" &&
		pause 0.2
}

# The load has to be gone before the patch is: the faulty engine would free it under its feet.
sound_round() {
	start_load && held_transition && wake_sleeper 1 0 && patched "$PATCH" &&
		revert_patch "$PATCH" && stop_load
}

faulty_rounds() {
	local round
	for ((round = 1; round <= ROUNDS; round++)); do
		start_load && held_transition || return
		stop_load
		wake_sleeper 1 0 && patched "$PATCH" && revert_patch "$PATCH" || return
		[[ $(stat_of audit_violations) == 0 ]] || break
	done
	diagnose "found after $round rounds of at most $ROUNDS"
}

is_suture || skip_all "the kernel's own engine has no audit"
begin 17
check "the modules load" load_targets
check "the audit is off" reads /sys/module/suture/parameters/audit N
check "with it off, a round" sound_round
check "nothing was checked" counted audit_checks -eq 0
check "nonsense does not switch it on" refused "" write maybe /sys/module/suture/parameters/audit
check "it is switched on" write 1 /sys/module/suture/parameters/audit
check "a round" sound_round
check "calls were checked" counted audit_checks -gt 100
check "no mixture was found" counted audit_violations -eq 0
check "none was skipped" counted audit_skipped -eq 0
check "Suture is unloaded" unload_module suture
if [[ -e modules/suture_faulty.ko ]]; then
	check "one with a fault takes its place" load_module suture_faulty audit=1
	check "rounds with that" faulty_rounds
	check "mixtures were found" counted audit_violations -gt 0
	check "the log names the task and both functions" logged "livepatch: audit: task " "(early) calls target_" "of the other one active"
	check "it is unloaded" unload_module suture_faulty
else
	for what in loaded run found logged unloaded; do
		skip "an engine with a fault is $what" "it was not built (SUTURE_FAULTY)"
	done
fi
finish
