#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# User tasks move while they sleep, compute, are stopped, traced, frozen, in vfork, in D state or busy in the kernel, and none of them while it is inside a function that changes.
. ./functions.sh
. ./kinds-functions.sh

readonly COMPUTING=4
cgroup=''

start_all() {
	local i
	start_kind asleep asleep
	for ((i = 1; i <= COMPUTING; i++)); do
		start_kind "computes$i" computes
	done
	start_kind stopped stopped
	start_kind traced asleep
	start_kind vfork vfork 1
	start_kind in-d-state held sleep 2
	start_kind in-kernel held spin 3
	wait_for 5 in_state asleep S && wait_for 5 in_state traced S && wait_for 5 in_state stopped T &&
		wait_for 5 is_held 1 && wait_for 5 is_held 2 && wait_for 5 is_held 3 &&
		start_kind tracer traces "${kind[traced]}" && wait_for 5 in_state traced t
}

are_what_they_are() {
	local i
	for ((i = 1; i <= COMPUTING; i++)); do
		in_state "computes$i" R || return
	done
	in_state asleep S && in_state stopped T && in_state traced t && in_state vfork D &&
		in_state in-d-state D && in_state in-kernel R
}

# Each then does what it was waiting for, and calls.
all_answer() { # UNIVERSE
	local i
	for ((i = 1; i <= COMPUTING; i++)); do
		tell "computes$i" && answered "computes$i" "$1" || return
	done
	tell asleep && answered asleep "$1" &&
		kill -CONT "${kind[stopped]}" && answered stopped "$1" &&
		tell tracer && wait "${kind[tracer]}" && tell traced && answered traced "$1" &&
		let_go 1 && answered vfork "$1" &&
		let_go 2 && answered in-d-state "$1" &&
		let_go 3 && answered in-kernel "$1"
}

# Below the one that the test is in, which the harness can end as a whole.
make_cgroup() {
	local mount path
	mount=$(findmnt -n -o TARGET -t cgroup2 | head -n 1) && [[ -n $mount ]] || return
	path=$(sed -n 's/^0:://p' /proc/self/cgroup)
	cgroup=$mount/$path/frozen
	mkdir "$cgroup" && [[ -w $cgroup/cgroup.freeze ]]
}

frozen_check() { # DESCRIPTION COMMAND...
	if [[ -n $cgroup ]]; then
		check "$@"
	else
		skip "$1" "no cgroup of version 2 to freeze tasks in"
	fi
}

freeze() {
	start_kind frozen-asleep asleep && start_kind frozen-computes computes &&
		echo "${kind[frozen-asleep]}" >"$cgroup/cgroup.procs" &&
		echo "${kind[frozen-computes]}" >"$cgroup/cgroup.procs" &&
		wait_for 5 in_state frozen-asleep S && echo 1 >"$cgroup/cgroup.freeze" &&
		wait_for 5 is_frozen
}

is_frozen() {
	grep -qx 'frozen 1' "$cgroup/cgroup.events"
}

thaw() { # UNIVERSE
	echo 0 >"$cgroup/cgroup.freeze" && tell frozen-asleep && answered frozen-asleep "$1" &&
		tell frozen-computes && answered frozen-computes "$1" && rmdir "$cgroup"
}

start_inside() {
	start_kind sleeps-inside held sleep-inside 4
	start_kind spins-inside held spin-inside 5
	wait_for 5 is_held 4 && wait_for 5 is_held 5
}

leave() { # NAME TOKEN UNIVERSE: the code that it was in when the transition began
	let_go "$2" && answered "$1" "$3"
}

begin 29
check "the module loads" load_module test_kinds
make_cgroup || cgroup=''

check "tasks of all kinds run" start_all
frozen_check "some are frozen" freeze
check "the patch completes" load_patch "$KINDS_PATCH"
check "nobody was shaken out of what it does" are_what_they_are
check "each runs the new code from now on" all_answer 1
frozen_check "the frozen ones are frozen still" is_frozen
frozen_check "and run the new code, too" thaw 1

make_cgroup || cgroup=''
check "tasks of all kinds run again" start_all
frozen_check "some are frozen again" freeze
check "the patch is reverted" eval "start_revert $KINDS_PATCH && reverted $KINDS_PATCH"
check "nobody was shaken out of what it does" are_what_they_are
check "each runs the old code from now on" all_answer 0
frozen_check "the frozen ones are frozen still" is_frozen
frozen_check "and run the old code, too" thaw 0
check "the patch's module unloads" unload_module "$KINDS_PATCH"

check "one sleeps and one is busy inside the original" start_inside
check "the patch starts" start_patch "$KINDS_PATCH"
check "both hold it back" held_back_by 2 1
check "the one that sleeps leaves" leave sleeps-inside 4 0
check "the busy one still holds it back" held_back_by 1 1
check "it leaves" leave spins-inside 5 0
check "now the patch completes" patched "$KINDS_PATCH"

check "one sleeps and one is busy inside the replacement" start_inside
check "the patch is being reverted" start_revert "$KINDS_PATCH"
check "both hold it back" held_back_by 2 0
check "they leave" eval "leave spins-inside 5 1 && leave sleeps-inside 4 1"
check "now the patch is reverted" eval "reverted $KINDS_PATCH && unload_module $KINDS_PATCH"
unload_module test_kinds
finish
