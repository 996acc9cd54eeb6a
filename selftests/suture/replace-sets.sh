#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Cumulative patches replace those of their own replace set alone, and may not change another set's functions; each function says whose code is live.
. ./functions.sh

is_suture || skip_all "the kernel's own engine has no replace sets"

# live PATCH FUNCTION TEXT: what the function's file in the patch's folder says.
live() {
	reads "$SUTURE_SYSFS/$1/test_target/target_$2,1/live" "$3"
}

begin 43
check "the modules to be patched load" load_targets
check "a patch of a first set" load_patch test_patch_set_a1
check "a patch of a second set" load_patch test_patch_set_b
check "has not replaced it" reads "$SUTURE_SYSFS/test_patch_set_a1/enabled" 1
check "the first set's functions answer from it" answers caller single direct task 1
check "the second's from that" answers caller many direct task 3
check "sysfs says whose code is live" eval \
	"live test_patch_set_a1 single test_patch_set_a1 && live test_patch_set_b many test_patch_set_b"

mark
check "a patch that changes both sets' functions is refused" refused "Device or resource busy" load_module test_patch_set_b2
check "the log names it, the function, the other patch and both sets" logged \
	"livepatch: patch 'test_patch_set_b2': object 'test_target': function 'target_version': patch 'test_patch_set_a1' of replace set 'a'" \
	"set 'b'"
check "nothing is left of it" eval "gone $SUTURE_SYSFS/test_patch_set_b2 && not_loaded test_patch_set_b2"

check "the first set's next patch" load_patch test_patch_set_a2
check "replaces the first one" wait_for 5 gone "$SUTURE_SYSFS/test_patch_set_a1"
check "which unloads" unload_module test_patch_set_a1
check "what it no longer changes is the original" answers caller single direct task 0
check "what it changes answers from it" target_says "version 2"
check "the second set is untouched" answers caller many direct task 3

check "a patch of no set, on top of the first set's function" load_patch test_patch_redirect
check "answers" target_says "version 1"
check "the function's file says so" live test_patch_set_a2 version test_patch_redirect
check "it is reverted" revert_patch test_patch_redirect
check "the file says who is live again" live test_patch_set_a2 version test_patch_set_a2

check "the first patch comes back" load_patch test_patch_set_a1
check "in place of the second" unload_module test_patch_set_a2
check "a patch of no set shares a function with it" load_patch test_patch_1
mark
check "to take that function back below it is refused" refused "Device or resource busy" load_module test_patch_set_a2
check "and the log says why" logged \
	"livepatch: patch 'test_patch_set_a2': object 'test_target': function 'target_single': goes back to the original, but patch 'test_patch_1'"
check "that patch is reverted" revert_patch test_patch_1

check "a cumulative patch of no set" load_patch test_patch_replace
check "replaces all, whatever their set" eval \
	"wait_for 5 gone $SUTURE_SYSFS/test_patch_set_a1 && wait_for 5 gone $SUTURE_SYSFS/test_patch_set_b"
check "they unload" eval "unload_module test_patch_set_a1 && unload_module test_patch_set_b"
check "its functions answer" target_says "version 3"
check "it is reverted" revert_patch test_patch_replace

check "in a transition" eval "start_sleeper 1 target sleep && start_patch test_patch_sleep"
check "the file says from whom to whom" live test_patch_sleep sleep "original -> test_patch_sleep"
check "the task wakes, and it ends" eval "wake_sleeper 1 0 && patched test_patch_sleep && live test_patch_sleep sleep test_patch_sleep"
check "while a task sleeps in it, a cumulative patch takes it back" eval \
	"start_sleeper 2 target sleep && start_patch test_patch_replace"
check "the file says that it goes to the original" live test_patch_replace sleep "test_patch_sleep -> original"
check "the replaced patch's, too" live test_patch_sleep sleep "test_patch_sleep -> original"
check "turned back, held by a task in the original, it says the opposite" eval "start_sleeper 3 target sleep &&
	start_revert test_patch_replace && live test_patch_replace sleep 'original -> test_patch_sleep'"
check "that one wakes, and the cumulative patch is gone" eval \
	"wake_sleeper 3 0 && reverted test_patch_replace && unload_module test_patch_replace"
check "while it is reverted, the file says so" eval \
	"start_revert test_patch_sleep && live test_patch_sleep sleep 'test_patch_sleep -> original'"
check "the task wakes, and it is gone" eval \
	"wake_sleeper 2 1 && reverted test_patch_sleep && unload_module test_patch_sleep"
finish
