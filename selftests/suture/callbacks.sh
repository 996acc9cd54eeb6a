#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Callbacks run for each loaded object around its patching, in the documented order and no others; a failing pre_patch refuses the patch, or the module that loads.
. ./functions.sh

readonly PATCH=test_patch_callbacks
readonly DIR=$SUTURE_SYSFS/$PATCH

# Since the mark the patches called just these: PATCH:CALLBACK:OBJECT, without the names' common part.
called() { # CALL...
	equal "$(log_since_mark | sed -n 's/^test_patch_callbacks\(2*\): \([a-z_]*\) \(test_\)*\([a-z]*\)$/\1:\2:\4/p' | xargs)" "$*"
}

# Loads or unloads something, with a mark before it.
then_() { # COMMAND...
	mark
	"$@"
}

# The busy task holds the transition.
held() { # ENABLED
	wait_for 10 only_pending 1 "$PATCH" && in_transition "$PATCH" "$1"
}

leave_busy() {
	write 1 /sys/module/test_busy/parameters/leave
}

come_and_go() { # TIMES
	local i
	for ((i = 0; i < $1; i++)); do
		load_module test_target && target_says "version 1" && unload_module test_target || return
	done
}

# The busy module's task enters the patch's replacement, and stays there.
enter_replacement() {
	write 1 "/sys/module/$PATCH/parameters/stay" && load_module test_busy &&
		wait_for 10 reads "/sys/module/$PATCH/parameters/inside" Y
}

begin 74
check "loading, with one of two modules there" eval "load_module test_target && then_ load_patch $PATCH"
check "calls pre_patch, and when all have moved post_patch" called \
	:pre_patch:vmlinux :pre_patch:target :post_patch:vmlinux :post_patch:target
check "reverting" then_ revert_patch "$PATCH"
check "calls pre_unpatch, and when all have moved post_unpatch" called \
	:pre_unpatch:vmlinux :pre_unpatch:target :post_unpatch:vmlinux :post_unpatch:target

check "a patch without pre_patch" then_ load_patch "$PATCH" no_pre_patch=1
check "has its post_patch called" called :post_patch:vmlinux :post_patch:target
check "it is reverted" then_ revert_patch "$PATCH"
check "with all of the way back, too" called \
	:pre_unpatch:vmlinux :pre_unpatch:target :post_unpatch:vmlinux :post_unpatch:target

check "with no module there" eval "unload_module test_target && then_ load_patch $PATCH"
check "the kernel's alone are called" called :pre_patch:vmlinux :post_patch:vmlinux
check "a module comes" then_ load_module test_target
check "its callbacks are called" called :pre_patch:target :post_patch:target
check "and it is patched" target_says "version 1"
check "it goes" then_ unload_module test_target
check "the others of its callbacks are called" called :pre_unpatch:target :post_unpatch:target
check "reverting without it" then_ revert_patch "$PATCH"
check "the kernel's alone are called" called :pre_unpatch:vmlinux :post_unpatch:vmlinux

check "a pre_patch of the kernel that fails" \
	then_ refused "No such device" load_module "$PATCH" refuse=vmlinux
check "and nothing follows" called :pre_patch:vmlinux
check "the log says so" logged "livepatch: pre-patch callback failed for object 'vmlinux'" \
	"livepatch: failed to enable patch '$PATCH'" "livepatch: '$PATCH': unpatching complete"
check "nothing is left" eval "gone $DIR && not_loaded $PATCH"
check "one of a module that fails" eval \
	"load_module test_target && then_ refused 'No such device' load_module $PATCH refuse=test_target"
check "undoes what the kernel's did" called :pre_patch:vmlinux :pre_patch:target :post_unpatch:vmlinux
check "nothing is left" eval "gone $DIR && not_loaded $PATCH && target_says 'version 0'"

check "with the patch there, and a pre_patch that will fail" eval \
	"unload_module test_target && load_patch $PATCH && write test_target /sys/module/$PATCH/parameters/refuse"
check "the module is refused" then_ refused "No such device" load_module test_target
check "after its pre_patch and nothing else" called :pre_patch:target
check "the log says why" logged "livepatch: pre-patch callback failed for object 'test_target'" \
	"livepatch: patch '$PATCH' failed for module 'test_target', refusing to load module 'test_target'"
