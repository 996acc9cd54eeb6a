#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Patches are put into klp's store, and the kernel goes from one version to the next and back without a moment unpatched; what is corrupt or foreign is refused by name and never loaded.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh

# What earlier tests did to this kernel is not the matter.
upgrade() {
	klp upgrade --yes "$@"
}

downgrade() {
	klp downgrade --yes "$@"
}

# Those, one for another kernel that says so throughout, and another build of a version.
make_files() {
	local good="modules/$THIRD.ko"
	make_bad_files "$good" &&
		LC_ALL=C sed 's/vermagic=[0-9]/vermagic=9/g; s/kernel=[0-9]/kernel=9/g' "$good" >"$scratch/foreign.ko" &&
		LC_ALL=C sed 's/CVE-2026-1000001/CVE-2026-1000009/' "$good" >"$scratch/other_build.ko"
}

# is_refused WHAT TEXT FILE: it does not come into the store.
is_refused() {
	remember_store
	check "$1: klp says so" complains 1 "$2" klp install "$3"
	check "$1: the store is as it was" same_store
}

# Another file takes all the room that the store's file system has.
on_a_full_disk() {
	mkdir "$STORE" && mount -t tmpfs -o size=64k,mode=755 full "$STORE" || return
	! head -c 1M /dev/zero >"$STORE/filler" && complains 1 "No space left on device" klp install "modules/$FIRST.ko" &&
		equal "$(find "$STORE" -type f)" "$STORE/filler"
	local status=$?
	umount "$STORE" && rmdir "$STORE" && return "$status"
}

