#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Patched functions answer right while the function graph tracer and return probes are on them: those exchange return addresses too.
#
# On ppc64le the engine needs to know where a patched function really returns to;
# both put a trampoline of their own in that place.
. ./functions.sh

readonly TRACING=/sys/kernel/tracing
readonly PROBED=(single many varargs big recurse odd first second pair nap sleep)
readonly SLEEP=test_patch_sleep

graph_on() {
	write 'target_*' "$TRACING/set_ftrace_filter" && write function_graph "$TRACING/current_tracer"
}

graph_off() {
	write nop "$TRACING/current_tracer" && write '' "$TRACING/set_ftrace_filter" && write '' "$TRACING/trace"
}

graph_saw() {
	grep -q target_single "$TRACING/trace"
}

probes_on() {
	local function
	for function in "${PROBED[@]}"; do
		echo "r:suture/$function target_$function" >>"$TRACING/kprobe_events" || return
	done
	write 1 "$TRACING/events/suture/enable"
}

probes_off() {
	write 0 "$TRACING/events/suture/enable" && write '' "$TRACING/kprobe_events" && write '' "$TRACING/trace"
}

probes_saw() {
	local name hits
	while read -r name hits _; do
		[[ $name == single ]] && ((hits > 0)) && return
	done <"$TRACING/kprobe_profile"
	cat "$TRACING/kprobe_profile"
	return 1
}

both_saw() {
	graph_saw && probes_saw
}

revert_all() {
	revert_patch test_patch_2 && revert_patch test_patch_1
}

both_on() {
	graph_on && probes_on
}

both_off() {
	graph_off && probes_off
}

# Some kernels lose return probes to the graph tracer with no patch there at all
# (6.1 on ppc64le): then nothing can be said of its view of a patched function.
sees_originals() { # WHAT
	local sees=1
	"$1_on" >/dev/null && ./call all 0 >/dev/null && "$1_saw" >/dev/null && sees=0
	"$1_off" >/dev/null
	return "$sees"
}

saw_calls() { # WHAT
	if [[ $sees == yes ]]; then
		check "$1: it saw calls" "$1_saw"
	else
		skip "$1: it saw calls" "nor does it on this kernel without a patch"
	fi
}

# ftrace calls its users in the order in which they came, latest first: so once
# with the patch there before the tracer, and once after it.
traced_by() { # WHAT
	local what=$1 sees=no
	sees_originals "$what" && sees=yes
	check "$what: a patch loads" load_patch test_patch_1
	check "$what: then it is switched on" "${what}_on"
	check "$what: the patch answers, in every way" ./call all 1
	check "$what: another patch loads under it" load_patch test_patch_2
	check "$what: that one answers, in every way" ./call all 2
	check "$what: both are reverted under it" revert_all
	check "$what: the originals answer, in every way" ./call all 0
	check "$what: a patch loads when it is there already" load_patch test_patch_1
	check "$what: it answers, in every way" ./call all 1
	saw_calls "$what"
	check "$what: it is switched off" "${what}_off"
	check "$what: the patch still answers" ./call all 1
	check "$what: the patch is reverted" revert_patch test_patch_1
}

# A task sleeps in a function whose return address was exchanged. It holds the transition all the
# same, whoever comes and goes meanwhile, and gets back to where it came from.
held_by_original() {
	start_sleeper 1 target sleep && start_patch "$SLEEP" && wait_for 15 only_pending 1 "$SLEEP" &&
		holds_for 1 in_transition "$SLEEP" 1
}

held_by_replacement() {
	start_sleeper 2 "$1" sleep && start_revert "$SLEEP" && wait_for 15 only_pending 1 "$SLEEP" &&
		holds_for 1 in_transition "$SLEEP" 0
}

leaves_original() {
	wake_sleeper 1 0 && patched "$SLEEP"
}

leaves_replacement() {
	wake_sleeper 2 1 && reverted "$SLEEP" && unload_module "$SLEEP"
}

off_and_on() { # WHAT
	"$1_off" && holds_for 1 in_transition "$SLEEP" 1 && "$1_on"
}

slept_under() { # WHAT CALLER: the module that the replacement is called from
	check "$1: it is on" "$1_on"
	check "$1: a task asleep in the original holds the transition" held_by_original
	check "$1: also when it goes and comes" off_and_on "$1"
	check "$1: the task leaves as it came, and the transition completes" leaves_original
	check "$1: a task asleep in the replacement holds the way back" held_by_replacement "$2"
	check "$1: it goes while that sleeps" "$1_off"
	check "$1: that task leaves as it came, and the patch is gone" leaves_replacement
}

begin 62
check "the modules load" load_targets
traced_by graph
traced_by probes
traced_by both
slept_under graph target
slept_under probes caller
slept_under both target
finish
