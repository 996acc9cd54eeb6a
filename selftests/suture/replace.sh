#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A cumulative patch takes the place of all others in one transition: what it does not change goes back to the original, and the others can be unloaded once no task is in them, and not before.
. ./functions.sh

readonly PATCH=test_patch_replace
readonly DIR=$SUTURE_SYSFS/$PATCH
readonly HOLD=1
# One of the two functions of one name answers from a patch, the other is the original.
readonly ONE_TWIN='twins \(2 0\|0 2\)'

# The functions in the patch's folder are just these.
has_functions() { # NAME...
	equal "$(cd "$DIR/test_target" && printf '%s\n' *,1 | sort | xargs)" "$(printf '%s,1\n' "$@" | sort | xargs)"
}

# Whether anybody redirects calls of the function.
hooked() { # FUNCTION
	grep -q "^$1 " "$ENABLED_FUNCTIONS"
}

all_gone() { # PATCH...
	local patch
	for patch; do
		gone "$SUTURE_SYSFS/$patch" || return
	done
}

begin 79
check "the modules to be patched load" load_targets
check "three patches load, one on top of the other" \
	eval "load_patch test_patch_1 && load_patch test_patch_2 && load_patch test_patch_sleep"
check "the cumulative one loads" load_patch "$PATCH"
check "its functions answer from it" answers caller single direct task 3
check "a function that it does not have is the original again" answers caller many direct task 0
check "one of another patch, too" answers target pair pointer task 0
check "the others have gone from sysfs" wait_for 5 all_gone test_patch_1 test_patch_2 test_patch_sleep
check "it is alone in the stack" reads "$DIR/stack_order" 1
check "it says that it replaces" reads "$DIR/replace" 1
check "its folder has its own functions alone" wait_for 5 has_functions target_single target_version
check "nobody redirects the others' functions" fails hooked target_many
check "its own are redirected" hooked target_single
check "the others unload" eval "unload_module test_patch_1 && unload_module test_patch_2 && unload_module test_patch_sleep"
check "its functions still answer" target_says "version 3"
check "one of the others loads on top" load_patch test_patch_1
check "and answers" ./call all 1
check "it goes again" revert_patch test_patch_1
check "the cumulative one answers" target_says "version 3"
check "it is reverted" revert_patch "$PATCH"
check "all originals answer" ./call all 0

check "an initial patch, which changes nothing, loads on top of another" \
	eval "load_patch test_patch_1 && load_patch test_patch_initial"
check "all originals answer" ./call all 0
check "it is alone" wait_for 5 all_gone test_patch_1
check "what it has replaced unloads" unload_module test_patch_1
check "nothing is redirected" wait_for 5 fails hooked target_single
check "the cumulative patch takes its place" eval "load_patch $PATCH && target_says 'version 3'"
check "the initial one goes" wait_for 5 all_gone test_patch_initial
check "and unloads" unload_module test_patch_initial
check "the cumulative patch is reverted" revert_patch "$PATCH"

check "a patch of a function that sleeps" load_patch test_patch_sleep
check "a task sleeps in the replacement" start_sleeper 1 target sleep
check "the cumulative patch, which does not have it, starts" start_patch "$PATCH"
check "and stays in transition" holds_for "$HOLD" in_transition "$PATCH" 1
check "one task holds it" wait_for 10 only_pending 1 "$PATCH"
check "its folder has the function that goes back" has_functions target_single target_sleep target_version
check "the replaced patch is still enabled" reads "$SUTURE_SYSFS/test_patch_sleep/enabled" 1
check "it cannot be unloaded" refused "in use" rmmod test_patch_sleep
check "a task that comes now sleeps in the original" start_sleeper 2 target sleep
check "and wakes there" wake_sleeper 2 0
check "the first wakes in the replacement" wake_sleeper 1 1
check "with it the transition completes" patched "$PATCH"
check "the replaced patch goes" wait_for 5 all_gone test_patch_sleep
check "and unloads" unload_module test_patch_sleep
check "the function is the original" eval "start_sleeper 3 target sleep && wake_sleeper 3 0"
check "the cumulative patch is reverted" revert_patch "$PATCH"

check "the patch of a function that sleeps, once more" load_patch test_patch_sleep
check "a task sleeps in the replacement" start_sleeper 4 target sleep
check "the cumulative patch starts" start_patch "$PATCH"
check "all others move over" wait_for 10 only_pending 1 "$PATCH"
check "a second sleeps in the original" start_sleeper 5 target sleep
check "the cumulative patch is turned back" start_revert "$PATCH"
check "and stays in transition" holds_for "$HOLD" in_transition "$PATCH" 0
check "held by the second, which would find itself in two patches" only_pending 1 "$PATCH"
check "the first need not move, and may leave" wake_sleeper 4 1
check "the second wakes in the original" wake_sleeper 5 0
check "with it the way back completes" reverted "$PATCH"
check "the cumulative patch unloads" unload_module "$PATCH"
check "the first patch was never disabled" reads "$SUTURE_SYSFS/test_patch_sleep/enabled" 1
check "it answers" eval "start_sleeper 6 target sleep && wake_sleeper 6 1"
check "it is reverted" revert_patch test_patch_sleep

check "a patch of the second of two functions of one name" eval \
	"load_patch test_patch_sleep && load_patch test_patch_named object=test_target function=target_twin sympos=2"
check "a task sleeps in what another replaces" start_sleeper 7 target sleep
check "a cumulative patch of the first starts" \
	start_patch test_patch_named2 object=test_target function=target_twin sympos=1 replace=1
check "all others move over" wait_for 10 only_pending 1 test_patch_named2
check "for them the second is the original" target_says "$ONE_TWIN"
check "the task wakes, and it completes" eval "wake_sleeper 7 1 && patched test_patch_named2"
check "the others unload" eval "wait_for 5 all_gone test_patch_named test_patch_sleep &&
	unload_module test_patch_named && unload_module test_patch_sleep"
check "it is reverted" eval "target_says '$ONE_TWIN' && revert_patch test_patch_named2"

check "without the modules to be patched" eval "unload_module test_caller && unload_module test_target"
check "a patch of the kernel and of one of them" load_patch test_patch_redirect
check "the cumulative patch loads" load_patch "$PATCH"
check "the kernel's function is the original" fails grep -q "live patched" /proc/cmdline
check "the module comes, and is patched by the cumulative one" \
	eval "load_module test_target && target_says 'version 3'"
check "the replaced patch unloads" unload_module test_patch_redirect
check "and comes again on top, with the module there" eval "load_patch test_patch_redirect && target_says 'version 1'"
check "the cumulative patch goes from below it" revert_patch "$PATCH"
check "the one on top answers" target_says "version 1"
check "it is reverted" revert_patch test_patch_redirect
finish
