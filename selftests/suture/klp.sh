#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# klp loads, shows and reverts patches on this very kernel, and says of each bad input what is wrong with it and what to do, leaving nothing behind.
. ./functions.sh
. ./klp-functions.sh

readonly PATCH=test_patch_redirect

# is_refused WHAT TEXT FILE: two checks.
is_refused() {
	check "$1: klp says so" complains 1 "$2" klp load "$3"
	check "$1: nothing is left behind" as_if_never_tried
}

# What it thinks of a machine that other tests have been on is not the matter.
doctor() {
	klp doctor "$@" || [[ $? == 1 ]]
}

# In the background, until a file is there.
look_until() { # FILE
	while [[ ! -e $1 ]]; do
		klp status --json && klp patches -vv || return
	done >/dev/null
}

# The files of a patch come and go while klp reads them.
comes_and_goes_unnoticed() {
	local watcher round changed=0
	look_until "$scratch/enough" &
	watcher=$!
	children+=("$watcher")
	for round in 1 2 3 4 5; do
		echo "round $round"
		klp load "modules/$PATCH.ko" && klp revert "$PATCH" || changed=1
	done
	touch "$scratch/enough"
	wait "$watcher" && return "$changed"
}

no_suture_in_status() {
	local status
	status=$(klp status --json) && [[ $status != *'"name": "suture"'* ]]
}

begin 88
check "the module to be patched loads" load_module test_target
check "bad files are made" make_bad_files "modules/$PATCH.ko"
remember_loaded

check "klp doctor finds the runtime" says "good: runtime: suture" doctor
check "and the options of the kernel" says "good: config: " doctor
check "and that functions can be redirected" says "good: ftrace: " doctor
check "and tells it as JSON" says '"check": "redirected"' doctor --json
check "before: klp is ready and sees no patch" says "patches: none" klp status
check "before: the module's original answers" target_says "version 0"
check "klp load loads it and waits" says "$PATCH: loaded and enabled in " klp load "modules/$PATCH.ko"
check "after: the patch answers" target_says "version 1"
check "klp status shows the patch" says "$PATCH: enabled" klp status
check "and its function in the kernel" says "cmdline_proc_show,1" klp status
check "and its function in the module" says "target_version,1" klp status
check "klp patches -vv says whose code is live" says "    target_version,1: $PATCH" klp patches -vv
check "and tells it as JSON" says "\"live\": \"$PATCH\"" klp patches --json
check "the same as JSON: the schema" says '"schema_version": 1' klp status --json
check "the same as JSON: the patch" says "\"name\": \"$PATCH\"" klp status --json
check "the same as JSON: its state" says '"state": "enabled"' klp status --json
check "klp blocking has nobody" says "no transition runs" klp blocking
check "klp check says that it is ready" says "ready" klp check
check "klp uname shows it on top of the release" says "$(uname -r)+$PATCH=3" klp uname
check "klp metrics has it" says "klp_patch_enabled{patch=\"$PATCH\"} 1" klp metrics
check "and writes it to a file" klp metrics --output "$scratch/klp.prom"
check "with the runtime's counters" grep -q '^suture_transitions_total [1-9]' "$scratch/klp.prom"
check "status is for everyone" says "$PATCH: enabled" as_nobody klp status
check "revert is not" complains 1 "as root" as_nobody klp revert "$PATCH"
check "the patch is still enabled" patched "$PATCH"
check "loading it again changes nothing, and succeeds" says "already" klp load "modules/$PATCH.ko"
check "klp revert disables and unloads it" says "$PATCH: reverted and unloaded in " klp revert "$PATCH"
check "reverted: the module's original answers" target_says "version 0"
check "reverting it again changes nothing, and succeeds" says "nothing to do" klp revert "$PATCH"
check "nothing is left behind" as_if_never_tried

