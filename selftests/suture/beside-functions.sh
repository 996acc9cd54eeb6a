# SPDX-License-Identifier: GPL-2.0
# Commands that run beside a test. Sourced after functions.sh.
# shellcheck shell=bash disable=SC2154 # scratch and children are set there

declare -A running=() # pids

# start TOKEN COMMAND...: what it prints lands in $scratch/TOKEN.
start() {
	local token=$1
	shift
	"$@" >"$scratch/$token" 2>&1 &
	running[$token]=$!
	children+=("$!")
}

# What was started ends, and well.
succeeds() { # TOKEN
	wait "${running[$1]}" && return
	cat "$scratch/$1"
	return 1
}
