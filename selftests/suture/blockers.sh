#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# /proc/suture/blockers names every task that a transition waits for, however many, with why and where; at any time, and to root alone.
. ./functions.sh

readonly PATCH=test_patch_sleep BLOCKERS=/proc/suture/blockers MANY=60

blockers() {
	cat "$BLOCKERS"
}

# lists TEXT: a line of it has the text.
lists() {
	grep -F -- "$1" "$BLOCKERS" && return
	blockers
	return 1
}

count_of() { # TEXT NUMBER
	equal "$(grep -cF -- "$1" "$BLOCKERS")" "$2"
}

sleep_many() { # a crowd that sleeps in the function
	local token
	for ((token = 2; token < 2 + MANY; token++)); do
		./call one target sleep direct task "$token" >"$scratch/sleeper.$token" 2>&1 &
		sleeper[$token]=$!
		children+=("$!")
	done
	wait_for 20 target_says "sleepers $((MANY + 1))"
}

wake_many() {
	local token
	for ((token = 2; token < 2 + MANY; token++)); do
		wake_sleeper "$token" 0 || return
	done
}

ends_with_the_transition() {
	local header rest
	{
		wake_sleeper 5 1 && reverted "$PATCH" && IFS= read -r header && rest=$(cat)
	} <"$BLOCKERS"
	equal "$header" "# patch=$PATCH target=unpatched pending=1 tasks=${header##*=}" && equal "$rest" ""
}

is_suture || skip_all "the kernel's own engine has no such list"
begin 22
check "the module loads" load_module test_target
check "with no transition nothing is listed" equal "$(blockers)" ""
check "it is for root alone" equal "$(stat -c '%a %u' "$BLOCKERS")" "400 0"

check "a task sleeps in the original" start_sleeper 1 target sleep
check "the patch starts" start_patch "$PATCH"
check "one task is left" wait_for 10 only_pending 1 "$PATCH"
check "the list says of which transition" lists "# patch=$PATCH target=patched pending=1 tasks="
check "it has one task" count_of "pid=" 1
check "by its ids and what it is" lists "pid=${sleeper[1]} tid=${sleeper[1]} kind=user state=D"
check "with the function and its object" lists "reason=function function=target_sleep object=test_target comm=call"
check "and a stack that shows where in it the task sleeps" lists "	target_wait+0x"

check "$MANY more join it" eval "start_revert $PATCH && reverted $PATCH && unload_module $PATCH && sleep_many"
check "the patch starts again" start_patch "$PATCH"
check "all are left" wait_for 10 only_pending $((MANY + 1)) "$PATCH"
check "all are listed" count_of "reason=function function=target_sleep" $((MANY + 1))
check "each once" equal "$(grep -o 'tid=[0-9]*' "$BLOCKERS" | sort -u | wc -l)" $((MANY + 1))
check "they leave" eval "wake_many && wake_sleeper 1 0 && patched $PATCH"

check "one sleeps in the replacement" start_sleeper 5 target sleep
check "and holds the way back" eval "start_revert $PATCH && wait_for 10 only_pending 1 $PATCH"
check "a list that is read while the transition ends, ends with it" ends_with_the_transition
check "the module unloads" unload_module "$PATCH"
finish
