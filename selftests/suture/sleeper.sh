#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A task asleep in a function that is being changed holds the transition, in both directions, until it has left; meanwhile the patch cannot be unloaded.
. ./functions.sh

readonly PATCH=test_patch_sleep
readonly DIR=$SUTURE_SYSFS/$PATCH
# Far longer than any engine takes that does not wait for the sleeper.
readonly HOLD=2

# Most tasks take part; only those asleep in the function are left.
held_by() { # NUMBER
	wait_for 10 only_pending "$1" "$PATCH" && { ! is_suture || number "$DIR/total_tasks" -gt 10; }
}

begin 30
check "the module loads" load_module test_target
check "a task sleeps in the original" start_sleeper 1 target sleep
check "the patch starts" start_patch "$PATCH"
check "and stays in transition" holds_for "$HOLD" in_transition "$PATCH" 1
check "every other task moves over" held_by 1
check "its module is in use" refused "in use" rmmod "$PATCH"
check "the task wakes, still in the original" wake_sleeper 1 0
check "with it the transition completes" patched "$PATCH"
check "no task is pending" only_pending 0 "$PATCH"

check "another sleeps in the replacement" start_sleeper 2 target sleep
check "a third, too" start_sleeper 3 target sleep
check "the patch is being reverted" start_revert "$PATCH"
check "and stays in transition" holds_for "$HOLD" in_transition "$PATCH" 0
check "two tasks hold it" held_by 2
check "its module is in use" refused "in use" rmmod "$PATCH"
check "0 again is refused" refused "Invalid argument" write 0 "$DIR/enabled"
check "1 turns it round" write 1 "$DIR/enabled"
check "and completes at once, for the sleepers need not move" patched "$PATCH"
check "1 again is refused" refused "Invalid argument" write 1 "$DIR/enabled"
check "the log tells of the turn" logged "livepatch: '$PATCH': reversing transition from unpatching to patching"
check "the second wakes in the replacement" wake_sleeper 2 1

check "the patch is being reverted once more" start_revert "$PATCH"
check "the third alone holds it" holds_for "$HOLD" in_transition "$PATCH" 0
check "a task that comes now sleeps in the original" start_sleeper 4 target sleep
check "and wakes in it" wake_sleeper 4 0
check "the third wakes in the replacement" wake_sleeper 3 1
check "with it the reversal completes" reverted "$PATCH"
check "the module unloads" unload_module "$PATCH"
check "the original answers" target_says "version 0"
finish