check "loaded once more, it is not to be unloaded" eval "klp load modules/$PATCH.ko && complains 1 'klp revert $PATCH' klp unload $PATCH"
check "klp disable leaves its module" eval "klp disable $PATCH && loaded $PATCH"
check "which klp unload takes out" says "was disabled already; unloaded" klp unload "$PATCH"
check "again, that changes nothing, and succeeds" says "nothing to do" klp unload "$PATCH"
check "klp force has nothing to force" complains 1 "no transition of it runs" klp force --yes "$PATCH"
check "nothing is left behind" as_if_never_tried

check "a task sleeps in what the next patch changes" start_sleeper 1 target sleep
check "klp load gives up waiting at its deadline" complains 3 "test_patch_sleep" \
	klp load --timeout 1 modules/test_patch_sleep.ko
check "the transition goes on" in_transition test_patch_sleep 1
check "klp status says so, with the tasks to go" says "test_patch_sleep: enabling, 1 of " klp status
check "klp check says so by its exit status" exits 3 klp check
check "klp status --watch goes on until it is interrupted" exits 124 timeout 3 klp status --watch
check "klp blocking says which function is in the way" says ": in target_sleep of test_target, for " klp blocking
check "with -v the command line" says "command: ./call one target sleep" klp blocking -v
check "with -vv the stack" says "target_wait+0x" klp blocking -vv
check "the same as JSON" says '"function": "target_sleep"' klp blocking --json
check "klp blocking is not for everyone" complains 1 "as root" as_nobody klp blocking
check "another patch is refused meanwhile" complains 1 "test_patch_sleep" klp load "modules/$PATCH.ko"
check "klp revert turns it round" says "test_patch_sleep: reverted" klp revert test_patch_sleep
check "a load that passes its deadline says which function was in the way" \
	complains 1 "function=target_sleep" klp load --deadline 0.3 modules/test_patch_sleep.ko
check "the machine is as it was" as_if_never_tried
check "the task wakes in the original" wake_sleeper 1 0
check "nothing is left behind" as_if_never_tried

check "klp status and klp patches never fail while a patch comes and goes" comes_and_goes_unnoticed
check "the patch is in, and a task sleeps in it" eval "klp load modules/test_patch_sleep.ko && start_sleeper 2 target sleep"
check "klp disable gives up waiting" complains 3 "still disabling" klp disable --timeout 1 test_patch_sleep
check "klp enable turns it round" says "test_patch_sleep: enabled in " klp enable test_patch_sleep
check "again, that changes nothing, and succeeds" says "already" klp enable test_patch_sleep
check "klp enable is not for everyone" complains 1 "as root" as_nobody klp enable test_patch_sleep
check "nor for what is not loaded" complains 1 "no such patch is loaded" klp enable no_such_patch
check "the task wakes in the replacement" wake_sleeper 2 1
check "the patch is reverted" says "test_patch_sleep: reverted" klp revert test_patch_sleep
check "nothing is left behind" as_if_never_tried

is_refused "a file that is not there" "No such file" "$scratch/none.ko"
is_refused "not a module" "$scratch/text.ko" "$scratch/text.ko"
is_refused "a truncated one" "$scratch/truncated.ko" "$scratch/truncated.ko"
is_refused "a module that is no patch" "not a live patch" modules/test_caller.ko
is_refused "for another architecture" "this machine is $(uname -m)" "$scratch/other_machine.ko"
is_refused "for another kernel" "this is '$(uname -r)'" "$scratch/other_kernel.ko"
is_refused "a function that is not there" \
	"patch 'test_patch_named': object 'vmlinux': function 'target_version': " modules/test_patch_named.ko
is_refused "left to mainline to link" "section '.klp.rela.test_target..text'" modules/test_patch_late.ko
check "no permission: klp says so" complains 1 "root" as_nobody klp load "modules/$PATCH.ko"
check "no permission: nothing is left behind" as_if_never_tried
check "wrong usage has a status of its own" complains 2 "FILE" klp load

check "Suture is unloaded" unload_module suture
check "without it: klp load says so" complains 1 "Suture is not loaded" klp load "modules/$PATCH.ko"
check "without it: klp status knows of no Suture" no_suture_in_status
finish
