#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whatever observes a function, ftrace's tracers, kprobes, perf or BPF, sees its calls before, during and after a patch, and the right code answers all the time.
. ./functions.sh

readonly PATCH=test_patch_observed
readonly TRACING=/sys/kernel/tracing
readonly FUNCTION=target_single KERNEL_FUNCTION=cmdline_proc_show

cmdline=$(</proc/cmdline)

# --- observers: each has NAME_on, NAME_off, and NAME_count for the calls seen since then ---

tracer_on() { # TRACER
	write "$FUNCTION" "$TRACING/set_ftrace_filter" && write "$1" "$TRACING/current_tracer"
}

tracer_off() {
	write nop "$TRACING/current_tracer" && write '' "$TRACING/set_ftrace_filter" && write '' "$TRACING/trace"
}

tracer_count() {
	grep -c "$FUNCTION" "$TRACING/trace"
}

probe_on() { # LETTER
	write "$1:suture/observed $FUNCTION" "$TRACING/kprobe_events" &&
		write 1 "$TRACING/events/suture/observed/enable"
}

probe_off() {
	write 0 "$TRACING/events/suture/observed/enable" && write '' "$TRACING/kprobe_events" &&
		write '' "$TRACING/trace"
}

probe_count() {
	awk '$1 == "observed" { print $2 }' "$TRACING/kprobe_profile"
}

# What ./observe does, told and asked through two FIFOs.
program_on() { # MODE
	local function=$FUNCTION answer=''
	[[ $1 != bpf-f* ]] || function=$KERNEL_FUNCTION
	./observe "$1" "$function" <"$scratch/to" >"$scratch/from" 2>"$scratch/observe" &
	observer=$!
	children+=("$observer")
	read -rt $((30 * SUTURE_SLOWDOWN)) -u "$from_observer" answer
	[[ $answer == attached ]] || program_failed
}

program_off() {
	local answer
	echo quit >&"$to_observer"
	read -rt $((30 * SUTURE_SLOWDOWN)) -u "$from_observer" answer
	{ equal "$answer" ended && wait "$observer"; } || program_failed
}

program_failed() {
	cat "$scratch/observe"
	return 1
}

program_count() {
	local count
	echo count >&"$to_observer"
	read -rt $((10 * SUTURE_SLOWDOWN)) -u "$from_observer" count && echo "$count"
}

observer_on() { # OBSERVER
	case $1 in
	function | function_graph) tracer_on "$1" ;;
	kprobe) probe_on p ;;
	kretprobe) probe_on r ;;
	*) program_on "$1" ;;
	esac
}

kind_of() { # OBSERVER
	case $1 in
	function | function_graph) echo tracer ;;
	kprobe | kretprobe) echo probe ;;
	*) echo program ;;
	esac
}

# --- ---

# The universe answers, from both modules, from the kernel, in each way of calling.
all_answer() { # UNIVERSE
	local expected=$cmdline caller how
	(($1 == 0)) || expected="universe $1"
	equal "$(</proc/cmdline)" "$expected" || return
	for caller in target caller; do
		for how in direct pointer; do
			answers "$caller" single "$how" task "$1" || return
		done
		answers "$caller" many direct softirq "$1" || return
	done
}

# The universe answers, and the observer sees that.
seen() { # OBSERVER UNIVERSE
	local kind before after
	kind=$(kind_of "$1")
	before=$("${kind}_count")
	all_answer "$2" || return
	after=$("${kind}_count")
	((after > before)) || {
		echo "$1 had counted $before before the calls, and $after after them"
		return 1
	}
}

on_and_seen() { # OBSERVER UNIVERSE
	observer_on "$1" && seen "$1" "$2"
}

off() { # OBSERVER
	"$(kind_of "$1")_off"
}

again() { # OBSERVER UNIVERSE
	off "$1" && all_answer "$2" && on_and_seen "$1" "$2"
}

# A task that sleeps in an old function holds the transition open.
hold() {
	start_sleeper 1 target sleep && start_patch "$PATCH" && wait_for 15 only_pending 1 "$PATCH" &&
		in_transition "$PATCH" 1
}

let_go() {
	wake_sleeper 1 0 && patched "$PATCH"
}

hold_and_seen() {
	hold && seen "$1" 1
}

let_go_and_seen() {
	let_go && seen "$1" 1
}

revert_and_seen() {
	revert_patch "$PATCH" && seen "$1" 0 && off "$1" && all_answer 0
}

readonly CHECKS=6
observed_by() { # OBSERVER
	check "$1: before, it sees the originals" on_and_seen "$1" 0
	check "$1: in a transition, it sees the patch" hold_and_seen "$1"
	check "$1: it goes and comes in the transition" again "$1" 1
	check "$1: when that is complete, it sees the patch" let_go_and_seen "$1"
	check "$1: it goes and comes while the patch is there" again "$1" 1
	check "$1: after the revert, it sees the originals" revert_and_seen "$1"
}

not_observed_by() { # OBSERVER WHY
	local left
	for ((left = CHECKS; left > 0; left--)); do
		skip "$1" "$2"
	done
}

# Whether the kernel can do that at all, patch or no patch; if not, why is in $reason.
possible() { # OBSERVER
	local status
	[[ $(kind_of "$1") == program ]] || return 0
	program_on "$1" >/dev/null && program_off && return
	# Failed or not possible: what it says when it ends.
	wait "$observer"
	status=$?
	reason=$(tr '\n' ' ' <"$scratch/observe")
	((status != KSFT_SKIP))
}

readonly OBSERVERS=(function function_graph kprobe kretprobe perf-entry perf-return perf-sample
	bpf-entry bpf-return bpf-fentry bpf-fexit)

begin $((2 + CHECKS * ${#OBSERVERS[@]}))
check "the modules load" load_targets
# Open at both ends, so that neither side ever waits for the other to open it.
mkfifo "$scratch/to" "$scratch/from"
exec {to_observer}<>"$scratch/to" {from_observer}<>"$scratch/from"
for observer_name in "${OBSERVERS[@]}"; do
	if possible "$observer_name"; then
		observed_by "$observer_name"
	else
		not_observed_by "$observer_name" "the kernel says: $reason"
	fi
done
finish
