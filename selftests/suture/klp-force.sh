#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# klp force shows whom it overrides, does it only when it is told to, and has it on record afterwards.
. ./functions.sh
. ./klp-functions.sh

readonly PATCH=test_patch_sleep UNLUCKY=test_patch_unlucky FORCED=/proc/suture/forced

# A patch whose init function goes on after it has enabled the patch, and fails then. On ppc64le, where
# modules keep their init functions, that is in the patch's code as well.
unlucky_starts() {
	load_module "$UNLUCKY" hold=1 2>/dev/null &
	children+=("$!")
	wait_for 10 reads "$SUTURE_SYSFS/$UNLUCKY/enabled" 1 && patched "$UNLUCKY"
}

unlucky_ends() {
	wake_sleeper 3 1 && write 0 "/sys/module/$UNLUCKY/parameters/hold" &&
		wait_for 10 not_loaded "$UNLUCKY"
}

begin 22
check "the module loads" load_module test_target
check "nothing was forced so far" says "no transition was forced" klp blocking --forced

check "a task sleeps in a patch whose init function goes on" eval "unlucky_starts && start_sleeper 3 target sleep"
check "that is being reverted" complains 3 "still disabling" klp disable --timeout 1 "$UNLUCKY"
check "and cannot be forced off, as klp says" complains 1 "init function of its module has not ended" klp force --yes "$UNLUCKY"
check "it goes when both have left it" unlucky_ends

check "a task sleeps in the original" start_sleeper 1 target sleep
check "klp load gives up waiting, and names the task" complains 3 "such as ${sleeper[1]} (call), in target_sleep of test_target" \
	klp load --timeout 1 --deadline 0 "modules/$PATCH.ko"
check "klp status has the time that it takes already" says " tasks to go after " klp status
check "klp force asks nobody, and so wants --yes" complains 2 "give --yes" klp force "$PATCH"
check "and has forced nothing" eval "in_transition $PATCH 1 && equal '$(cat "$FORCED")' ''"
check "klp force is not for everyone" complains 1 "as root" as_nobody klp force --yes "$PATCH"
check "with --yes it completes the transition" says "$PATCH: forced, and enabled in " klp force --yes "$PATCH"
check "and has shown whom it overrode" grep -F "call: in target_sleep of test_target" "$scratch/stderr"
check "the patch is enabled" patched "$PATCH"
check "that is on record" says "$PATCH: forced to be patched on " klp blocking --forced
check "as JSON, too" says '"function": "target_sleep"' klp blocking --forced --json
check "the task wakes in the original" wake_sleeper 1 0

check "another sleeps in the replacement" start_sleeper 2 target sleep
check "klp disable gives up waiting" complains 3 "still disabling" klp disable --timeout 1 "$PATCH"
check "klp force completes that, too, and says that the module stays" says "its module has to stay" klp force --yes "$PATCH"
check "klp unload says so" complains 1 "still in use" klp unload "$PATCH"
wake_sleeper 2 1 >/dev/null
finish_used_up
