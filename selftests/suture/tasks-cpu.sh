#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# CPUs may go offline and come back at any time in a transition; their idle tasks move, whether they are online or not, and what runs there later runs the new code.
. ./functions.sh
. ./kinds-functions.sh

readonly CPU=1
readonly ONLINE=/sys/devices/system/cpu/cpu$CPU/online

offline() {
	write 0 "$ONLINE"
}

online() {
	write 1 "$ONLINE"
}

flap() { # TIMES
	local i
	for ((i = 0; i < $1; i++)); do
		offline && online || return
	done
}

there_answers() { # UNIVERSE: a call made on that CPU
	equal "$(taskset -c "$CPU" ./kinds step)" "$1"
}

[[ -w $ONLINE ]] || skip_all "no CPU that can be taken offline"
begin 23
check "the module loads" load_module test_kinds

start_kind holds held sleep-inside 1
check "a task holds the original" wait_for 5 is_held 1
check "the patch starts" start_patch "$KINDS_PATCH"
check "all move but the one" wait_for 10 only_pending 1 "$KINDS_PATCH"
check "a CPU goes offline and comes back, three times" flap 3
check "calls there run the new code" there_answers 1
check "the one still holds it back" held_back_by 1 1
check "a CPU goes offline" offline
check "the transition is turned round" start_revert "$KINDS_PATCH"
check "and completes without the CPU" reverted "$KINDS_PATCH"
check "the CPU comes back" online
check "calls there run the old code" there_answers 0
check "the one leaves" eval "let_go 1 && answered holds 0 && unload_module $KINDS_PATCH"

check "a CPU is offline" offline
start_kind holds held sleep-inside 1
check "a task holds the original" wait_for 5 is_held 1
check "the patch starts" start_patch "$KINDS_PATCH"
check "all move but the one, the offline CPU's idle task, too" wait_for 10 only_pending 1 "$KINDS_PATCH"
check "the CPU comes back in the middle" online
check "calls there run the new code" there_answers 1
check "it goes again, and the one leaves" eval "offline && let_go 1 && answered holds 0"
check "the patch completes" patched "$KINDS_PATCH"
check "the CPU comes back; calls there run the new code, then the old" \
	eval "online && there_answers 1 && revert_patch $KINDS_PATCH && there_answers 0"
unload_module test_kinds
finish