check "its object is not patched" reads "$DIR/test_target/patched" 0
check "with the patch reverted it loads" eval "revert_patch $PATCH && load_module test_target && target_says 'version 0'"

check "with two patches, the second refusing a module" eval \
	"unload_module test_target && load_patch $PATCH && load_patch ${PATCH}2 && write test_target /sys/module/${PATCH}2/parameters/refuse"
check "it is refused" then_ refused "No such device" load_module test_target
check "the first patch lets go of it" called :pre_patch:target :post_patch:target 2:pre_patch:target \
	:pre_unpatch:target :post_unpatch:target
check "neither object is patched" eval "reads $DIR/test_target/patched 0 && reads $SUTURE_SYSFS/${PATCH}2/test_target/patched 0"
check "both are reverted" eval "revert_patch ${PATCH}2 && revert_patch $PATCH"

check "a task stays in a function that is to change" eval "load_module test_busy && then_ start_patch $PATCH"
check "and holds the transition" held 1
check "only pre_patch was called" called :pre_patch:vmlinux :pre_patch:busy
check "a module comes in mid-transition" then_ load_module test_target
check "its pre_patch is called alone" called :pre_patch:target
check "it is patched for those who have moved" target_says "version 1"
check "it goes in mid-transition" then_ unload_module test_target
check "post_unpatch is called alone, since post_patch never was" called :post_unpatch:target
check "it comes and goes, many times" come_and_go 8
check "the transition still waits" held 1
check "a module that is refused in mid-transition" eval \
	"write test_target /sys/module/$PATCH/parameters/refuse && refused 'No such device' load_module test_target"
check "changes nothing" held 1
check "and comes when it is not refused any more" eval \
	"write none /sys/module/$PATCH/parameters/refuse && load_module test_target && target_says 'version 1'"
check "turned back" then_ revert_patch "$PATCH"
check "post_unpatch alone is called" called :post_unpatch:vmlinux :post_unpatch:target :post_unpatch:busy
check "the module is as it was" target_says "version 0"

check "held once more" eval "start_patch $PATCH && held 1"
check "the task leaves" then_ leave_busy
check "and the patch completes" patched "$PATCH"
check "with post_patch for all" called :post_patch:vmlinux :post_patch:target :post_patch:busy

check "a task stays in a replacement" eval "unload_module test_busy && enter_replacement"
check "reverting is held by it" eval "then_ start_revert $PATCH && held 0"
check "pre_unpatch was called for all" called :pre_unpatch:vmlinux :pre_unpatch:target :pre_unpatch:busy
check "turned back, it completes" eval "then_ write 1 $DIR/enabled && patched $PATCH"
check "with post_patch for all, which stay patched" called :post_patch:vmlinux :post_patch:target :post_patch:busy
check "and while a task is in the replacement" reads "/sys/module/$PATCH/parameters/inside" Y
check "which leaves" write 0 "/sys/module/$PATCH/parameters/stay"

check "a patch that would replace it, with a pre_patch that fails" then_ \
	refused "No such device" load_module "${PATCH}2" replace=1 refuse=test_target
check "undoes what it did, and calls nothing of the other" called \
	2:pre_patch:vmlinux 2:pre_patch:target 2:post_unpatch:vmlinux
check "the other is as it was" eval "patched $PATCH && target_says 'version 1'"

check "a patch that replaces it" then_ load_patch "${PATCH}2" replace=1
check "its own callbacks are called, and none of the replaced one's" called \
	2:pre_patch:vmlinux 2:pre_patch:target 2:pre_patch:busy \
	2:post_patch:vmlinux 2:post_patch:target 2:post_patch:busy
check "the replaced one unloads" then_ unload_module "$PATCH"
check "without any call" called
check "the module goes" then_ unload_module test_target
check "and the new one's callbacks are called for it" called 2:pre_unpatch:target 2:post_unpatch:target
check "it is reverted" revert_patch "${PATCH}2"
check "the busy module unloads" unload_module test_busy
finish
