#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Patched functions answer right while the function graph tracer and return probes are on them: those exchange return addresses too.
#
# On ppc64le the engine needs to know where a patched function really returns to;
# both put a trampoline of their own in that place.
. ./functions.sh

readonly TRACING=/sys/kernel/tracing
readonly PROBED=(single many varargs big recurse odd first second pair nap)

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

begin 41
check "the modules load" load_targets
traced_by graph
traced_by probes
traced_by both
finish
