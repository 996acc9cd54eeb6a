#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Force completes a transition in spite of the tasks that hold it; whatever it takes away under them is never unloaded, whom it overrode is on record, and the functions in question are not patched again unless root insists.
. ./functions.sh

readonly PATCH=test_patch_sleep
readonly DIR=$SUTURE_SYSFS/$PATCH FORCED=/proc/suture/forced OTHER=test_patch_held
readonly CUMULATIVE=test_patch_replace
readonly INSIST=/sys/module/suture/parameters/allow_after_force

force() {
	write 1 "$DIR/force"
}

# What the file refuses or ignores leaves the transition alone.
unimpressed() { # VALUE
	refused "Invalid argument" write "$1" "$DIR/force" && in_transition "$PATCH" 1
}

# What a transition was forced over: the task in the function, and where.
on_record() { # TARGET FUNCTION OBJECT
	local text
	text=$(cat "$FORCED")
	[[ $text == *"# patch=$PATCH target=$1 time="*"reason=function function=$2 object=$3 comm=call"*$'\n\t'"target_wait"* ]] || {
		echo "$text"
		return 1
	}
}

begin 41
check "the module loads" load_module test_target
check "the patch loads" load_patch "$PATCH"
check "outside a transition there is nothing to force" refused "Invalid argument" force
check "only root may write it, and nobody read it" equal "$(stat -c %A "$DIR/force")" "--w-------"
check "the patch is reverted" revert_patch "$PATCH"
check "another patch of the function comes and goes" eval "load_patch $OTHER && revert_patch $OTHER"

check "a task sleeps in the original" start_sleeper 1 target sleep
check "the patch starts" start_patch "$PATCH"
check "the task alone holds it" wait_for 10 only_pending 1 "$PATCH"
for nonsense in 2 x ''; do
	check "'$nonsense' is not taken" unimpressed "$nonsense"
done
check "0 is taken, and does nothing" eval "write 0 $DIR/force && in_transition $PATCH 1"
check "nothing was forced so far" eval "reads $DIR/forced 0 && equal '$(cat $FORCED)' ''"
check "the record is for root alone" equal "$(stat -c '%a %u' "$FORCED")" "400 0"
check "1 completes it" eval "force && patched $PATCH"
check "the log says so" logged "livepatch: forcing remaining tasks to the patched state" \
	"suture: 1 task is forced over:" "comm=call" "target_wait" \
	"livepatch: '$PATCH': patching complete"
check "the patch is marked" reads "$DIR/forced" 1
check "the system is, by a record of whom it overrode" on_record patched target_sleep test_target
check "the task wakes in the original, which is still there" wake_sleeper 1 0

check "another sleeps in the replacement" start_sleeper 2 target sleep
check "the patch is being reverted, held by it" eval "start_revert $PATCH && wait_for 10 only_pending 1 $PATCH"
check "1 completes that, too" eval "force && reverted $PATCH"
check "the original answers" eval "start_sleeper 3 target sleep && wake_sleeper 3 0"
check "the module of the patch stays, for the task is in it" refused "in use" rmmod "$PATCH"
check "the task wakes in the replacement, which is still there" wake_sleeper 2 1
check "that is on record, too" on_record unpatched patched_sleep "$PATCH"
check "the module stays even so" refused "in use" rmmod "$PATCH"

check "another patch of the function is refused now" refused "not permitted" load_module "$OTHER"
check "the log says why, and what to do" logged \
	"livepatch: patch '$OTHER': object 'test_target': function 'target_sleep': a transition of patch '$PATCH' that changes it was forced" \
	"$INSIST"
check "nothing of it is left" eval "not_loaded $OTHER && gone $SUTURE_SYSFS/$OTHER"
check "a patch of other functions is not" eval "load_patch test_patch_inner && revert_patch test_patch_inner"
check "nonsense is no way to insist" refused "Invalid argument" write maybe "$INSIST"
check "who insists can load it" eval "write 1 $INSIST && load_patch $OTHER && revert_patch $OTHER"

check "a task sleeps in a patch" eval "load_patch $OTHER && start_sleeper 4 target sleep"
check "a cumulative patch replaces it, held by the task" eval \
	"start_patch $CUMULATIVE && wait_for 10 only_pending 1 $CUMULATIVE"
check "1 completes that" eval "write 1 $SUTURE_SYSFS/$CUMULATIVE/force && patched $CUMULATIVE"
check "the replaced patch is gone" wait_for 5 gone "$SUTURE_SYSFS/$OTHER"
check "its module stays, for the task is in it" holds_for 1 refused "in use" rmmod "$OTHER"
check "the task wakes there" wake_sleeper 4 1
check "the cumulative patch is reverted, and unloads" revert_patch "$CUMULATIVE"
finish_used_up
