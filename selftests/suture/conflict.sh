#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Where another already changes the calls of a function, a kprobe, a direct caller or the in-kernel livepatch, a patch of it is refused by name; on other functions both live side by side.
. ./functions.sh
. ./kinds-functions.sh

readonly PATCH=test_patch_observed NATIVE=test_native_observed
readonly IN_KERNEL=/sys/kernel/livepatch

cmdline=$(</proc/cmdline)

cmdline_is() {
	equal "$(</proc/cmdline)" "$1"
}

# native FUNCTION ARGUMENT...: with the in-kernel livepatch in place of Suture.
native() {
	local SUTURE_SYSFS=$IN_KERNEL
	"$@"
}

single_answers() { # UNIVERSE
	answers target single direct task "$1" && answers caller single pointer task "$1"
}

refused_for() { # OBJECT FUNCTION
	refused "Device or resource busy" load_module "$PATCH" && logged \
		"livepatch: failed to register ftrace handler for function '$2' (-16)" \
		"livepatch: patch '$PATCH': object '$1': function '$2': another user already changes where its calls go"
}

as_before() {
	not_loaded "$PATCH" && gone "$SUTURE_SYSFS/$PATCH" && cmdline_is "$cmdline" && single_answers 0
}

# --- a kprobe ---

# The other order is the kernel's to refuse, which it does, but with a WARNING.
kprobe_conflict() {
	mark
	check "kprobe: one that may change the ip is set" load_module test_kprobe function=target_many
	check "kprobe: a patch of that function is refused, by name" refused_for test_target target_many
	check "kprobe: nothing of the patch is left" as_before
	check "kprobe: it is removed" unload_module test_kprobe
	check "kprobe: then the patch loads" load_patch "$PATCH"
	check "kprobe: and answers" single_answers 1
	check "kprobe: it is reverted" revert_patch "$PATCH"
}

# --- a direct caller ---

direct_refused() {
	refused "Device or resource busy" load_module "$PATCH" && logged \
		"patch '$PATCH': function 'target_many [test_target]': what ftrace calls directly in its place, a BPF program probably, does not give way: error -16"
}

many_answers() { # UNIVERSE
	answers target many direct task "$1" && answers caller many pointer task "$1"
}

direct_conflict() {
	mark
	check "direct: a caller that cannot give way is set" load_module test_direct function=target_many
	check "direct: the function goes on behind it" many_answers 0
	check "direct: a busy thread holds up RCU-tasks" busy_thread_comes
	check "direct: a patch of that function is refused, by name" direct_refused
	check "direct: nothing of the patch is left" as_before
	check "direct: a patch of another function loads at once" \
		loads_at_once test_patch_named object=test_target function=target_version
	check "direct: both answer" eval "target_says 'version 1' && many_answers 0"
	check "direct: that is reverted" revert_patch test_patch_named
	check "direct: the thread goes" busy_thread_goes
	check "direct: the caller is removed" unload_module test_direct
	check "direct: then the patch loads, and answers" eval "load_patch $PATCH && many_answers 1"
	check "direct: it is reverted" revert_patch "$PATCH"
}

skip_direct() { # WHY
	local left
	for ((left = DIRECT_CHECKS; left > 0; left--)); do
		skip "direct caller" "$1"
	done
}

# --- the in-kernel livepatch ---

native_refused() {
	refused "Device or resource busy" load_module "$NATIVE" &&
		logged "livepatch: failed to register ftrace handler for function 'cmdline_proc_show'" &&
		not_loaded "$NATIVE"
}

native_held() {
	start_sleeper 1 target sleep && native start_patch "$NATIVE" &&
		wait_for 15 native only_pending 1 "$NATIVE" && native in_transition "$NATIVE" 1
}

other_patch() {
	load_patch test_patch_named object=test_target function=target_version
}

both_answer() {
	target_says "version 1" && cmdline_is "universe 1" && single_answers 1
}

native_let_go() {
	wake_sleeper 1 0 && native patched "$NATIVE"
}

# Suture's transition while a task is asleep in a replacement that the other engine holds.
suture_alone_goes() {
	start_sleeper 2 target sleep && revert_patch test_patch_named && target_says "version 0" &&
		wake_sleeper 2 1
}

native_conflict() {
	mark
	check "in-kernel first: its patch loads" native load_patch "$NATIVE"
	check "in-kernel first: a patch of the same function is refused, by name" refused_for vmlinux cmdline_proc_show
	check "in-kernel first: nothing of that is left, and its own answers" cmdline_is "universe 1"
	check "in-kernel first: its patch is reverted" native revert_patch "$NATIVE"
	mark
	check "Suture first: a patch loads" load_patch "$PATCH"
	check "Suture first: the kernel refuses its own, by name" native_refused
	check "Suture first: the patch still answers" cmdline_is "universe 1"
	check "Suture first: the patch is reverted" revert_patch "$PATCH"

	check "both: a task holds a transition of the kernel's" native_held
	check "both: Suture patches another function meanwhile" other_patch
	check "both: the kernel's transition completes" native_let_go
	check "both: both answer" both_answer
	check "both: Suture's is reverted under a sleeper in the other" suture_alone_goes
	check "both: the kernel's is reverted" native revert_patch "$NATIVE"
	check "both: the originals answer" as_before
}

skip_native() { # WHY
	local left
	for ((left = NATIVE_CHECKS; left > 0; left--)); do
		skip "in-kernel livepatch" "$1"
	done
}

readonly DIRECT_CHECKS=12 NATIVE_CHECKS=15
begin $((2 + 7 + DIRECT_CHECKS + NATIVE_CHECKS))
check "the modules load" load_targets
kprobe_conflict
if [[ ! -e modules/test_direct.ko ]]; then
	skip_direct "this kernel has none"
elif ! is_suture; then
	skip_direct "the kernel's own engine says it in other words"
else
	direct_conflict
fi
if [[ ! -d $IN_KERNEL || -L $IN_KERNEL ]]; then
	skip_native "this kernel has none"
elif ! is_suture; then
	skip_native "it is what is being tested"
else
	native_conflict
fi
finish
