#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Where the kernel itself has no memory for Suture, what is attempted is refused as a whole, or done.
#
# A refusal leaves the machine as it was, and what was refused is done once there is memory. Where the
# build with faults fails the places in Suture's own source (oom.sh), the kernel's failslab fails any
# allocation below it: those of sysfs, ftrace, kobjects and work items, too. fail-nth counts the
# allocations of one task that have code of ours among their callers; the interval is for all tasks at
# once, the workers among them.
. ./functions.sh
. ./memory-functions.sh

readonly FAILSLAB=/sys/kernel/debug/failslab
# How many failures there may be at most, which failslab counts down from.
readonly MANY=1000000
# Every how many-th allocation fails where all tasks are short of memory: a transition takes hundreds.
readonly INTERVALS=(30 90 270 810 2430 7290)

set_failslab() { # NAME VALUE...
	while (($#)); do
		echo "$2" >"$FAILSLAB/$1" || return
		shift 2
	done
}

# Counts on only what is allocated below code from START up to END.
aim_at() { # START END
	set_failslab require-start "$1" require-end "$2"
}

# What allocates below a module's init: that is before its addresses are known.
aim_at_init() {
	local start end
	read -r start end < <(awk '$3 == "do_one_initcall" { start = $1; next }
		start && $1 != start { print start, $1; exit }' /proc/kallsyms) && aim_at "0x$start" "0x$end"
}

# What allocates below Suture, wherever it was loaded to. Behind its last function no other code is
# as close as that.
aim_at_suture() {
	local start end
	read -r start end < <(awk '$4 == "[suture]" && tolower($2) == "t" { print $1 }' /proc/kallsyms |
		sort | sed -n '1p;$p' | xargs) &&
		aim_at "0x$start" "$(printf '0x%x' "$((0x$end + 4096))")"
}

# Nobody is aimed at, and nothing fails.
disarm() {
	set_failslab probability 0 interval 1 times 1 ignore-gfp-wait Y verbose 2 && aim_at 0 0xffffffffffffffff
}

# A dump of who was refused is nothing that is wrong with the kernel, and there are many.
arm() {
	set_failslab probability 0 interval 1 space 0 task-filter N ignore-gfp-wait N cache-filter N \
		stacktrace-depth 32 verbose 0
}

# short_of NTH COMMAND...: of what the command's task allocates, that one fails.
short_of() {
	(echo "$1" >/proc/self/fail-nth && exec "${@:2}")
}

# attempt_short_of NTH ATTEMPT: its status is the attempt's, and `hit` says whether one failed.
attempt_short_of() {
	local status=0
	mark
	set_failslab times "$MANY" || return
	under=(short_of "$1")
	"$2" >"$scratch/attempt" 2>&1 || status=$?
	under=()
	hit=$((MANY - $(<"$FAILSLAB/times")))
	return "$status"
}

# each_allocation ATTEMPT UNCHANGED UNDO AT-LEAST: the attempt with its first allocation failing, its
# second, and so on, with ever larger steps, until none is left that could. What it does all the same
# UNDO takes back; UNCHANGED proves that otherwise it has done nothing. So many have to be refused.
each_allocation() {
	local nth=1 tried=0 refused=0 hit=0
	while :; do
		if attempt_short_of "$nth" "$1"; then
			"$3" || return
			((hit)) || break
		elif ((hit)) && refused_for_memory "$2"; then
			refused=$((refused + 1))
		else
			echo "short of allocation $nth, of which $hit failed: $(<"$scratch/attempt")"
			log_since_mark
			return 1
		fi
		tried=$((tried + 1))
		nth=$((nth + 1 + nth / 6))
	done
	diagnose "'$1' was refused $refused of $tried times, and has less than $nth allocations" >&3
	((refused >= $4))
}

suture_comes() {
	"${under[@]}" modprobe suture
}

suture_not_there() {
	not_loaded suture
}

suture_goes() {
	"${under[@]}" rmmod suture
}

suture_is_back() {
	modprobe suture && aim_at_suture
}

# The module of a reverted patch goes.
patch_goes() {
	start_revert "$PATCH" && reverted "$PATCH" && "${under[@]}" rmmod "$PATCH"
}

replacement_goes() {
	disable "$OVER" && reverted "$OVER"
}

replacement_stays() {
	reads "$SUTURE_SYSFS/$OVER/enabled" 1 && reads "$SUTURE_SYSFS/$OVER/transition" 0
}

both_unload() {
	unload_module "$PATCH" && unload_module "$OVER"
}

# pressed ATTEMPT UNCHANGED: it is done, or refused and then done with memory.
pressed() {
	local status=0
	mark
	set_failslab times "$MANY" probability 100 || return
	"$1" >"$scratch/attempt" 2>&1 || status=$?
	failures=$((failures + MANY - $(<"$FAILSLAB/times")))
	set_failslab probability 0 || return
	((status)) || return 0
	refused=$((refused + 1))
	if ! refused_for_memory "$2"; then
		echo "'$1': $(<"$scratch/attempt")"
		log_since_mark
		return 1
	fi
	"$1"
}

cycles() {
	local interval failures=0 refused=0
	for interval in "${INTERVALS[@]}"; do
		set_failslab interval "$interval" && pressed apply not_applied && pressed replace not_replaced &&
			pressed replacement_goes replacement_stays && pressed both_unload false || return
	done
	diagnose "$failures allocations failed, and $refused attempts" >&3
	((failures))
}

[[ -d $FAILSLAB ]] || skip_all "no kernel that makes allocations fail (failslab)"
[[ -e $FAILSLAB/require-start && -e /proc/self/fail-nth ]] ||
	skip_all "this kernel does not look who allocates"
is_suture || skip_all "the kernel's own engine is not looked for in the callers"
exec 3>&1
begin 19
check "failslab is ready" arm
check "Suture is unloaded" unload_module suture
aim_at_init
check "wherever it is short of memory as it loads, it is not there" each_allocation suture_comes suture_not_there suture_goes 5
check "as if it had never been tried" wait_for 5 same_as before

check "it loads" suture_is_back
check "it unloads without memory" each_allocation suture_goes false suture_is_back 0
check "the target loads" load_module test_target
remember_loaded

check "wherever a patch is short of memory, it is not there" each_allocation apply not_applied take_off 5
check "as if it had never been tried" as_if_never_tried
check "the patch loads" apply
check "wherever a revert is, the patch stays" each_allocation revert not_reverted apply_again 1
check "wherever a cumulative patch is, the former stays" each_allocation replace not_replaced put_back 5
check "the module of a reverted patch goes without memory" each_allocation patch_goes false apply 0
check "the patch is reverted" take_off

check "a patch waits for its target" eval "unload_module test_target && load_patch test_patch_named object=test_target"
check "wherever patching the target is short of memory, it is not loaded" each_allocation target_comes target_not_there target_goes 1
revert_patch test_patch_named

load_module test_target
check "whoever is short of memory, each step is done or refused" cycles
check "as if none had been tried" as_if_never_tried
disarm
finish
