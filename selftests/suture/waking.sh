#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A task that sleeps inside a function that changes is woken as by a signal after the time that is set, not before, and does not notice; one whose sleep no signal may end is left alone.
. ./functions.sh
. ./kinds-functions.sh

readonly WAKE_AFTER=/sys/module/suture/parameters/wake_after_ms

woken() { # COMPARISON NUMBER
	local value
	value=$(sed -n 's/^woken //p' /proc/suture/stats)
	test "$value" "$1" "$2" && return
	echo "woken is $value, not $1 $2"
	return 1
}

is_suture || skip_all "the kernel's own engine cannot be told when"
begin 20
check "the module loads" load_module test_kinds
check "by default it is as mainline has it" reads "$WAKE_AFTER" 15000
for nonsense in "" soon -1; do
	check "'$nonsense' is no time" refused "Invalid argument" write "$nonsense" "$WAKE_AFTER"
done
check "never is one" write 0 "$WAKE_AFTER"

start_kind dozes held doze-inside 1
check "a task sleeps in the original, until a signal comes" eval "wait_for 5 is_held 1 && wait_for 5 in_state dozes S"
check "the patch starts" start_patch "$KINDS_PATCH"
check "the task holds it back, and is not woken" eval "held_back_by 1 1 && woken -eq 0"
check "a time is set" write 100 "$WAKE_AFTER"
check "the patch completes" patched "$KINDS_PATCH"
check "it was woken for that" woken -gt 0
check "it noticed nothing: it sleeps in the replacement" eval "wait_for 5 is_held 1 && wait_for 5 in_state dozes S"

start_kind sleeps held sleep-inside 2
check "another sleeps there, whatever signal comes" eval "wait_for 5 is_held 2 && in_state sleeps D"
check "the patch is being reverted" start_revert "$KINDS_PATCH"
check "the one leaves, the other holds it back" held_back_by 1 0
check "it is where it was" eval "is_held 2 && in_state sleeps D && let_go 2 && answered sleeps 1"
check "now the patch is reverted" eval "reverted $KINDS_PATCH && unload_module $KINDS_PATCH"
check "the one is in the original again, and ends" eval "wait_for 5 is_held 1 && let_go 1 && answered dozes 0"
unload_module test_kinds
finish
