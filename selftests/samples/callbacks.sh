#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Mainline's livepatch-callbacks-demo, unmodified, hears of the kernel and of modules that are there, come and go, as its text says.
# shellcheck source=selftests/suture/functions.sh
. ./functions.sh

readonly PATCH=livepatch_callbacks_demo MODULE=livepatch_callbacks_mod BUSY=livepatch_callbacks_busymod
readonly LIVE='[MODULE_STATE_LIVE] Normal state'
readonly COMING='[MODULE_STATE_COMING] Full formed, running module_init'
readonly GOING='[MODULE_STATE_GOING] Going away'

called() { # CALLBACK WHAT...: each in this order
	local callback=$1 what calls=()
	shift
	for what; do
		calls+=("$PATCH: ${callback}_callback: $what")
	done
	logged "${calls[@]}"
}

not_called() { # CALLBACK
	fails logged "$PATCH: ${1}_callback"
}

patch_enabled() {
	called pre_patch vmlinux "$@" && called post_patch vmlinux "$@"
}

patch_disabled() {
	called pre_unpatch vmlinux "$@" && called post_unpatch vmlinux "$@"
}

came() { # MODULE
	called pre_patch "$1 -> $COMING" && called post_patch "$1 -> $COMING"
}

went() { # MODULE
	called pre_unpatch "$1 -> $GOING" && called post_unpatch "$1 -> $GOING"
}

module_there_before() {
	check "the module loads" load_module "$MODULE"
	mark
	check "the patch loads" load_patch "$PATCH"
	check "callbacks before and after, of the kernel and of the module" patch_enabled "$MODULE -> $LIVE"
	mark
	check "the patch is reverted" revert_patch "$PATCH"
	check "callbacks on the way back" patch_disabled "$MODULE -> $LIVE"
	check "the module is unloaded" unload_module "$MODULE"
}

module_comes_and_goes() {
	mark
	check "the patch loads without it" load_patch "$PATCH"
	check "callbacks of the kernel alone" patch_enabled
	check "none of the module" fails called pre_patch "$MODULE"
	mark
	check "the module comes" load_module "$MODULE"
	check "its callbacks, before its init" logged "pre_patch_callback: $MODULE -> $COMING" \
		"post_patch_callback: $MODULE -> $COMING" "$MODULE: livepatch_callbacks_mod_init"
	mark
	check "the module goes" unload_module "$MODULE"
	check "its callbacks, after its exit" went "$MODULE"
	mark
	check "it comes again" load_module "$MODULE"
	check "with callbacks again" came "$MODULE"
	mark
	check "the patch is reverted" revert_patch "$PATCH"
	check "callbacks on the way back" patch_disabled "$MODULE -> $LIVE"
	check "the module is unloaded" unload_module "$MODULE"
}

a_callback_refuses() {
	mark
	check "a patch whose pre_patch fails does not load" refused "No such device" \
		load_module "$PATCH" pre_patch_ret=-19
	check "the log names the object" logged "livepatch: pre-patch callback failed for object 'vmlinux'"
	check "no callback but that" not_called post_patch
	check "the patch loads without it" load_patch "$PATCH"
	check "now it is to refuse" write -19 "/sys/module/$PATCH/parameters/pre_patch_ret"
	mark
	check "a module that comes then is refused" refused "No such device" load_module "$MODULE"
	check "the log names it" logged "livepatch: pre-patch callback failed for object '$MODULE'" \
		"patch '$PATCH' failed for module '$MODULE', refusing to load module '$MODULE'"
	check "it is not there" not_loaded "$MODULE"
	mark
	check "the patch is reverted" revert_patch "$PATCH"
	check "callbacks of the kernel alone" patch_disabled
	check "none of the module" fails called pre_unpatch "$MODULE"
}

a_busy_module() {
	mark
	check "a busy module loads" load_module "$BUSY" "sleep_secs=$((3 * SUTURE_SLOWDOWN))"
	check "its work sleeps" wait_for 5 logged "$BUSY: busymod_work_func, sleeping"
	check "the patch of that function starts" start_patch "$PATCH"
	check "and waits for it" in_transition "$PATCH" 1
	check "before it, pre_patch" called pre_patch vmlinux "$BUSY -> $LIVE"
	check "and no post_patch" not_called post_patch
	check "the transition is turned round" start_revert "$PATCH"
	check "it completes, with the work still asleep" reverted "$PATCH"
	check "no pre_unpatch, as it never was complete" not_called pre_unpatch
	check "but post_unpatch" called post_unpatch vmlinux "$BUSY -> $LIVE"
	check "the patch is unloaded" unload_module "$PATCH"
	check "the work ends" wait_for 10 logged "$BUSY: busymod_work_func exit"
	mark
	check "the patch loads" load_patch "$PATCH"
	check "and is reverted" revert_patch "$PATCH"
	check "with all callbacks" patch_enabled "$BUSY -> $LIVE"
	check "the busy module is unloaded" unload_module "$BUSY"
}

begin 46
module_there_before
module_comes_and_goes
a_callback_refuses
a_busy_module
finish
