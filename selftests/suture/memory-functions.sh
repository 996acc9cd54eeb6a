# SPDX-License-Identifier: GPL-2.0
# What the tests of want of memory share: what is attempted, what proves that an attempt which was
# refused has done nothing, and what takes back one that was not. Sourced after functions.sh.
# shellcheck shell=bash disable=SC2154 # scratch is set there

readonly PATCH=test_patch_held OVER=test_patch_replace
# What an attempt's own call of the kernel is run by: a command and its first arguments, or nothing.
under=()

apply() {
	"${under[@]}" insmod "modules/$PATCH.ko" && patched "$PATCH"
}

not_applied() {
	not_loaded "$PATCH" && gone "$SUTURE_SYSFS/$PATCH" && answers target pair direct task 0 &&
		logged "'$PATCH'"
}

take_off() {
	revert_patch "$PATCH"
}

replace() {
	"${under[@]}" insmod "modules/$OVER.ko" && patched "$OVER"
}

not_replaced() {
	not_loaded "$OVER" && gone "$SUTURE_SYSFS/$OVER" && answers target pair direct task 1 &&
		answers target single direct task 0
}

put_back() {
	revert_patch "$OVER" && unload_module "$PATCH" && apply
}

# disable PATCH: as start_revert does.
disable() {
	# shellcheck disable=SC2016 # for the shell that is started
	"${under[@]}" bash -c 'echo 0 >"$1"' disable "$SUTURE_SYSFS/$1/enabled"
}

revert() {
	disable "$PATCH"
}

not_reverted() {
	reads "$SUTURE_SYSFS/$PATCH/enabled" 1 && reads "$SUTURE_SYSFS/$PATCH/transition" 0 &&
		answers target pair direct task 1
}

apply_again() {
	reverted "$PATCH" && unload_module "$PATCH" && apply
}

target_comes() {
	"${under[@]}" insmod modules/test_target.ko
}

target_not_there() {
	not_loaded test_target && reads "$SUTURE_SYSFS/test_patch_named/test_target/patched" 0
}

target_goes() {
	unload_module test_target
}

# refused_for_memory UNCHANGED: what the attempt said is that, and it has done nothing.
refused_for_memory() {
	grep -q "Cannot allocate memory" "$scratch/attempt" && "$1"
}
