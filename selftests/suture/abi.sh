#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# sysfs is as Documentation/ABI/testing/sysfs-kernel-livepatch has it: what files there are, with which modes, values and errors, how long they live, without uevents; and the log and the taints are mainline's.
. ./functions.sh

is_suture || skip_all "there are Suture's own files among these"

readonly PATCH=test_patch_redirect
readonly DIR=$SUTURE_SYSFS/$PATCH

# All that is below a patch's folder: type and mode, and the name.
tree() { # DIRECTORY
	(cd "$1" && find . -mindepth 1 -printf '%M %P\n' | sort -k 2)
}

whole_tree() {
	diff <(tree "$DIR") - <<-END
		-rw-r--r-- deadline_ms
		-rw-r--r-- enabled
		--w------- force
		-r--r--r-- forced
		-r--r--r-- pending_tasks
		-r--r--r-- replace
		-r--r--r-- stack_order
		drwxr-xr-x test_target
		-r--r--r-- test_target/patched
		drwxr-xr-x test_target/target_version,1
		-r--r--r-- test_target/target_version,1/live
		-r--r--r-- total_tasks
		-r--r--r-- transition
		drwxr-xr-x vmlinux
		drwxr-xr-x vmlinux/cmdline_proc_show,1
		-r--r--r-- vmlinux/cmdline_proc_show,1/live
		-r--r--r-- vmlinux/patched
	END
}

# says FILE=VALUE...: of the patch
says() {
	local pair
	for pair; do
		reads "$DIR/${pair%%=*}" "${pair#*=}" || return
	done
}

# uevents COMMAND...: how many there were, in $uevents; the modules' own are among them.
uevents() {
	local before after
	read -r before </sys/kernel/uevent_seqnum
	"$@" || return
	read -r after </sys/kernel/uevent_seqnum
	uevents=$((after - before))
}

# no_more_uevents MODULE-COMMAND --- COMMAND: the second makes as many as the first.
as_many_uevents() { # NUMBER COMMAND...
	uevents "${@:2}" && equal "$uevents" "$1"
}

# The lines with mainline's prefix since the mark are just these.
log_is() { # LINE...
	diff <(log_since_mark | grep '^livepatch: ') <(printf 'livepatch: %s\n' "$@")
}

tainted_by_livepatch() {
	local tainted
	read -r tainted </proc/sys/kernel/tainted
	((tainted >> 15 & 1)) && grep -q K "/sys/module/$PATCH/taint"
}

order() { # PATCH NUMBER...
	while (($#)); do
		reads "$SUTURE_SYSFS/$1/stack_order" "$2" || return
		shift 2
	done
}

# An open file of a patch outlives it, but there is nothing behind it any more.
nothing_behind() { # DESCRIPTOR
	refused "No such device" cat <&"$1"
}

as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

begin 44
check "the folder is there, and empty" eval "test -d $SUTURE_SYSFS && equal '$(ls "$SUTURE_SYSFS")' ''"
if [[ -d /sys/kernel/livepatch && ! -L /sys/kernel/livepatch ]]; then
	skip "mainline's leads to it" "here it is the kernel's own livepatch"
else
	check "mainline's leads to it" test /sys/kernel/livepatch -ef "$SUTURE_SYSFS"
fi

check "a module that is no patch loads" uevents load_module test_target
loading=$uevents
mark
check "a patch makes no more uevents than that" as_many_uevents "$loading" load_patch "$PATCH"
check "the log is mainline's" log_is "enabling patch '$PATCH'" \
	"'$PATCH': initializing patching transition" "'$PATCH': starting patching transition" \
	"'$PATCH': completing patching transition" "'$PATCH': patching complete"
check "kernel and module are tainted by a live patch" tainted_by_livepatch
check "its folder has just these files, with these modes" whole_tree
check "they say what is so" says enabled=1 transition=0 replace=0 stack_order=1 pending_tasks=0 total_tasks=0 \
	deadline_ms=0 forced=0 vmlinux/patched=1 test_target/patched=1
check "everyone may read, and root alone write" eval \
	"as_nobody cat $DIR/enabled && refused 'Permission denied' as_nobody bash -c 'echo 0 >$DIR/enabled'"
for file in transition replace stack_order vmlinux/patched; do
	check "$file cannot be written" refused "" write 1 "$DIR/$file"
done
check "force cannot be read" refused "" dd "if=$DIR/force" status=none
check "enabled takes 1 for no change" refused "Invalid argument" write 1 "$DIR/enabled"
check "as it does y and on" eval "refused 'Invalid argument' write y $DIR/enabled && refused 'Invalid argument' write on $DIR/enabled"
check "nothing has changed" says enabled=1 transition=0

check "a second patch stands on it" eval "load_patch test_patch_1 && order $PATCH 1 test_patch_1 2"
check "and a third on that" eval "load_patch test_patch_2 && order $PATCH 1 test_patch_1 2 test_patch_2 3"
check "when the second goes they move up" eval "revert_patch test_patch_1 && order $PATCH 1 test_patch_2 2"
check "one that comes now is on top" eval "load_patch test_patch_sleep && order $PATCH 1 test_patch_2 2 test_patch_sleep 3"
check "both go" eval "revert_patch test_patch_sleep && revert_patch test_patch_2"

check "the module goes" unload_module test_target
check "its folder stays, and says so" says test_target/patched=0 vmlinux/patched=1 test_target/target_version,1/live=unloaded
check "it comes back" load_module test_target
check "and its folder says so" says test_target/patched=1 test_target/target_version,1/live=$PATCH

exec 5<"$DIR/enabled" 6<"$DIR/vmlinux/patched"
mark
check "off is taken for 0; there is no uevent" as_many_uevents 0 eval "write off $DIR/enabled && reverted $PATCH"
check "the log is mainline's" log_is "'$PATCH': initializing unpatching transition" \
	"'$PATCH': starting unpatching transition" "'$PATCH': completing unpatching transition" \
	"'$PATCH': unpatching complete"
check "there is nothing behind an open file of it" nothing_behind 5
check "nor behind one of an object" nothing_behind 6
exec 5<&- 6<&-
check "its module unloads" unload_module "$PATCH"

readonly HELD=$SUTURE_SYSFS/test_patch_sleep
check "a task sleeps in what a patch changes" start_sleeper 1 target sleep
mark
check "the patch starts" start_patch test_patch_sleep
check "and says so" eval "in_transition test_patch_sleep 1 && reads $HELD/test_target/patched 1"
check "it counts the task" wait_for 10 only_pending 1 test_patch_sleep
check "of all that there are" test "$(<"$HELD/total_tasks")" -gt 1
check "it is reversed" write 0 "$HELD/enabled"
check "and gone" reverted test_patch_sleep
check "the log is mainline's" log_is "enabling patch 'test_patch_sleep'" \
	"'test_patch_sleep': initializing patching transition" "'test_patch_sleep': starting patching transition" \
	"'test_patch_sleep': reversing transition from patching to unpatching" \
	"'test_patch_sleep': starting unpatching transition" "'test_patch_sleep': completing unpatching transition" \
	"'test_patch_sleep': unpatching complete"
check "its module unloads" unload_module test_patch_sleep
check "the task wakes" wake_sleeper 1 0

check "a patch that replaces" eval "load_patch test_patch_replace && reads $SUTURE_SYSFS/test_patch_replace/replace 1"
check "it is reverted, and the folder empty" eval "revert_patch test_patch_replace && equal \"\$(ls $SUTURE_SYSFS)\" ''"
finish
