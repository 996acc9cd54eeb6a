#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A function that has called a patched one counts as running: neither its patch nor its unpatching completes before the task has returned to it and left.
#
# On ppc64le the engine has to change where the patched function returns to, and
# a stack walk that took this at face value would not see the caller. Mainline
# falls for it, and frees the text that the task returns to.
. ./functions.sh

readonly HOLD=2

# hidden WHERE CALLER: its outer function calls the patched inner one, which sleeps.
hidden() {
	local where=$1 caller=$2
	check "$where: a task goes through the caller into the patched function" start_sleeper 1 "$caller" outer
	check "$where: a patch of the caller alone starts" start_patch test_patch_outer
	check "$where: and stays in transition" holds_for "$HOLD" in_transition test_patch_outer 1
	check "$where: the task returns through the original caller" wake_sleeper 1 "0 1"
	check "$where: with it the patch completes" patched test_patch_outer

	check "$where: a task goes through the new caller into the patched function" start_sleeper 2 "$caller" outer
	check "$where: the caller is being reverted" start_revert test_patch_outer
	check "$where: and stays in transition" holds_for "$HOLD" in_transition test_patch_outer 0
	check "$where: its module is in use" refused "in use" rmmod test_patch_outer
	check "$where: the task returns through the new caller" wake_sleeper 2 "2 1"
	check "$where: with it the reversal completes" reverted test_patch_outer
	check "$where: the module unloads" unload_module test_patch_outer
}

# replaced WHERE CALLER: the same with a cumulative patch of the caller, which takes the callee's
# patch off at the same time.
replaced() {
	local where=$1 caller=$2
	check "$where: a task goes through the caller into the patched function" start_sleeper 1 "$caller" outer
	check "$where: a cumulative patch of the caller starts" start_patch test_patch_outer_all
	check "$where: and stays in transition" holds_for "$HOLD" in_transition test_patch_outer_all 1
	check "$where: the module of the patch that it replaces is in use" refused "in use" rmmod test_patch_inner
	check "$where: the task returns through the original caller" wake_sleeper 1 "0 1"
	check "$where: with it the patch completes, and the other is gone" \
		eval "patched test_patch_outer_all && reverted test_patch_inner && unload_module test_patch_inner"

	check "$where: a task goes through the new caller into the original function" start_sleeper 2 "$caller" outer
	check "$where: the caller is being reverted" start_revert test_patch_outer_all
	check "$where: and stays in transition" holds_for "$HOLD" in_transition test_patch_outer_all 0
	check "$where: the task returns through the new caller" wake_sleeper 2 "3 0"
	check "$where: with it the reversal completes" eval "reverted test_patch_outer_all && unload_module test_patch_outer_all"
}

begin 50
check "the modules load" load_targets
check "a patch of the callee loads" load_patch test_patch_inner
hidden "caller in the same module" target
hidden "caller in another module" caller
replaced "replaced, caller in the same module" target
check "the callee is patched again" load_patch test_patch_inner
replaced "replaced, caller in another module" caller
finish
