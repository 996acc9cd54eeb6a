# SPDX-License-Identifier: GPL-2.0
# What the tests under load share: TASKS that make calls and FORKERS that fork beside what
# is tested, see load.c. Sourced after functions.sh.
# shellcheck shell=bash disable=SC2154 # scratch, TASKS and FORKERS are set there

counted() { # NAME: prints
	sed -n "s/^$1 //p" "$scratch/load"
}

start_load() { # SECONDS: until all of it runs, at most
	./load "$TASKS" "$FORKERS" "$scratch/announcement" >"$scratch/load" 2>&1 &
	load=$!
	children+=("$load")
	wait_for "$1" grep -qx running "$scratch/load"
}

stop_load() {
	kill "$load" && wait "$load" && return
	cat "$scratch/load"
	return 1
}
