#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Force completes a transition in spite of the tasks that hold it; whatever it takes away under them is never unloaded.
. ./functions.sh

readonly PATCH=test_patch_sleep
readonly DIR=$SUTURE_SYSFS/$PATCH

force() {
	write 1 "$DIR/force"
}

# What the file refuses or ignores leaves the transition alone.
unimpressed() { # VALUE
	refused "Invalid argument" write "$1" "$DIR/force" && in_transition "$PATCH" 1
}

begin 22
check "the module loads" load_module test_target
check "the patch loads" load_patch "$PATCH"
check "outside a transition there is nothing to force" refused "Invalid argument" force
check "only root may write it, and nobody read it" equal "$(stat -c %A "$DIR/force")" "--w-------"
check "the patch is reverted" revert_patch "$PATCH"

check "a task sleeps in the original" start_sleeper 1 target sleep
check "the patch starts" start_patch "$PATCH"
check "the task alone holds it" wait_for 10 only_pending 1 "$PATCH"
for nonsense in 2 x ''; do
	check "'$nonsense' is not taken" unimpressed "$nonsense"
done
check "0 is taken, and does nothing" eval "write 0 $DIR/force && in_transition $PATCH 1"
check "1 completes it" eval "force && patched $PATCH"
check "the log says so" logged "livepatch: forcing remaining tasks to the patched state" \
	"livepatch: '$PATCH': patching complete"
check "the task wakes in the original, which is still there" wake_sleeper 1 0

check "another sleeps in the replacement" start_sleeper 2 target sleep
check "the patch is being reverted, held by it" eval "start_revert $PATCH && wait_for 10 only_pending 1 $PATCH"
check "1 completes that, too" eval "force && reverted $PATCH"
check "the original answers" eval "start_sleeper 3 target sleep && wake_sleeper 3 0"
check "the module of the patch stays, for the task is in it" refused "in use" rmmod "$PATCH"
check "the task wakes in the replacement, which is still there" wake_sleeper 2 1
check "the module stays even so" refused "in use" rmmod "$PATCH"
finish_used_up
