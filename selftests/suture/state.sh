#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# System states: a patch that would go behind one is refused; declared callbacks and shadow variables come and go with the state, whichever patches bring, carry and drop it.
. ./functions.sh

readonly A='state a:' B='state b:'

# did PATCH LINE...: since the mark the patch logged these lines, and nothing else, in this order.
did() {
	local said
	said=$(log_since_mark | sed -n "/tainting kernel/d; s/^$1: //p")
	equal "$said" "$(printf '%s\n' "${@:2}")"
}

did_nothing() { # PATCH
	did "$1" ""
}

same_as_loaded() {
	snapshot | diff "$scratch/loaded" -
}

begin 64
check "the module to be patched loads" load_module test_target
snapshot >"$scratch/loaded"

check "a patch brings two states" load_patch test_patch_state_1
check "they are set up, each step for both" did test_patch_state_1 \
	"$A pre_patch" "$B pre_patch" "$A post_patch" "$B post_patch"
mark
check "it is disabled" revert_patch test_patch_state_1
check "they are undone, and their shadow variables freed" did test_patch_state_1 \
	"$B pre_unpatch" "$A pre_unpatch" \
	"$B post_unpatch, data b1, shadow there" "shadow variable destroyed" \
	"$A post_unpatch, data a1, shadow there" "shadow variable destroyed"

mark
check "one whose second state cannot be set up is refused" refused "Operation not permitted" \
	load_module test_patch_state_1 fail=11
check "the first one is undone" did test_patch_state_1 "$A pre_patch" "$B pre_patch" \
	"$A post_unpatch, data a1, shadow there" "shadow variable destroyed"
check "the log says which state it was" \
	logged "livepatch: pre-patch callback failed for system state 0xb"
check "nothing is left behind" wait_for 5 same_as_loaded

check "the patch loads again" load_patch test_patch_state_1
mark
check "another that drops one of its states replaces it" load_patch test_patch_state_2
check "by its own callbacks the state that goes is undone" did test_patch_state_1 \
	"$B pre_unpatch" "$B post_unpatch, data b1, shadow there" "shadow variable destroyed"
check "the one that is carried is not set up again" did_nothing test_patch_state_2
check "the replaced patch goes" reverted test_patch_state_1
check "its module, too" unload_module test_patch_state_1
mark
check "going back is refused" refused "Invalid parameters" load_module test_patch_state_1
check "with mainline's words, and the state" logged \
	"livepatch: Livepatch patch (test_patch_state_1) is not compatible with the already installed livepatches." \
	"suture: version 2 of system state 0xa is installed, and the patch knows only version 1"
check "it left no module behind" not_loaded test_patch_state_1
check "and did nothing" did_nothing test_patch_state_1
mark
check "the second patch is disabled" revert_patch test_patch_state_2
check "it undoes what it took over, with the data handed on" did test_patch_state_2 \
	"$A pre_unpatch" "$A post_unpatch, data a1, shadow there" "shadow variable destroyed"
check "nothing is left behind" wait_for 5 same_as_loaded

check "the first patch loads" load_patch test_patch_state_1
check "a task sleeps in what it changes" start_sleeper 1 target sleep
mark
check "so its successor stays in transition" start_patch test_patch_state_2
check "the state that goes has been told" did test_patch_state_1 "$B pre_unpatch"
check "it is reversed" start_revert test_patch_state_2
check "and goes" reverted test_patch_state_2
check "the state stays, and is told so" did test_patch_state_1 "$B pre_unpatch" "$B post_patch"
check "the successor has done nothing" did_nothing test_patch_state_2
check "its module unloads" unload_module test_patch_state_2
check "the task wakes" wake_sleeper 1 1
mark
check "the first one is disabled" revert_patch test_patch_state_1
check "all is undone" logged "$B post_unpatch, data b1, shadow there" "destroyed" \
	"$A post_unpatch, data a1, shadow there" "destroyed"

check "a patch brings a state without callbacks" load_patch test_patch_state_3
mark
check "replacing it without that state is refused" \
	refused "Invalid parameters" load_module test_patch_state_2
check "and the log says why" logged \
	"Livepatch patch (test_patch_state_2) is not compatible" \
	"suture: version 3 of system state 0xc is installed, and the patch replaces its owner without taking it over"
check "another patch beside it is not" load_patch test_patch_state_1
mark
check "it is reverted" revert_patch test_patch_state_1
check "with its states" logged "$B post_unpatch" "$A post_unpatch"
check "the state without callbacks is reverted" revert_patch test_patch_state_3
check "nothing is left behind" wait_for 5 same_as_loaded

mark
check "a patch brings a state, and callbacks of an object" load_patch test_patch_state_4
check "the state comes before the object" did test_patch_state_4 \
	"$A pre_patch" "object: pre_patch after version 0" "$A post_patch"
check "it is disabled" revert_patch test_patch_state_4
check "a patch that others stand on" load_patch test_patch_state_2
mark
check "one with the same version of a state is taken" load_patch test_patch_state_4
check "and carries it, knowing what was there" did test_patch_state_4 "object: pre_patch after version 2"
mark
check "the first one is disabled" revert_patch test_patch_state_2
check "but the state stays" did_nothing test_patch_state_2
check "the other is disabled" revert_patch test_patch_state_4
check "and undoes it, with the data that it brought along" did test_patch_state_4 \
	"$A pre_unpatch" "object: post_unpatch to version 0" \
	"$A post_unpatch, data da7a, shadow there" "shadow variable destroyed"

check "once more on another patch" eval "load_patch test_patch_state_1 && load_patch test_patch_state_4"
mark
check "the upper one is disabled" revert_patch test_patch_state_4
check "and leaves the state to the lower one" did test_patch_state_4 "object: post_unpatch to version 1"
check "it comes back" load_patch test_patch_state_4
mark
check "a patch without states replaces both" load_patch test_patch_initial
check "the state goes once, by the upper one" did test_patch_state_4 \
	"$A pre_unpatch" "$A post_unpatch, data da7a, shadow there" "shadow variable destroyed"
check "the lower one undoes what it alone had" did test_patch_state_1 \
	"$B pre_unpatch" "$B post_unpatch, data b1, shadow there" "shadow variable destroyed"
check "both have gone" eval "reverted test_patch_state_1 && reverted test_patch_state_4"
check "and unload" eval "unload_module test_patch_state_1 && unload_module test_patch_state_4"
check "the one without states is reverted" revert_patch test_patch_initial
check "nothing is left behind" wait_for 5 same_as_loaded
finish
