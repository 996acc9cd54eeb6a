#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A patch that says for which build of an object it was made is never applied to another one of the same name, be it the kernel or a module, loaded before or after.
. ./functions.sh

readonly PATCH=test_patch_builds
readonly OTHER=0123456789abcdef0123456789abcdef01234567

# The build-id in a file of ELF notes: the note's size and type, in either byte order, come first.
build_id() { # FILE
	local bytes
	bytes=$(od -An -v -tx1 "$1" | tr -d ' \n')
	[[ $bytes =~ (14000000|00000014)(03000000|00000003)474e5500([0-9a-f]{40}) ]] || return
	echo "${BASH_REMATCH[3]}"
}

module_id() {
	build_id /sys/module/test_target/notes/.note.gnu.build-id
}

# make_patch NAME KERNEL-ID MODULE-ID [SED-COMMAND]: a copy of the patch that is for these.
make_patch() {
	LC_ALL=C sed -e "s/vmlinux build-id 0\{40\}/vmlinux build-id $2/" \
		-e "s/test_target build-id 0\{40\}/test_target build-id $3/" ${4:+-e "$4"} \
		"modules/$PATCH.ko" >"$scratch/$1.ko"
}

make_patches() {
	make_patch good "$kernel_id" "$target_id" &&
		make_patch capitals "${kernel_id^^}" "${target_id^^}" &&
		make_patch no_kernel "$OTHER" "$target_id" &&
		make_patch no_module "$kernel_id" "$OTHER" &&
		make_patch release "$kernel_id" "$target_id" "s/vmlinux release [0-9]/vmlinux release 0/" &&
		make_patch short_release "$kernel_id" "$target_id" "s/vmlinux release $release/vmlinux release ${release%?}\\x00/" &&
		make_patch short_id "$kernel_id" "${target_id:0:39}\\x00" &&
		make_patch misspelt "$kernel_id" "$target_id" "s/test_target build-id/test_targte build-id/" &&
		make_patch unknown "$kernel_id" "$target_id" "s/test_target build-id/test_target build-no/"
}

insert() { # NAME: of such a copy
	insmod "$scratch/$1.ko"
}

insert_and_wait() { # NAME
	insert "$1" && patched "$PATCH"
}

# is_refused WHAT NAME LOGGED...: three checks.
is_refused() {
	mark
	check "$1: refused" refused "insmod: ERROR" insert "$2"
	check "$1: the log says why" logged "livepatch: patch '$PATCH': object $3" "${@:4}"
	check "$1: nothing is left behind" as_if_never_tried
}

other_build() {
	insmod modules/test_target_rebuilt.ko
}

original() {
	target_says "version 0" && gone "$SUTURE_SYSFS/$PATCH"
}

is_suture || skip_all "the kernel's own engine does not look"

begin 43
release=$(uname -r)
kernel_id=$(build_id /sys/kernel/notes)
check "the kernel has a build-id" test -n "$kernel_id"
check "the module loads" load_module test_target
target_id=$(module_id)
check "and has one" test -n "$target_id"
remember_loaded
check "patches are made for these, and for others" make_patches

check "a patch for these builds loads" insert_and_wait good
check "and is applied" target_says "version 1"
check "reverted" revert_patch "$PATCH"
check "so is one that has the build-ids in capitals" eval "insert_and_wait capitals && revert_patch $PATCH"

is_refused "another build of the kernel" no_kernel \
	"'vmlinux': is not the build that the patch was made for: its build-id is $kernel_id, not $OTHER"
is_refused "another release" release "'vmlinux': is not the build that the patch was made for: its release is $release, not 0"
is_refused "a release whose name this one's starts with" short_release \
	"'vmlinux': is not the build that the patch was made for: its release is $release, not ${release%?};"
is_refused "another build of a module that is loaded" no_module \
	"'test_target': is not the build that the patch was made for: its build-id is $target_id, not $OTHER"
is_refused "a part of its build-id" short_id \
	"'test_target': is not the build that the patch was made for: its build-id is $target_id, not ${target_id:0:39};"
is_refused "a build of what it does not patch" misspelt "'test_targte': the patch names the build that it is for, but has no such object"
is_refused "no way to tell builds from each other" unknown "'test_target': is told from its other builds by 'build-no"

check "without the module the patch loads" eval "unload_module test_target && insert_and_wait good"
check "the module is patched when it comes" eval 'load_module test_target && target_says "version 1"'
check "it goes" unload_module test_target
mark
check "another build of it is refused" refused "Invalid module format" other_build
check "the log says why" logged \
	"livepatch: patch '$PATCH': object 'test_target': is not the build that the patch was made for: its build-id is " \
	", not $target_id" "refusing to load module 'test_target'"
check "it is not there" not_loaded test_target
check "the right one is patched again" eval 'load_module test_target && target_says "version 1"'
check "the patch is reverted" revert_patch "$PATCH"

check "without the patch the other build loads" eval 'unload_module test_target && other_build && target_says "version 0"'
check "it is another one" fails equal "$(module_id)" "$target_id"
mark
check "the patch is refused" refused "Invalid module format" insert good
check "and the other build is as it was" original
check "the right one comes back, and the patch with it" eval \
	"unload_module test_target && load_module test_target && insert_and_wait good && target_says 'version 1' && revert_patch $PATCH"
finish
