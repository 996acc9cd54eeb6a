#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two that change the store at once wait for each other, and say so: all of what they do is done, one version is active, and that one is loaded.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh

readonly LOCK=/run/klp-store.lock
declare -A running=()

# start TOKEN KLP-ARGUMENT...: a klp beside this test.
start() {
	local token=$1
	shift
	klp "$@" >"$scratch/$token" 2>&1 &
	running[$token]=$!
	children+=("$!")
}

waits() { # TOKEN [FOR]
	wait_for 10 grep -F "waiting for another klp${2-}" "$scratch/$1"
}

succeeds() { # TOKEN
	wait "${running[$1]}" && return
	cat "$scratch/$1"
	return 1
}

hold_store() {
	flock --no-fork "$LOCK" sleep 1000 &
	holder=$!
	children+=("$holder")
	wait_for 10 fails flock --nonblock "$LOCK" true
}

let_go_of_store() {
	kill "$holder" && fails wait "$holder"
}

active_is_loaded() {
	local active
	read -r active <"$STORE/$RELEASE/.active" && [[ $active != "$FIRST"* ]] && runs_only "${active%=*}"
}

begin 19
check "the module to be patched loads" load_module test_target
check "one version is active" klp install --activate --yes "modules/$FIRST.ko"

check "somebody holds the store" hold_store
check "who cannot wait for it is told so" complains 1 "another klp is changing live patches" \
	klp install --timeout 0.1 "modules/$SECOND.ko"
check "one is to be installed and loaded" start one install --activate --yes "modules/$SECOND.ko"
check "and another one" start two install --activate --yes "modules/$THIRD.ko"
check "both wait, and say so" eval "waits one && waits two"
check "nothing has changed" runs_only "$FIRST"
check "the store is free" let_go_of_store
check "both come to their end" eval "succeeds one && succeeds two"
check "one of them is active, and that one is loaded" active_is_loaded
check "both are in the store" eval "test -e $STORE/$RELEASE/$SECOND/1 && test -e $STORE/$RELEASE/$THIRD/2"

check "back at the first" klp downgrade --yes --to 0
check "a task sleeps in a function of the next" start_sleeper 1 target sleep
check "klp waits for it" eval \
	"start one install --activate --yes --deadline 0 modules/$SECOND.ko && wait_for 15 in_transition $SECOND 1"
check "and another klp for that" eval "start two install --activate --yes modules/$THIRD.ko && waits two \" (pid \${running[one]})\""
check "the task leaves, and both come to their end" eval "wake_sleeper 1 0 && succeeds one && succeeds two"
check "the last is active, and loaded" eval "active_is $THIRD && runs_only $THIRD"

klp remove --revert "$THIRD" >/dev/null
klp remove "$SECOND" >/dev/null
klp remove "$FIRST" >/dev/null
rm -rf "$STORE"
finish
