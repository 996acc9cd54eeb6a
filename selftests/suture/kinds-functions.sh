# SPDX-License-Identifier: GPL-2.0
# What the tests of the kinds of tasks share: starting one, seeing that it is what it
# is meant to be, and asking it whose code it runs. Sourced after functions.sh.
# shellcheck shell=bash disable=SC2154 # scratch is set there

readonly KINDS=/proc/suture_kinds KINDS_PATCH=test_patch_kinds
declare -A kind=()

# start_kind NAME ARGUMENT...: a task, known by that name from here on, see kinds.c.
start_kind() {
	./kinds "${@:2}" >"$scratch/kind.$1" 2>&1 &
	kind[$1]=$!
	children+=("$!")
	wait_for 5 listens "$1"
}

# listens NAME: the signal that tells it something has a handler, and does not kill it any more. The
# shell that it still is before exec() has handlers of its own.
listens() {
	local key value name='' caught=0
	while read -r key value; do
		case $key in
		Name:) name=$value ;;
		SigCgt:) caught=$value ;;
		esac
	done <"/proc/${kind[$1]}/status"
	[[ $name == kinds ]] && ((16#$caught & 1 << 9))
}

start_thread() { # KIND TOKEN: a kernel thread
	write "thread $1 $2" "$KINDS"
}

stop_thread() { # TOKEN...
	local token
	for token; do
		write "stop $token" "$KINDS" || return
	done
}

# in_state NAME LETTER: as ps shows it.
in_state() {
	local stat
	stat=$(<"/proc/${kind[$1]}/stat") || return
	stat=${stat##*) }
	equal "${stat%% *}" "$2"
}

tell() { # NAME
	kill -USR1 "${kind[$1]}"
}

let_go() { # TOKEN
	write "release $1" "$KINDS"
}

# The task with the token has come to where it is held.
is_held() { # TOKEN
	grep "^$1 " "$KINDS" | grep -w held
}

# answered NAME UNIVERSE: it has ended and says whose code it ran.
answered() {
	wait "${kind[$1]}" || cat "$scratch/kind.$1"
	equal "$(<"$scratch/kind.$1")" "$2"
}

# ran_in TOKEN UNIVERSE: whose code ran last for the token.
ran_in() {
	local token state calls universe
	read -r token state calls universe < <(grep "^$1 " "$KINDS")
	equal "$universe" "$2" || {
		echo "token $token is $state after $calls calls"
		return 1
	}
}

# calls_until TOKEN UNIVERSE: it makes calls, and soon that code answers.
soon_runs_in() {
	wait_for 5 ran_in "$1" "$2"
}

# Every task but so many has moved, and these stay where they are.
held_back_by() { # NUMBER TOWARDS
	wait_for 10 only_pending "$1" "$KINDS_PATCH" &&
		holds_for 1 in_transition "$KINDS_PATCH" "$2" && only_pending "$1" "$KINDS_PATCH"
}

# A kernel thread that never sleeps holds up RCU-tasks.
busy_thread_comes() {
	load_module test_kinds && start_thread busy-inside 1 && wait_for 5 is_held 1
}

busy_thread_goes() {
	stop_thread 1 && unload_module test_kinds
}

# loads_at_once PATCH [PARAMETER...]: whatever RCU-tasks waits for.
loads_at_once() {
	load_module "$@" &
	children+=("$!")
	wait_for 5 reads "$SUTURE_SYSFS/$1/enabled" 1 && patched "$1" && wait "$!"
}
