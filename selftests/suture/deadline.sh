#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A transition that is not complete at its deadline is reversed, in either direction, and the log says which tasks it had to wait for; without a deadline it waits for ever.
. ./functions.sh

readonly PATCH=test_patch_sleep DEFAULT=/sys/module/suture/parameters/deadline_ms
readonly DIR=$SUTURE_SYSFS/$PATCH

expired() { # DIRECTION
	logged "livepatch: '$PATCH': $1 transition not complete after its deadline of 300 ms: reversing it, since 1 task has not moved" \
		"reason=function function=$2 object=$3 comm=call" \
		"livepatch: '$PATCH': reversing transition from $1 to "
}

is_suture || skip_all "the kernel's own engine has no deadlines"
begin 42
check "the module loads" load_module test_target
check "by default there is no deadline" reads "$DEFAULT" 0
for nonsense in "" soon -1 1.5 99999999999; do
	check "'$nonsense' is no default deadline" refused "" write "$nonsense" "$DEFAULT"
done
check "the default is what it was" reads "$DEFAULT" 0

check "a task sleeps in the original" start_sleeper 1 target sleep
check "the patch starts" start_patch "$PATCH"
check "it has no deadline" reads "$DIR/deadline_ms" 0
for nonsense in "" soon -1 1.5 99999999999; do
	check "'$nonsense' is no deadline" refused "Invalid argument" write "$nonsense" "$DIR/deadline_ms"
done
check "it still has none, and waits" holds_for 1 in_transition "$PATCH" 1
check "it gets one" write 300 "$DIR/deadline_ms"
check "it is reversed, and gone" reverted "$PATCH"
check "the log says why" expired patching target_sleep test_target
check "it is counted" grep -qx "deadlines_passed 1" /proc/suture/stats
check "the module unloads" unload_module "$PATCH"

check "there is a default now" write 300 "$DEFAULT"
check "the patch starts with it" eval "start_patch $PATCH && reverted $PATCH && unload_module $PATCH"
check "it was reversed by that" grep -qx "deadlines_passed 2" /proc/suture/stats
check "the task has noticed nothing" wake_sleeper 1 0

check "the default is one that no machine needs" write 60000 "$DEFAULT"
check "the patch loads, within its deadline" load_patch "$PATCH"
check "a task sleeps in the replacement" start_sleeper 2 target sleep
check "the patch has no deadline of its own" write 0 "$DIR/deadline_ms"
check "it is being reverted" start_revert "$PATCH"
check "this transition gets one" write 300 "$DIR/deadline_ms"
check "at that the patch is patched again" eval "wait_for 10 reads $DIR/enabled 1 && patched $PATCH"
check "it was that transition's alone" reads "$DIR/deadline_ms" 0
check "the patch gets one of its own" write 300 "$DIR/deadline_ms"
check "the patch is being reverted" start_revert "$PATCH"
check "at the deadline it is patched again" eval "wait_for 10 reads $DIR/enabled 1 && patched $PATCH"
check "the log says why" expired unpatching patched_sleep "$PATCH"
check "the task has noticed nothing" wake_sleeper 2 1
check "it gets one that no machine needs" write 60000 "$DIR/deadline_ms"
check "now the patch is reverted" revert_patch "$PATCH"
finish