# in_chroot COMMAND...: in another root, with all that this machine has but a store of its own. What is
# mounted for that goes with it.
in_chroot() {
	mkdir -p "$scratch/root" "$scratch/store-in-root"
	# shellcheck disable=SC2016 # that is for the shell that it is given to
	unshare --mount bash -c '
		root=$1/root store=$2
		mount -t tmpfs -o mode=755 root "$root" || exit
		for folder in /*; do
			if [[ -L $folder ]]; then
				cp --no-dereference "$folder" "$root"
			elif [[ -d $folder ]]; then
				mkdir "$root$folder" && mount --rbind "$folder" "$root$folder"
			fi || exit
		done
		mount --bind "$1/store-in-root" "$root$store" && exec chroot "$root" env --chdir="$PWD" "${@:3}"
	' in_chroot "$scratch" "$STORE" "$@"
}

# in_chroot_only TEXT COMMAND...: in a chroot klp says that, and why; the kernel and the store here are
# as they were.
in_chroot_only() {
	remember_store
	says "$1" in_chroot "${@:2}" && grep -q "this is a chroot" "$scratch/stderr" && runs_only "$THIRD" &&
		same_store
}

install_two_at_once() {
	local one two
	klp install "modules/$SECOND.ko" &
	one=$!
	klp install "modules/$THIRD.ko" &
	two=$!
	wait "$one" && wait "$two"
}

readonly folder=$STORE/$RELEASE/$THIRD/2

begin 77
check "the module to be patched loads" load_module test_target
check "bad files are made" make_files
check "on a full disk klp install says so, and leaves nothing there" on_a_full_disk

check "without a store klp list has nothing" says "no patches are installed" klp list
check "and klp apply nothing to do" says "nothing to do" klp apply
check "the initial patch is installed" says "$FIRST=0: installed for $RELEASE" klp install "modules/$FIRST.ko"
check "the store has it" says "$FIRST=0: available, initial live patch" klp list
check "in files that sha256sum can check" eval "(cd $STORE/$RELEASE/$FIRST/0 && sha256sum -c SHA256SUMS)"
check "nothing was loaded" not_loaded "$FIRST"
check "klp upgrade loads it" says "$FIRST=0: active, loaded and enabled in " upgrade
check "the kernel has it" runs_only "$FIRST"
check "it changes nothing" target_says "version 0"
check "it says that it is an initial one" says "CVE: (none - this is an initial live patch)" klp patches

check "two are installed at once" install_two_at_once
check "one again changes nothing, and succeeds" says "already; nothing to do" klp install "modules/$SECOND.ko"
check "klp upgrade goes to the last" says "in place of $FIRST" upgrade
check "the kernel has it alone" runs_only "$THIRD"
check "it answers" target_says "version 2"
check "klp patches -v says which file of the store it is" says "  file: $folder/$THIRD.ko" klp patches -v
check "a reboot would keep it" says ": $THIRD=2" klp check --reboot --kernel "$RELEASE"
check "but not one into a kernel that has none" eval \
	"exits 1 klp check --reboot --kernel 9${RELEASE:1} 2>&1 | grep 'cannot keep a patch'"
check "klp list shows the one before" says "$SECOND=1: installed" klp list
check "and the active one" says "$THIRD=2: active" klp list
check "the same as JSON" says '"state": "active"' klp list --json
check "klp lifecycle has it, with no end" says "$THIRD=2: active, no end is given" klp lifecycle
check "upgrading again changes nothing, and succeeds" says "already; nothing to do" upgrade
start_watching
check "klp downgrade goes back one" says "$SECOND=1: active, loaded and enabled in " downgrade
check "the kernel has it alone" runs_only "$SECOND"
check "it answers" target_says "version 1"
check "and forth again" says "in place of $SECOND" upgrade
check "with never a moment unpatched" never_unpatched
check "klp downgrade --to goes further" says "$FIRST=0: active" downgrade --to 0
check "the kernel has it alone" runs_only "$FIRST"
check "there is nothing before" complains 1 "the first version" downgrade
check "nor another one of that name" complains 1 "no version '7'" downgrade --to 7
check "what is loaded is not removed" complains 1 "it is loaded" klp remove "$FIRST"
check "and forth to the last" says "$THIRD=2: active" upgrade

check "out of the kernel, the active one stays active" eval "klp revert $THIRD && klp list | grep -q '$THIRD=2: active'"
check "klp apply leaves it out where that is switched off" eval \
	"touch $STORE/off && says 'switched off by the file $STORE/off' klp apply && not_loaded $THIRD && rm $STORE/off"
check "klp apply brings it back, as at boot" says "$THIRD=2: active, loaded and enabled in " klp apply
check "it answers" target_says "version 2"
check "again, that changes nothing, and succeeds" says "already; nothing to do" klp apply

check "in a chroot another version only becomes the active one" in_chroot_only \
	"$SECOND=1: active for $RELEASE, from its next boot on" klp install --activate --non-interactive "modules/$SECOND.ko"
check "so does the one that runs" in_chroot_only \
	"$THIRD=2: active for $RELEASE, from its next boot on" klp install --activate --non-interactive "modules/$THIRD.ko"
check "it is removed there, and goes on here" in_chroot_only "$THIRD=2: removed" klp remove --revert "$THIRD"
check "nothing is loaded there" says "this is a chroot" in_chroot klp apply

is_refused "not a module" "$scratch/text.ko" "$scratch/text.ko"
is_refused "a truncated one" "$scratch/truncated.ko" "$scratch/truncated.ko"
is_refused "a module that is no patch" "not a live patch" modules/test_caller.ko
is_refused "a patch that does not say its version" "modules/test_patch_2.ko" modules/test_patch_2.ko
is_refused "for another architecture" "this machine is $(uname -m)" "$scratch/other_machine.ko"
is_refused "for two kernels" "it says of itself that it is for the kernel '$RELEASE'" "$scratch/other_kernel.ko"
is_refused "another build of a version" "this is another build" "$scratch/other_build.ko"
check "only root installs" complains 1 "root" as_nobody klp install "modules/$SECOND.ko"

check "one for another kernel stands beside" says "$THIRD=2: installed for 9" klp install "$scratch/foreign.ko"
check "klp list shows both kernels" says "$RELEASE (running)" klp list
check "put in the place of another, it is refused by name" eval \
	"klp downgrade --yes && cp $STORE/9*/$THIRD/2/* $folder/ && complains 1 '$THIRD=2 for $RELEASE' klp upgrade --yes"
check "the kernel keeps what it had" runs_only "$SECOND"
check "removed and installed again, it is whole" eval "klp remove $THIRD=2 && klp install modules/$THIRD.ko"
check "a corrupt file is refused by name" eval \
	"echo >>$folder/$THIRD.ko && complains 1 '$folder/$THIRD.ko' klp upgrade --yes"
check "klp list says so" says "it will not be loaded" klp list
check "the kernel keeps what it had" runs_only "$SECOND"
check "removed and installed again, it is whole" eval "klp remove $THIRD=2 && klp install modules/$THIRD.ko"
check "a file that others could write is refused by name" eval \
	"chmod o+w $folder && complains 1 '$folder' klp upgrade --yes && chmod o-w $folder"
check "one that is not cumulative is taken back" eval \
	"klp install modules/test_patch_redirect.ko && complains 1 'does not take the place of $SECOND' klp upgrade --yes"
check "the kernel keeps what it had" runs_only "$SECOND"

check "the last is reverted" klp revert "$SECOND"
check "all are removed" eval "klp remove $FIRST && klp remove $SECOND && klp remove $THIRD && klp remove test_patch_redirect && klp remove -k 9${RELEASE:1} $THIRD"
check "nothing is left of the store" rmdir "$STORE"
rm -rf "$STORE"
finish
