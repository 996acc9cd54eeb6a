#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# insmod, echo 0 and rmmod are all it takes; whatever would pull text from under somebody is refused; a patch follows a module that leaves and comes back.
. ./functions.sh

readonly PATCH=test_patch_redirect
readonly DIR=$SUTURE_SYSFS/$PATCH

engine_check() { # DESCRIPTION COMMAND...: of the engine's own module
	if is_suture; then
		check "$@"
	else
		skip "$1" "the engine is not a module"
	fi
}

# By a process that can be killed.
load_until_released() {
	insmod modules/test_target.ko token_in_init=3 &
	loading=$!
	children+=("$loading")
	wait_for 5 target_says "sleepers 1"
}

init_released() {
	write "release 3" "$TARGET" && wait "$loading"
}

# With a task in the function that will be patched.
load_suture_in_init() {
	unload_module test_target && unload_module suture && load_until_released &&
		start_sleeper 4 target sleep && modprobe suture
}

# A patch of the function that the task is in, by a process that can be killed.
load_late() {
	insmod modules/test_patch_named.ko object=test_target function=target_sleep &
	patching=$!
	children+=("$patching")
	wait_for 5 loaded test_patch_named
}

waits_for_init() {
	load_late && holds_for 1 reads /sys/module/test_patch_named/initstate coming &&
		gone "$SUTURE_SYSFS/test_patch_named"
}

gives_up() {
	kill -KILL "$patching" && wait_for 5 not_loaded test_patch_named && fails wait "$patching"
}

goes_on_after_init() {
	waits_for_init && init_released && wait "$patching"
}

init_is_killed() {
	unload_module test_target && unload_module suture && load_until_released && modprobe suture &&
		waits_for_init && kill -KILL "$loading" && fails wait "$loading"
}

goes_on_without_the_module() {
	wait "$patching" && patched test_patch_named && not_loaded test_target
}

# --- a patch whose init function fails when it is told to ---

readonly UNLUCKY=test_patch_unlucky

unlucky_init_goes_on() {
	load_module "$UNLUCKY" hold=1 2>"$scratch/unlucky" &
	loading=$!
	children+=("$loading")
	wait_for 10 reads "$SUTURE_SYSFS/$UNLUCKY/enabled" 1 && patched "$UNLUCKY"
}

not_forced() {
	refused "Device or resource busy" write 1 "$SUTURE_SYSFS/$UNLUCKY/force" &&
		in_transition "$UNLUCKY" 0 &&
		logged "livepatch: patch '$UNLUCKY': cannot be forced off: the init function of its module"
}

unlucky_init_fails() {
	write 0 "/sys/module/$UNLUCKY/parameters/hold" &&
		wait_for 10 logged "livepatch: patch '$UNLUCKY': its module goes" &&
		wait_for 10 only_pending 1 "$UNLUCKY"
}

unlucky_module_goes() {
	fails wait "$loading" && grep -q "Invalid parameters" "$scratch/unlucky" &&
		not_loaded "$UNLUCKY" && target_says "version 0"
}

begin 63
engine_check "Suture is not loaded twice" refused "File exists" insmod "$(modinfo -n suture)"

check "a patch is loaded before its target" load_module "$PATCH"
check "its transition completes" patched "$PATCH"
check "its object is not patched yet" reads "$DIR/test_target/patched" 0
check "it is not loaded twice" refused "File exists" load_module "$PATCH"
check "while it is enabled it is not unloaded" refused "in use" rmmod "$PATCH"
engine_check "nor is Suture under it" refused "in use" rmmod suture

check "the target loads" load_module test_target
check "and is patched" target_says "version 1"
check "from before its init" target_says "version in init 1"
check "as its object says" reads "$DIR/test_target/patched" 1
check "the target unloads: the patch does not hold it" unload_module test_target
check "its object is not patched any more" reads "$DIR/test_target/patched" 0
check "the target loads again" load_module test_target
check "and is patched again" target_says "version 1"

