#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A function of the kernel and one of a module answer anew once a patch is loaded and as before once it is reverted; sysfs and the log tell.
. ./functions.sh

readonly PATCH=test_patch_redirect
readonly DIR=$SUTURE_SYSFS/$PATCH

cmdline=$(</proc/cmdline)

kernel_patched() { equal "$(</proc/cmdline)" "this has been live patched"; }
kernel_original() { equal "$(</proc/cmdline)" "$cmdline"; }

mode() { # PATH MODE
	equal "$(stat -c %a "$1")" "$2"
}

contents() { # DIRECTORY ENTRY...: it has at least these
	local directory=$1 entry
	shift
	for entry; do
		[[ -e $directory/$entry ]] || {
			echo "no $entry in $directory:"
			ls "$directory"
			return 1
		}
	done
}

read_only() { # FILE
	mode "$1" 444 && fails write 1 "$1"
}

begin 24
check "the module to be patched loads" load_module test_target
check "before: the kernel's function is not patched" fails kernel_patched
check "before: the module's function is not patched" fails target_says "version 1"
mark
check "the patch loads and its transition completes" load_patch "$PATCH"
check "after: the kernel's function is replaced" kernel_patched
check "after: the module's function is replaced" target_says "version 1"
check "the log tells of the way there" logged \
	"livepatch: enabling patch '$PATCH'" \
	"livepatch: '$PATCH': initializing patching transition" \
	"livepatch: '$PATCH': starting patching transition" \
	"livepatch: '$PATCH': completing patching transition" \
	"livepatch: '$PATCH': patching complete"

check "sysfs has the patch" contents "$DIR" enabled transition replace vmlinux test_target
check "sysfs has its function in the kernel" contents "$DIR/vmlinux" patched cmdline_proc_show,1
check "sysfs has its function in the module" contents "$DIR/test_target" patched target_version,1
check "enabled can be written" mode "$DIR/enabled" 644
check "transition cannot" read_only "$DIR/transition"
check "replace cannot, and says no" read_only "$DIR/replace"
check "the kernel's object is patched" reads "$DIR/vmlinux/patched" 1
check "the module's object is patched" reads "$DIR/test_target/patched" 1
if is_suture; then
	check "it is the first on the stack" reads "$DIR/stack_order" 1
	check "no task is pending" reads "$DIR/pending_tasks" 0
else
	skip "it is the first on the stack" "a file that this kernel does not have"
	skip "no task is pending" "a file of Suture's"
fi
mark
check "0 is taken" start_revert "$PATCH"
check "the reverse transition completes and the directory is gone" reverted "$PATCH"
check "reverted: the kernel's function is the original" kernel_original
check "reverted: the module's function is the original" target_says "version 0"
check "the log tells of the way back" logged \
	"livepatch: '$PATCH': initializing unpatching transition" \
	"livepatch: '$PATCH': starting unpatching transition" \
	"livepatch: '$PATCH': completing unpatching transition" \
	"livepatch: '$PATCH': unpatching complete"
check "the patch's module unloads" unload_module "$PATCH"
finish
