#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A direct caller of a function, a BPF program, is told of a patch before the next one can be; a patch that has to tell one waits for that, and no other patch does.
. ./functions.sh
. ./trampoline-functions.sh
. ./kinds-functions.sh

readonly PATCH=test_patch_redirect OTHER=test_patch_named CUMULATIVE=test_patch_named2
readonly FUNCTION=cmdline_proc_show

cmdline=$(</proc/cmdline)

function_answers() { # TEXT
	equal "$(</proc/cmdline)" "$1"
}

# A worker takes the function out of ftrace's filter.
is_out_of_filter() {
	fails grep -E "^$FUNCTION .* I " "$ENABLED_FUNCTIONS"
}

# By a process that can be killed.
load_waiting() {
	insmod "modules/$PATCH.ko" &
	patching=$!
	children+=("$patching")
	wait_for 5 loaded "$PATCH"
}

waits() {
	load_waiting && holds_for 1 reads "/sys/module/$PATCH/initstate" coming
}

gives_up() {
	kill -KILL "$patching" && wait_for 5 not_loaded "$PATCH" && fails wait "$patching"
}

is_suture || skip_all "the kernel's own engine waits for nobody"
skip_without_trampolines "$FUNCTION"
begin 18
check "the module loads" load_module test_target
check "a BPF program is called where $FUNCTION returns" start_observer "$FUNCTION"
check "a busy thread holds up RCU-tasks" busy_thread_comes

check "a patch of the function loads at once" loads_at_once "$PATCH"
check "and answers" function_answers "this has been live patched"
check "a patch of another function loads at once" loads_at_once "$OTHER" object=test_target function=target_lasting_answer
check "it is reverted" revert_patch "$OTHER"
check "a cumulative patch, which has a nop for the function, loads at once" \
	loads_at_once "$CUMULATIVE" object=test_target replace=1
check "the original answers, and what was replaced goes" eval \
	"function_answers '$cmdline' && reverted $PATCH && unload_module $PATCH"
check "it is reverted, too" revert_patch "$CUMULATIVE"

check "the function is redirected no more" wait_for 10 is_out_of_filter
check "now a patch of it waits" waits
check "and gives up when it is killed" gives_up
check "it waits again" waits
check "when the thread has gone, it loads" eval \
	"busy_thread_goes && wait_for 30 reads $SUTURE_SYSFS/$PATCH/enabled 1 && patched $PATCH && wait $patching"
check "and answers" function_answers "this has been live patched"
check "it is reverted, and the program goes" eval \
	"revert_patch $PATCH && function_answers '$cmdline' && kill $observer; ! wait $observer"
finish
