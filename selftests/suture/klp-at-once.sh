#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two that change the store at once wait for each other, and say so: all of what they do is done, one version is active, and that one is loaded.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./beside-functions.sh

readonly LOCK=/run/klp-store.lock

# start_klp TOKEN PATCH [OPTION...]: one that installs and loads the patch.
start_klp() {
	start "$1" klp install --activate --yes --timeout "$PATIENCE" "${@:3}" "modules/$2.ko"
}

waits() { # TOKEN [FOR]
	wait_for 10 grep -F "waiting for another klp${2-}" "$scratch/$1"
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
check "one is to be installed and loaded" start_klp one "$SECOND"
check "and another one" start_klp two "$THIRD"
check "both wait, and say so" eval "waits one && waits two"
check "nothing has changed" runs_only "$FIRST"
check "the store is free" let_go_of_store
check "both come to their end" eval "succeeds one && succeeds two"
check "one of them is active, and that one is loaded" active_is_loaded
check "both are in the store" eval "test -e $STORE/$RELEASE/$SECOND/1 && test -e $STORE/$RELEASE/$THIRD/2"

check "back at the first" klp downgrade --yes --to 0
check "a task sleeps in a function of the next" start_sleeper 1 target sleep
check "klp waits for it" eval \
	"start_klp one $SECOND --deadline 0 && wait_for 15 in_transition $SECOND 1"
check "and another klp for that" eval "start_klp two $THIRD && waits two \" (pid \${running[one]})\""
check "the task leaves, and both come to their end" eval "wake_sleeper 1 0 && succeeds one && succeeds two"
check "the last is active, and loaded" eval "active_is $THIRD && runs_only $THIRD"

klp remove --revert "$THIRD" >/dev/null
klp remove "$SECOND" >/dev/null
klp remove "$FIRST" >/dev/null
rm -rf "$STORE"
finish
