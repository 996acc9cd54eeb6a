#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# klp is killed at each step of an upgrade and of a removal: the store has all of a version or nothing of it, the kernel is never unpatched on the way, the next boot loads what is active, and the same command again comes to its end.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh

readonly KILLED=137 # by SIGKILL
readonly folder=$STORE/$RELEASE/$THIRD/2

# cut_off STEP KLP-ARGUMENT...: klp is killed before that step, as cut-off.c counts them.
cut_off() {
	local step=$1
	shift
	CUT_OFF_AT=$step LD_PRELOAD=$PWD/cut-off.so setsid klp "$@"
}

# each_step AT-LEAST LEFT KLP-ARGUMENT...: klp is killed at its first step, then at its second, and so
# on until it comes to its end; LEFT has to be true of what it leaves each time. So often at least.
each_step() {
	local at_least=$1 left=$2 step status
	shift 2
	for ((step = 1; ; step++)); do
		cut_off "$step" "$@" >"$scratch/said" 2>&1
		status=$?
		((status == KILLED)) || break
		"$left" >"$scratch/left" 2>&1 || {
			echo "killed at step $step: $(<"$scratch/left")"
			return 1
		}
	done
	((status == 0 && step > at_least)) && return
	echo "status $status at step $step: $(<"$scratch/said")"
	return 1
}

whole_or_nothing() {
	gone "$folder" || (cd "$folder" && sha256sum --check --quiet SHA256SUMS)
}

# What ran runs, and what was active is.
as_before() {
	whole_or_nothing && active_is "$SECOND" && runs "$SECOND"
}

# One of both runs, and the next boot loads the one that is active.
boots_with_active() {
	local active runs=$SECOND
	[[ ! -d $SUTURE_SYSFS/$THIRD ]] || runs=$THIRD
	read -r active <"$STORE/$RELEASE/.active" && runs "$runs" && boots_with "${active%=*}"
}

# Nothing is active where the version is gone.
boots_with_what_is_left() {
	if [[ -e $folder ]]; then
		boots_with "$THIRD"
	else
		boots_unpatched
	fi
}

# The new version is loaded, and klp gone before it could say so in the store.
killed_with_the_new_one_loaded() {
	CUT_OFF_IN=rename exits "$KILLED" cut_off 1 upgrade --yes && runs "$THIRD" && active_is "$SECOND"
}

begin 12
check "the module to be patched loads" load_module test_target
check "one version is active" klp install --activate --yes "modules/$SECOND.ko"

check "killed while it installs the next, klp leaves the machine as it was" \
	each_step 7 as_before install "modules/$THIRD.ko"
check "in the end that is in the store, as a whole" eval "test -e $folder && whole_or_nothing"
check "killed on the way to it, klp leaves one of both running, and the next boot brings what is active" \
	each_step 5 boots_with_active install --activate --yes "modules/$THIRD.ko"
check "in the end that is active and loaded" eval "runs_only $THIRD && active_is $THIRD"

check "back at the one before" klp downgrade --yes
check "klp is killed with the next loaded, and not noted" killed_with_the_new_one_loaded
check "without a boot the same command finishes it" eval \
	"klp upgrade --yes && runs_only $THIRD && active_is $THIRD"

check "killed while it removes that, klp leaves it to the next boot, or it is gone" \
	each_step 3 boots_with_what_is_left remove --revert "$THIRD"
check "in the end nothing is left of the store" eval \
	"runs_none && gone $folder && klp remove $SECOND && rmdir $STORE"
rm -rf "$STORE"
finish
