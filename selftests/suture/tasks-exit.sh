#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tasks move while they exit, those included that have left the task list, and not while they are inside a function that changes; their end is noticed.
. ./functions.sh
. ./kinds-functions.sh

# Held where its files are closed: exiting, but on the task list.
start_dying() {
	start_kind dies dies 1
	wait_for 5 is_held 1
}

# Held behind the point where its parent is told: reaped, and on no list any more.
start_dead() {
	(echo held-2 >/proc/self/comm) &
	dead=$!
	wait_for 5 is_held 2 && wait "$dead" && gone "/proc/$dead"
}

grep -qw proc_exit_connector /proc/kallsyms || skip_all "no kernel that tells of exits (PROC_EVENTS)"

begin 20
check "the module loads" load_module test_kinds
check "a patch that holds exiting tasks loads" load_patch test_patch_exit

check "a task is held in its exit" start_dying
check "another is held when it has left the task list" start_dead
check "the patch completes" load_patch "$KINDS_PATCH"
check "the one runs new code before it is gone" eval "let_go 1 && wait ${kind[dies]} && ran_in 1 1"
check "the other is dead but not gone yet" is_held 2
check "the patch is reverted all the same" revert_patch "$KINDS_PATCH"

mark
check "the patch that it is inside of is being reverted" start_revert test_patch_exit
check "and is held back by it alone" eval "wait_for 10 only_pending 1 test_patch_exit && holds_for 2 only_pending 1 test_patch_exit"
check "its module is in use" refused "in use" rmmod test_patch_exit
check "another task that dies now is not held" eval "(echo held-3 >/proc/self/comm)"
check "the dead one leaves" let_go 2
check "and with it the patch" eval "reverted test_patch_exit && unload_module test_patch_exit"

check "a task is held in its exit" start_dying
check "the patch starts and completes" load_patch "$KINDS_PATCH"
check "it is being reverted" start_revert "$KINDS_PATCH"
check "it is reverted" eval "reverted $KINDS_PATCH && unload_module $KINDS_PATCH"
check "the task runs old code before it is gone" eval "let_go 1 && wait ${kind[dies]} && ran_in 1 0"
unload_module test_kinds
finish
