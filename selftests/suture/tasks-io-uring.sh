#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tasks that wait in io_uring, and its workers, move; none while it is inside a function that changes, also where that runs as task work in the middle of a system call.
. ./functions.sh
. ./kinds-functions.sh

# Asleep in io_uring_enter(), whose number is the same everywhere.
waits() { # NAME
	in_state "$1" S && grep '^426 ' "/proc/${kind[$1]}/syscall"
}

# The worker, and not the task that waits for it, is inside the function.
start_worker() {
	start_kind worker uring-worker 1
	wait_for 5 is_held 1 && wait_for 5 waits worker
}

# The task itself is, from where it waits.
start_work() {
	start_kind work uring-work 2
	wait_for 5 waits work && tell work && wait_for 5 is_held 2 && in_state work D
}

ends() { # NAME TOKEN UNIVERSE
	let_go "$2" && answered "$1" "$3"
}

./kinds uring-probe || skip_all "this kernel has no io_uring, or it is switched off"
begin 18
check "the module loads" load_module test_kinds

start_kind waits uring-waits
check "a task waits in io_uring" wait_for 5 waits waits
check "the patch completes" load_patch "$KINDS_PATCH"
check "the task waits still" waits waits
check "it runs the new code from now on" eval "tell waits && answered waits 1"

check "a worker is inside the replacement" start_worker
check "another task is, too, in task work" start_work
check "the patch is being reverted" start_revert "$KINDS_PATCH"
check "both hold it back, not the task that waits for the worker" held_back_by 2 0
check "the worker leaves" ends worker 1 1
check "the task leaves" ends work 2 1
check "now the patch is reverted" eval "reverted $KINDS_PATCH && unload_module $KINDS_PATCH"

check "both are inside the original" eval "start_worker && start_work"
check "the patch starts" start_patch "$KINDS_PATCH"
check "they hold it back" held_back_by 2 1
check "they leave" eval "ends worker 1 0 && ends work 2 0"
check "now the patch completes" eval "patched $KINDS_PATCH && revert_patch $KINDS_PATCH"
unload_module test_kinds
finish
