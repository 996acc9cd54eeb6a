#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A transition can be turned round as often as one likes while it is held, in both directions, and completes in the direction that it was last given.
#
# Held from both sides: one task sleeps in the original, so that patching cannot
# complete, and one in the replacement, so that unpatching cannot.
. ./functions.sh

readonly PATCH=test_patch_sleep TURNS=20
readonly DIR=$SUTURE_SYSFS/$PATCH

turn_many_times() {
	local turn towards=1
	for ((turn = 1; turn <= TURNS; turn++)); do
		towards=$((1 - towards))
		write "$towards" "$DIR/enabled" && in_transition "$PATCH" "$towards" || return
	done
}

# Leads to a transition to patched, held by sleeper 1 in the original and, once
# turned round, by sleeper 2 in the replacement: it is started when all tasks but
# sleeper 1 have moved over.
hold_from_both_sides() {
	start_sleeper 1 target sleep && start_patch "$PATCH" &&
		wait_for 10 only_pending 1 "$PATCH" && start_sleeper 2 target sleep
}

begin 19
check "the module loads" load_module test_target

check "one task holds the transition, another its reversal" hold_from_both_sides
check "turned round $TURNS times, it is still under way" turn_many_times
check "both directions are in the log" logged \
	"livepatch: '$PATCH': reversing transition from patching to unpatching" \
	"livepatch: '$PATCH': reversing transition from unpatching to patching"
check "the one in the original leaves" wake_sleeper 1 0
check "patching completes" patched "$PATCH"
check "the other is in the replacement still" wake_sleeper 2 1
check "the patch is reverted" revert_patch "$PATCH"

check "held from both sides again" hold_from_both_sides
check "turned round $TURNS times, it is still under way" turn_many_times
check "turned round once more" write 0 "$DIR/enabled"
check "the one in the replacement leaves" wake_sleeper 2 1
check "unpatching completes" reverted "$PATCH"
check "the other is in the original still" wake_sleeper 1 0
check "the module unloads" unload_module "$PATCH"

check "a task sleeps in the original" start_sleeper 3 target sleep
check "a patch that is turned round before anyone could enter it is gone at once" \
	eval "start_patch $PATCH && start_revert $PATCH && reverted $PATCH && unload_module $PATCH"
check "the task has noticed nothing" wake_sleeper 3 0
finish
