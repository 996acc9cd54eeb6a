#!/bin/bash
# What `klp-test try` runs in a guest: a patch comes, goes and is turned round, over and over, under
# load and with Suture's audit on. Prints KTAP, and what it measured as lines "# try: NAME VALUE",
# which trial.h describes. ./given says what is tried: FILE, CYCLES, LOAD, AUDIT and REQUIRE_AUDIT, and
# in the array WITH which modules are loaded before and unloaded after.
# shellcheck source=/dev/null
. ./given
# shellcheck source=selftests/suture/functions.sh
. /opt/suture/selftests/suture/functions.sh

readonly TRACING=/sys/kernel/tracing/instances/klp-try
readonly INITIAL=/opt/suture/selftests/suture/modules/test_patch_initial.ko
# shellcheck disable=SC2153 # from ./given
patch=$(modinfo -F name "$FILE")
readonly patch
cycle=0 load_group=''

start_tracing() {
	local event
	mkdir "$TRACING" || return
	for event in transition_complete transition_reversed task_blocked; do
		echo 1 >"$TRACING/events/suture/$event/enable" || return
	done
}

# What has happened since the last time, as figures.
take_trace() {
	sed -nE 's/.* transition_complete: .* target=([a-z]+) duration_us=([0-9]+) .*/\1_us \2/p
		s/.* transition_reversed: .*/reversed 1/p' "$TRACING/trace" >>"$scratch/figures"
	sed -nE 's/.* task_blocked: comm=(.*) pid=.* reason=([^ ]+) where=([^ +]*).*/\2 \3 \1/p' \
		"$TRACING/trace" >>"$scratch/blocked"
	echo >"$TRACING/trace"
}

load_needed() {
	local module
	for module in "${WITH[@]}"; do
		insmod "$module" || return
	done
}

# The last one first.
unload_needed() {
	local i
	for ((i = ${#WITH[@]} - 1; i >= 0; i--)); do
		unload_module "$(modinfo -F name "${WITH[i]}")" || return
	done
}

comes_and_goes() {
	klp load "$FILE" && klp revert "$patch"
}

# Told to go as soon as it has been told to come.
turned_round() {
	insmod "$FILE" && start_revert "$patch" && reverted "$patch" && unload_module "$patch"
}

# Told to come again as soon as it has been told to go, unless it is gone by then.
turned_back() {
	klp load "$FILE" && start_revert "$patch" || return
	write 1 "$SUTURE_SYSFS/$patch/enabled" || echo "too late to turn it"
	klp revert "$patch" && unload_module "$patch"
}

# By a cumulative patch that changes nothing.
replaced() {
	klp load "$FILE" && klp load "$INITIAL" && unload_module "$patch" && klp revert test_patch_initial
}

one_cycle() {
	local step
	for step in comes_and_goes turned_round turned_back replaced; do
		"$step" || {
			echo "in cycle $cycle of $CYCLES: $step"
			return 1
		}
		take_trace
	done
}

cycles() {
	for ((cycle = 1; cycle <= CYCLES; cycle++)); do
		one_cycle || return
	done
}

# The command again and again, in a session of its own, so that all of it can be ended.
run_load() {
	# shellcheck disable=SC2016 # for the shell that it starts
	setsid bash -c 'while bash -c "$1"; do :; done; echo "it failed with status $?"' load "$LOAD" \
		>"$scratch/load" 2>&1 &
	load_group=$!
	children+=("$load_group")
	pause 1
	load_runs
}

load_runs() {
	kill -0 "$load_group" && return
	tail -n 20 "$scratch/load"
	return 1
}

stop_load() {
	load_runs || return
	kill -KILL -- "-$load_group"
	wait "$load_group" 2>/dev/null
	return 0
}

audit_on() {
	echo 1 >/sys/module/suture/parameters/audit
}

counter() { # NAME: of Suture's
	sed -n "s/^$1 //p" /proc/suture/stats
}

# What the kernel has taken and will not give back when memory gets short, in KiB.
kernel_memory() {
	awk '/^(SUnreclaim|VmallocUsed|Percpu|PageTables):/ { sum += $2 } END { print sum }' /proc/meminfo
}

no_mixture() {
	equal "$(counter audit_violations)" 0 || {
		log_since_mark | grep -F 'livepatch: audit:'
		return 1
	}
}

# Where nobody has looked, it says nothing that there was nothing to see.
check_mixtures() {
	local description="no task mixed old and new code"
	if [[ $AUDIT != 1 ]]; then
		skip "$description" "the audit was not wanted"
	elif [[ $(counter audit_checks) == 0 && $(counter audit_violations) == 0 ]]; then
		skip "$description" "no call was audited"
	else
		check "$description" no_mixture
	fi
}

calls_audited() {
	(($(counter audit_checks) > 0)) && return
	echo "no task called what the patch changes during a transition: give a --load that does"
	return 1
}

# Whoever forces overrides what the audit is to prove, and takes code away under tasks.
nothing_forced() {
	equal "$(cat /proc/suture/forced)" ""
}

tell() {
	local name names=(retries woken)
	[[ $AUDIT != 1 ]] || names+=(audit_checks audit_violations)
	sort "$scratch/blocked" | uniq -c | sort -rn | head -n 20 | sed -E 's/^ *([0-9]+)/blocked \1/' \
		>>"$scratch/figures"
	for name in "${names[@]}"; do
		echo "$name $(counter "$name")"
	done >>"$scratch/figures"
	sed 's/^/# try: /' "$scratch/figures"
}

begin $((10 + 2 * (${#WITH[@]} > 0)))
: >"$scratch/figures"
: >"$scratch/blocked"
check "transitions are traced" start_tracing
if [[ $AUDIT == 1 ]]; then
	check "the audit is on" audit_on
else
	skip "the audit is on" "not wanted"
fi
((${#WITH[@]} == 0)) || check "what the patch needs is loaded" load_needed
check "the patch comes and goes on a quiet machine" comes_and_goes
take_trace
before=$(kernel_memory)
check "the load runs" run_load
check "$CYCLES cycles under load" cycles
take_trace
echo "cycles $((cycle > CYCLES ? CYCLES : cycle))" >>"$scratch/figures"
check "the load has not failed" stop_load
check_mixtures
check "no transition was forced" nothing_forced
if [[ $REQUIRE_AUDIT == 1 ]]; then
	check "calls were audited" calls_audited
else
	skip "calls were audited" "not required"
fi
# Freeing waits for grace periods.
pause 2
echo "memory_kib $(($(kernel_memory) - before))" >>"$scratch/figures"
tell
((${#WITH[@]} == 0)) || check "what the patch needed is unloaded" unload_needed
rmdir "$TRACING"
finish
