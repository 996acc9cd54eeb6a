#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Of several patches on one function the newest answers, whichever of them are taken away and in whichever order.
. ./functions.sh

# Every way of calling must agree with what a plain call says.
all_answer() { # UNIVERSE
	./call all "$1" && target_says "version $1"
}

stack_order() { # GENERATION POSITION
	reads "$SUTURE_SYSFS/test_patch_$1/stack_order" "$2"
}

orders() {
	if is_suture; then
		check "$1" "${@:2}"
	else
		skip "$1" "a file that this kernel does not have"
	fi
}

begin 26
check "the modules to be patched load" load_targets
check "unpatched, the originals answer" all_answer 0

check "the first patch loads" load_patch test_patch_1
check "and answers" all_answer 1
check "the second loads on top of it" load_patch test_patch_2
check "and answers" all_answer 2
check "the third loads on top of that" load_patch test_patch_3
check "and answers" all_answer 3
orders "the first is at the bottom" stack_order 1 1
orders "the second is in the middle" stack_order 2 2
orders "the third is on top" stack_order 3 3

check "the top one is reverted" revert_patch test_patch_3
check "the one below answers" all_answer 2
check "it loads again" load_patch test_patch_3
check "and answers again" all_answer 3

check "the middle one is reverted" revert_patch test_patch_2
check "the top one still answers" all_answer 3
orders "it has moved down" stack_order 3 2
check "the top one is reverted" revert_patch test_patch_3
check "the bottom one answers" all_answer 1

check "another loads on top" load_patch test_patch_2
check "the bottom one is reverted under it" revert_patch test_patch_1
check "the other still answers" all_answer 2
check "the last one is reverted" revert_patch test_patch_2
check "the originals answer" all_answer 0
finish
