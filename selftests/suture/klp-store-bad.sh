#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whatever was done to the files of the store, exchanged, cut off, linked, given to others: klp names it, and neither goes to that version nor loads it at boot.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh

readonly NOBODY=65534
readonly marker=$STORE/$RELEASE/.active
readonly old=$STORE/$RELEASE/$SECOND/1 new=$STORE/$RELEASE/$THIRD/2
readonly old_file=$old/$SECOND.ko new_file=$new/$THIRD.ko

save_store() {
	cp -a "$STORE" "$scratch/store"
}

restore_store() {
	rm -rf "$STORE" && cp -a "$scratch/store" "$STORE"
}

# not_gone_to TEXT COMMAND...: after that command klp upgrade fails with that text, and the version that
# ran is the one that does, and that is active.
not_gone_to() {
	local text=$1
	shift
	"$@" && complains 1 "$text" klp upgrade --yes && active_is "$SECOND" && runs_only "$SECOND" &&
		restore_store
}

# not_booted TEXT COMMAND...: after that command klp apply fails with that text, and nothing is loaded.
not_booted() {
	local text=$1
	shift
	"$@" && complains 1 "$text" klp apply && runs_none && restore_store
}

# replace WITH-WHAT PATH: by a link to what was there, or by a FIFO.
replace() {
	mv "$2" "$scratch/elsewhere" || return
	case $1 in
	link) ln -s "$scratch/elsewhere" "$2" ;;
	fifo) mkfifo "$2" ;;
	esac
}

link_to_elsewhere() { # PATH
	rm -rf "$scratch/elsewhere" && replace link "$1"
}

# Its digest too, under the name that is expected.
exchange_with_digest() {
	cp "$old_file" "$new_file" && sed "s/$SECOND/$THIRD/" "$old/SHA256SUMS" >"$new/SHA256SUMS"
}

goes_to_again() { # SPOIL...: what names the active version is written anew
	"$@" && klp upgrade --yes && active_is "$THIRD" && runs_only "$THIRD"
}

removal_is_refused() {
	chmod o+w "$STORE/$RELEASE" && complains 1 "'$STORE/$RELEASE': others than its owner may write it" \
		klp remove --revert "$SECOND" && active_is "$SECOND" && runs_only "$SECOND" && restore_store
}

begin 27
check "the module to be patched loads" load_module test_target
check "one version is active" klp install --activate --yes "modules/$SECOND.ko"
check "a later one is in the store" klp install "modules/$THIRD.ko"
check "the store is saved" save_store

check "a file that was cut off" not_gone_to "'$new_file': its content is not what was installed" truncate -s 5000 "$new_file"
check "one that is empty" not_gone_to "'$new_file': its content is not what was installed" truncate -s 0 "$new_file"
check "another version's" not_gone_to "'$new_file': its content is not what was installed" cp "$old_file" "$new_file"
check "another version's with its digest" not_gone_to "'$new_file': it is not the patch $THIRD=2 for $RELEASE" exchange_with_digest
check "without a digest" not_gone_to "'$new/SHA256SUMS': No such file or directory" rm "$new/SHA256SUMS"
check "a digest that is none" not_gone_to "'$new/SHA256SUMS': it is not the line that was written" truncate -s 40 "$new/SHA256SUMS"
check "a file that belongs to somebody else" not_gone_to "'$new_file': it belongs to user $NOBODY" chown "$NOBODY" "$new_file"
check "a folder that does" not_gone_to "'$STORE/$RELEASE/$THIRD': it belongs to user $NOBODY" chown "$NOBODY" "$STORE/$RELEASE/$THIRD"
check "a digest that others may write" not_gone_to "'$new/SHA256SUMS': others than its owner may write it" chmod g+w "$new/SHA256SUMS"
check "a link in the place of the file" not_gone_to "'$new_file': it is no regular file" link_to_elsewhere "$new_file"
check "a FIFO" not_gone_to "'$new_file': it is no regular file" replace fifo "$new_file"

check "klp list names what will not be loaded" eval \
	"truncate -s 5000 $new_file && says 'it will not be loaded: $new_file' klp list && restore_store"
check "nothing is removed from a folder that others may write" removal_is_refused

check "as before a boot" unload_versions
check "the active version was cut off" not_booted "'$old_file': its content is not what was installed" truncate -s 5000 "$old_file"
check "a link is in the place of its folder" not_booted "'$old': it is no folder" link_to_elsewhere "$old"
check "a folder above it is one that others may write" not_booted "'$STORE': others than its owner may write it" chmod g+w "$STORE"
check "what names it belongs to somebody else" not_booted "'$marker': it belongs to user $NOBODY" chown "$NOBODY" "$marker"
check "what names it is a link" not_booted "'$marker': it is no regular file" link_to_elsewhere "$marker"
check "what names it names nothing" not_booted "'$marker': 'x' names no patch" eval "echo x >$marker"
check "klp upgrade writes that anew" goes_to_again chown "$NOBODY" "$marker"

check "all is removed" eval "klp remove --revert $THIRD && klp remove $SECOND && rmdir $STORE"
rm -rf "$STORE"
finish
