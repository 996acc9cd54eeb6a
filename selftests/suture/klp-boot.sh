#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A patch that made a boot fail is not tried again until somebody wants it, whether klp loads it or the script in the initramfs: each goes by the other's note.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh

BOOT=$(</proc/sys/kernel/random/boot_id)
readonly BOOT
readonly NOTE=$STORE/$RELEASE/.trying

# A file system with the store, which klp sees where it looks for one, and the script in the
# initramfs as the real root.
make_root() {
	root=$scratch/root
	mkdir -p "$root" "$STORE" && mount -t tmpfs root "$root" && mkdir -p "$root/var/lib/suture" &&
		mount --bind "$root/var/lib/suture" "$STORE"
}

# As a boot script leaves it mounted, and as the machine does later.
remount() { # ro|rw
	mount -o "remount,$1" "$root"
}

mounted() { # ro|rw
	grep -q " $root tmpfs $1[, ]" /proc/mounts
}

unmake_root() {
	umount "$STORE" && umount "$root" && rmdir "$STORE"
}

noted() { # TEXT
	reads "$NOTE" "$1"
}

not_noted() {
	gone "$NOTE"
}

# What the boot now before this one was about to load, had it not come to its end.
pretend_failure() { # PATCH=VERSION
	echo "$1 another-boot" >"$NOTE"
}

# says_nothing_of TEXT COMMAND...: it succeeds all the same.
says_nothing_of() {
	local text=$1 output
	shift
	output=$("$@") && [[ $output != *"$text"* ]] && return
	echo "$output"
	return 1
}

collect() {
	rm -rf "$scratch/copy"
	sh -c '. initramfs/collect.sh && klp_share=initramfs && klp_collect "$1" "$2"' sh "$RELEASE" "$scratch/copy"
}

# As at local-bottom and pre-pivot. It must succeed, and leave the root as it found it.
boot_script() {
	mark
	remount ro &&
		sh -c '. "$1/load.sh" && klp_copy=$1 && klp_boot "$2"' sh "$scratch/copy" "$root" &&
		mounted ro && remount rw
}

# boots_without PATCH TEXT: the script does not load it, and says why.
boots_without() {
	boot_script && not_loaded "$1" && logged "not loaded in the initramfs: $2"
}

begin 56
check "the module to be patched loads" load_module test_target
check "a root with a store is made" make_root
check "two versions are installed" klp install "modules/$FIRST.ko" "modules/$SECOND.ko"
check "where none is active, a boot loads nothing" says "nothing to do" klp apply --at-boot
check "and notes nothing" not_noted
check "the last becomes the active one" klp upgrade --yes
check "that is no matter of a boot" not_noted
check "it is taken out, as if the machine had started" klp revert "$SECOND"

check "a boot loads it" says "$SECOND=1: active, loaded and enabled in " klp apply --at-boot
check "and has noted which" noted "$SECOND=1 $BOOT"
check "again, that changes nothing" says "already; nothing to do" klp apply --at-boot
check "the boot goes well" says "$SECOND=1: this boot went well" klp apply --booted
check "nothing is noted any more" not_noted
check "again, there is nothing to do" says "nothing to do" klp apply --booted
check "klp status has nothing to say of it" says_nothing_of failed klp status

check "after a boot that failed with it" eval "klp revert $SECOND && pretend_failure $SECOND=1"
check "the next one does not load it" complains 1 "'$SECOND=1': the last boot that loaded it did not" klp apply --at-boot
check "nor does klp apply" complains 1 "'$SECOND=1': the last boot that loaded it did not" klp apply
check "it is out" not_loaded "$SECOND"
check "that this boot went well without it" says "nothing to do" klp apply --booted
check "is no sign that it would with it" noted "$SECOND=1 another-boot"
check "klp status says so" says "$SECOND=1 is not loaded at boot: the last one that did so failed" klp status
check "the same as JSON" says '"failed_boot": {' klp status --json
check "klp list says so" says "it is not loaded at boot" klp list
check "klp list --kernels says so" says "$SECOND=1 will not be loaded: the last boot" klp list --kernels
check "klp metrics says so" says "klp_failed_boot_info{patch=\"$SECOND\",version=\"1\"} 1" klp metrics
check "klp apply --again loads it" says "$SECOND=1: active, loaded and enabled in " klp apply --again
check "nothing is noted any more" not_noted
check "klp status has nothing to say of it" says_nothing_of failed klp status

check "another version is made active after a boot that failed" eval \
	"pretend_failure $SECOND=1 && klp downgrade --yes && not_noted"
check "so is one that is installed with --activate" eval \
	"pretend_failure $FIRST=0 && klp install --activate --yes modules/$SECOND.ko && patched $SECOND && not_noted"
check "a boot loads the one before again" eval "klp downgrade --yes && klp revert $FIRST && klp apply --at-boot && noted '$FIRST=0 $BOOT' && klp apply --booted"

check "it is taken out, and so is the runtime" eval "klp revert $FIRST && unload_module suture"
check "a patch that cannot be loaded" complains 1 "cannot load" klp apply --at-boot
check "is no boot that failed" not_noted
check "the runtime is loaded again" modprobe suture
check "where it cannot be noted" remount ro
check "nothing is loaded" complains 1 "so nothing was loaded" klp apply --at-boot
check "it is out" eval "not_loaded $FIRST && remount rw"

check "the active version goes into an initramfs" collect
check "which says which it is" reads "$scratch/copy/active" "$FIRST=0"
check "the script there loads it" eval "boot_script && patched $FIRST"
check "and says so" logged "klp: $FIRST=0: loaded and enabled in the initramfs"
check "it has noted the boot" noted "$FIRST=0 $BOOT"
check "klp apply finds it loaded" says "already; nothing to do" klp apply --at-boot
check "the boot goes well" says "$FIRST=0: this boot went well" klp apply --booted

check "after a boot that failed it is not loaded there" eval \
	"klp revert $FIRST && pretend_failure $FIRST=0 && boots_without $FIRST 'the last boot that loaded it'"
check "klp goes by the same" complains 1 "'$FIRST=0': the last boot that loaded it did not" klp apply --at-boot
check "nor is it where that is switched off" eval \
	"rm $NOTE && touch $STORE/off && boots_without $FIRST 'switched off by' && rm $STORE/off"
check "nor where it is damaged" eval \
	"echo >>$scratch/copy/$FIRST.ko && boots_without $FIRST 'the copy in the initramfs' && collect"
check "a module that it needs and is not there is no boot that failed" eval \
	"echo no_such_module >$scratch/copy/modules && boots_without $FIRST '' && not_noted && collect"
check "nor is it where it is not the active version any more" eval \
	"klp upgrade --yes && klp revert $SECOND && boots_without $FIRST 'it is not the active version any more'"

check "what failed and is loaded all the same is removed with its note" eval \
	"pretend_failure $SECOND=1 && klp load modules/$SECOND.ko && klp remove --revert $SECOND && not_loaded $SECOND && not_noted"
check "so is the other" klp remove "$FIRST"
check "nothing is left of the store" unmake_root
finish
