#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whoever calls a patched function, however and from whatever context, gets the right answer and its own data back: arguments on the stack, varargs, structures, recursion, sleep.
#
# Named after ppc64le, where the caller's table of contents (r2) is at stake: a
# caller in the same module relies on the callee to keep it, one in another
# module restores it itself. The same is asked of every architecture.
. ./functions.sh

readonly TASKS=8 SECONDS_OF_LOAD=3

# Runs a load for a while. UNIVERSE alone may answer.
load_for_a_while() { # UNIVERSE
	local universe=$1 pid status calls others
	./load "$TASKS" 2 >"$scratch/load" 2>&1 &
	pid=$!
	children+=("$pid")
	wait_for 10 grep -qx running "$scratch/load" || return
	pause "$SECONDS_OF_LOAD"
	kill "$pid"
	wait "$pid"
	status=$?
	cat "$scratch/load"
	calls=$(sed -n "s/^universe$universe //p" "$scratch/load")
	others=$(grep '^universe' "$scratch/load" | grep -v "^universe$universe " | grep -v ' 0$')
	[[ $status == 0 && $calls -gt 100 && -z $others ]]
}

begin 14
check "the modules load" load_targets
check "before: the originals answer, in every way" ./call all 0
check "before: the patch does not" fails ./call all 1
check "before: many tasks at once are answered right" load_for_a_while 0
check "the patch loads" load_patch test_patch_1
check "after: the patch answers, in every way" ./call all 1
check "after: many tasks at once are answered right" load_for_a_while 1
check "a second patch loads over it" load_patch test_patch_2
check "after: it answers many tasks at once" load_for_a_while 2
check "the second is reverted" revert_patch test_patch_2
check "the first is reverted" revert_patch test_patch_1
check "reverted: the originals answer, in every way" ./call all 0
check "reverted: many tasks at once are answered right" load_for_a_while 0
finish
