#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The trampoline of a BPF program on a sleeping task's stack hides nobody: the task moves if its stack can be walked, is listed as unreliable if not, and never moves while it is inside a function that changes, in front of the trampoline or behind it.
. ./functions.sh
. ./trampoline-functions.sh

# The kernel sleeps in FUNCTION, which has the program, and which CALLER calls.
readonly FUNCTION=hrtimer_nanosleep CALLER=common_nsleep BLOCKERS=/proc/suture/blockers

start_nap() {
	sleep 100000 &
	nap=$!
	children+=("$nap")
	wait_for 10 grep -q "$FUNCTION" "/proc/$nap/stack"
}

blocks() { # REASON
	grep -E "^pid=$nap .* reason=($1)" "$BLOCKERS"
}

end_nap() {
	kill "$nap"
	wait "$nap"
	equal "$?" 143
}

is_suture || skip_all "the kernel's own engine lists no blockers"
skip_without_trampolines "$FUNCTION"
begin 15
check "the module loads" load_module test_target
check "a BPF program is called where $FUNCTION returns" start_observer "$FUNCTION"

check "a task sleeps behind its trampoline" start_nap
diagnose "$(<"/proc/$nap/stack")"
check "a patch of something else starts" start_patch test_patch_inner
check "it completes, or the task is listed as unreliable" \
	wait_for 10 eval "blocks unreliable || reads $SUTURE_SYSFS/test_patch_inner/transition 0"
diagnose "$(grep "^pid=$nap " "$BLOCKERS" || echo "it moved")"
check "the task ends" end_nap
check "the patch completes, and goes" eval "patched test_patch_inner && revert_patch test_patch_inner"

# behind FUNCTION WHERE
behind() {
	check "a task sleeps behind it again" start_nap
	check "a patch of $1, $2, starts" start_patch test_patch_named "function=$1"
	check "and waits for the task" eval "wait_for 10 blocks 'unreliable|function function=$1 ' &&
		holds_for 1 in_transition test_patch_named 1 && start_revert test_patch_named && end_nap && reverted test_patch_named && unload_module test_patch_named"
}
behind "$CALLER" "which called the trampoline"
behind do_nanosleep "which was called behind it"

check "the program goes" eval "kill $observer; ! wait $observer"
finish