check "0 disables the patch" start_revert "$PATCH"
check "its directory goes" reverted "$PATCH"
check "the target's original answers" target_says "version 0"
engine_check "Suture stays while the patch's module does" refused "in use" rmmod suture
check "the patch's module unloads" unload_module "$PATCH"
check "the patch loads and is reverted once more" eval "load_patch $PATCH && revert_patch $PATCH"

check "the target loads, and its init sleeps" eval "unload_module test_target && load_until_released"
check "a patch loads meanwhile" load_patch "$PATCH"
check "and patches it" eval "reads $DIR/test_target/patched 1 && target_says 'version 1'"
check "which it stays when its init is done" eval "init_released && target_says 'version 1' && revert_patch $PATCH"

engine_check "Suture loads while the target's init sleeps" load_suture_in_init
engine_check "a patch waits for the end of that" waits_for_init
engine_check "and gives up when it is killed" gives_up
engine_check "when the init is done, it goes on" goes_on_after_init
engine_check "with a transition that waits for the task" wait_for 10 only_pending 1 test_patch_named
engine_check "which wakes where it was" wake_sleeper 4 0
engine_check "then it completes, and is reverted as any other" eval \
	"patched test_patch_named && revert_patch test_patch_named"

engine_check "a patch waits for another such init, which fails" init_is_killed
engine_check "it is loaded without that module" goes_on_without_the_module
engine_check "the module loads now, and all is reverted" eval \
	"load_module test_target && revert_patch test_patch_named"

remember_loaded
mark
engine_check "a patch whose init fails after it has enabled it" \
	refused "Invalid parameters" load_module "$UNLUCKY"
engine_check "is reverted before its module goes, as the log says" eval \
	"logged \"livepatch: patch '$UNLUCKY': its module goes\" && target_says 'version 0'"
engine_check "and leaves nothing behind" as_if_never_tried

mark
engine_check "while such an init goes on, the patch is there" unlucky_init_goes_on
engine_check "a task sleeps in it, and it is being reverted" eval \
	"start_sleeper 5 target sleep && start_revert $UNLUCKY && holds_for 1 in_transition $UNLUCKY 0"
engine_check "it cannot be forced off" not_forced
engine_check "it is turned round, and gets a deadline" eval \
	"write 1 $SUTURE_SYSFS/$UNLUCKY/enabled && patched $UNLUCKY && write 300 $SUTURE_SYSFS/$UNLUCKY/deadline_ms"
mark
engine_check "its init fails: it is being reverted" unlucky_init_fails
engine_check "and stays so" holds_for 1 in_transition "$UNLUCKY" 0
engine_check "it cannot be forced off now either" not_forced
engine_check "the task wakes in its code, which is still there" wake_sleeper 5 1
engine_check "then it goes" unlucky_module_goes
engine_check "and leaves nothing behind, either" as_if_never_tried

check "a first patch is loaded" load_patch "$PATCH"
check "a task sleeps in what a second one changes" start_sleeper 1 target sleep
check "so the second stays in transition" start_patch test_patch_sleep
mark
check "a third is refused meanwhile" refused "Device or resource busy" load_module test_patch_1
check "and says why" logged "livepatch: " "test_patch_1" "test_patch_sleep"
check "it left no module behind" not_loaded test_patch_1
check "and no directory" gone "$SUTURE_SYSFS/test_patch_1"
check "disabling the first is refused, too" refused "Device or resource busy" start_revert "$PATCH"
check "the first is still enabled" reads "$DIR/enabled" 1
check "the task wakes" wake_sleeper 1 0
check "the second completes" patched test_patch_sleep
check "now the third loads" load_patch test_patch_1
check "the third is reverted" revert_patch test_patch_1
check "all are reverted" eval "revert_patch test_patch_sleep && revert_patch $PATCH"
finish
