# SPDX-License-Identifier: GPL-2.0
# What can be wrong when a live patch comes in a package, for any package system: that stays in order,
# and the kernel keeps the patch that it had. Sourced after package-functions.sh by a test that has
# what that wants.
# shellcheck shell=bash disable=SC2154 # scratch is set before

# make_small FOLDER: it becomes a small file system of its own.
make_small() {
	mkdir -p "$1" && mount -t tmpfs -o size=8m,mode=755 small "$1"
}

fill() { # FOLDER
	! dd if=/dev/zero of="$1/ballast" bs=4k status=none
}

make_room() { # FOLDER
	rm "$1/ballast"
}

# On a file system that has what is there now, and no room for more.
fill_payload() {
	cp -a "$PAYLOAD" "$scratch/payload" && make_small "$PAYLOAD" && cp -a "$scratch/payload/." "$PAYLOAD" &&
		fill "$PAYLOAD"
}

# not_in_use VERSION PATCH: that package is in order, but the patch is still the active one, and
# loaded alone.
not_in_use() {
	installed "$1" && active_is "$2" && runs_only "$2"
}

use_what_is_installed() {
	klp install --activate --package "$PACKAGE" "$PAYLOAD/$RELEASE/$FIRST.ko"
}

bad_in_packages() {
	begin 26
	check "the module to be patched loads" load_module test_target
	check "the store gets a small file system" make_small "$STORE"
	check "what packages of patches need is installed" package_install parts
	check "a patch is installed and loaded" goes_to 1 "$SECOND"

	check "one for another architecture" remember_store
	check "is refused" refused architecture package_install other_machine
	check "and has changed nothing" eval "in_use 1 $SECOND && same_store"

	check "one for another build of the kernel is installed, and says so" \
		warns "and the patch was made for 0000000000000000" package_install other_build
	check "its package is in order, and the kernel keeps the patch that it had" not_in_use 4 "$SECOND"
	check "a good one mends it" goes_to 2 "$THIRD"

	check "the file system of the store is full" fill "$STORE"
	check "the store is looked at" remember_store
	check "one that is in the store already is installed, and says so" \
		warns "No space left on device" package_install 1
	check "its package is in order, and the kernel keeps the patch that it had" not_in_use 1 "$THIRD"
	check "so is one that is not" warns "$PACKAGE: installed, but not in use" package_install 0
	check "its package is in order, and the kernel keeps the patch that it had" not_in_use 0 "$THIRD"
	check "so does the store" same_store
	check "with room again, the command that it names goes on" eval "make_room $STORE && use_what_is_installed"
	check "then it is in use" in_use 0 "$FIRST"

	check "the file system of packages is full" fill_payload
	check "then none is installed" fails package_install 1
	check "the one before is in order, and in use" in_use 0 "$FIRST"
	check "with room again, it is installed" eval "umount $PAYLOAD && goes_to 1 $SECOND"

	check "one that cannot be loaded" warns "$PACKAGE: installed, but not in use" package_install broken
	check "can be removed, and others after it" eval \
		"package_remove $PACKAGE && nothing_of_the_package && package_remove suture-test-parts"

	umount "$STORE" && rmdir "$STORE"
	finish
}
