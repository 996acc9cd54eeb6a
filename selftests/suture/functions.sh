#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What all tests share: KTAP output, loading and reverting patches, waiting with
# a limit, and the kernel log since a mark. Sourced by each test, never run.
#
# A test looks like this:
#
#	. ./functions.sh
#	begin 3
#	check "what is true" command that proves it
#	finish
#
# begin says how many checks there will be, finish's own included, and loads
# Suture; finish unloads it and checks that the machine is as it was. A check
# that is never reached is a failure.
#
# SUTURE_SLOWDOWN  time limits are multiplied by it (default 1)
# SUTURE_SYSFS     the engine's sysfs folder; /sys/kernel/livepatch and patches that
#                  were built with the kernel's own header test the in-kernel engine

set -uo pipefail

: "${SUTURE_SLOWDOWN:=1}"
: "${SUTURE_SYSFS:=/sys/kernel/suture}"
export SUTURE_SLOWDOWN SUTURE_SYSFS

readonly KSFT_PASS=0 KSFT_FAIL=1 KSFT_SKIP=4
readonly TARGET=/proc/suture_target
readonly ENABLED_FUNCTIONS=/sys/kernel/tracing/enabled_functions
TEST_NAME=$(basename "$0" .sh)
readonly TEST_NAME

planned=0 done_checks=0 failed_checks=0 skipped_checks=0 finished=''
scratch='' children=()

# An end that never sends anything, to sleep on without starting a process.
exec {never}<> <(:)

pause() { # SECONDS
	read -rt "$1" -u "$never" _ || true
}

diagnose() { # TEXT...: each line of it as a KTAP diagnostic
	local line
	while IFS= read -r line; do
		echo "# $line"
	done <<<"$*"
}

# In place of begin, as a test has one plan.
skip_all() { # WHY
	echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	finished=yes
	exit "$KSFT_SKIP"
}

# begin NUMBER-OF-CHECKS
begin() {
	[[ $(id -u) == 0 ]] || skip_all "must be run as root"
	echo "KTAP version 1"
	scratch=$(mktemp -d)
	trap abandon EXIT
	planned=$1
	echo "1..$planned"
	mark
	snapshot >"$scratch/before"
	if is_suture && ! modprobe suture 2>"$scratch/modprobe"; then
		diagnose "$(<"$scratch/modprobe")"
		diagnose "Suture must be installed where modprobe finds it"
		exit "$KSFT_FAIL"
	fi
}

# False where the tests run against the kernel's own engine.
is_suture() {
	[[ $SUTURE_SYSFS != /sys/kernel/livepatch ]]
}

# What a test must leave as it found it. Loaded modules with their use counts,
# patches, functions that something hooks, and taints other than that an
# out-of-tree (O), unsigned (E) or live patching (K) module has been here.
snapshot() {
	local tainted
	cut -d' ' -f1,3 /proc/modules | sort
	ls "$SUTURE_SYSFS" /sys/kernel/livepatch 2>/dev/null
	cat "$ENABLED_FUNCTIONS"
	read -r tainted </proc/sys/kernel/tainted
	echo "tainted $((tainted & ~(1 << 12 | 1 << 13 | 1 << 15)))"
}

# same_as NAME: the machine is as it was when that snapshot was taken.
same_as() {
	snapshot | diff "$scratch/$1" -
}

# Nothing is left behind since remember_loaded. A worker takes out of ftrace what is
# no longer redirected.
remember_loaded() {
	snapshot >"$scratch/loaded"
}

as_if_never_tried() {
	wait_for 5 same_as loaded
}

# check DESCRIPTION COMMAND...: the command's output is shown if it fails.
check() {
	local description=$1
	shift
	done_checks=$((done_checks + 1))
	if "$@" >"$scratch/output" 2>&1; then
		echo "ok $done_checks $description"
	else
		failed_checks=$((failed_checks + 1))
		echo "not ok $done_checks $description"
		diagnose "failed: $*"
		[[ ! -s $scratch/output ]] || diagnose "$(tail -n 40 "$scratch/output")"
	fi
}

# skip DESCRIPTION WHY
skip() {
	done_checks=$((done_checks + 1))
	skipped_checks=$((skipped_checks + 1))
	echo "ok $done_checks $1 # SKIP $2"
}

fails() { # COMMAND...: it must end with a failure
	! "$@"
}

equal() { # ACTUAL EXPECTED
	[[ $1 == "$2" ]] || {
		echo "got '$1', expected '$2'"
		return 1
	}
}

# number FILE COMPARISON NUMBER: compares what a one-line file says, as test(1) does.
number() {
	local value
	read -r value <"$1" && test "$value" "$2" "$3" && return
	echo "$1 says '$value', not $2 $3"
	return 1
}

# The last check: everything that the test loaded is unloaded again.
finish() {
	unload_module test_caller
	unload_module test_target
	! is_suture || unload_module suture
	check "the machine is left as it was found" same_as before
	finished=yes
	rm -rf "$scratch"
	conclude
}

# The sum in the words of kselftest.h, and the exit status. No check is expected to fail: there is no
# use for 2 and 3.
conclude() {
	if ((done_checks != planned)); then
		diagnose "planned $planned checks, made $done_checks"
		exit "$KSFT_FAIL"
	fi
	echo "# Totals: pass:$((done_checks - failed_checks - skipped_checks)) fail:$failed_checks" \
		"xfail:0 xpass:0 skip:$skipped_checks error:0"
	((failed_checks == 0)) || exit "$KSFT_FAIL"
	exit "$KSFT_PASS"
}

# In place of finish, where the machine cannot be put back as it was: klp-test runs
# no other test in this guest.
finish_used_up() {
	echo "# klp-test: this guest is used up"
	finished=yes
	rm -rf "$scratch"
	conclude
}

# On the way out of a test that did not get to its end: put back what can be put back.
abandon() {
	local file patch module
	[[ -z $finished ]] || return
	echo "Bail out! $TEST_NAME ended after $done_checks of $planned checks"
	((${#children[@]} == 0)) || kill -KILL "${children[@]}" 2>/dev/null
	for file in "${!settings[@]}"; do
		restore_setting "$file"
	done
	for patch in "$SUTURE_SYSFS"/test_patch_*; do
		[[ -d $patch ]] || continue
		echo 0 >"$patch/enabled"
		wait_for 10 gone "$patch"
	done 2>/dev/null
	for module in $(cut -d' ' -f1 /proc/modules | grep '^test_patch_') test_direct test_shadow test_busy test_caller test_target suture_faulty suture; do
		unload_module "$module"
	done 2>/dev/null
	rm -rf "$scratch"
	exit "$KSFT_FAIL"
}

# Milliseconds since MILLISECONDS, in the variable elapsed: polling should start no processes.
elapsed_since() { # MILLISECONDS
	elapsed=$((${EPOCHREALTIME/[^0-9]/} / 1000 - $1))
}

# wait_for SECONDS COMMAND...: polls until the command succeeds; false after the limit.
wait_for() {
	local limit=$(($1 * 1000 * SUTURE_SLOWDOWN)) start
	shift
	elapsed_since 0
	start=$elapsed
	until "$@" >"$scratch/last_try" 2>&1; do
		elapsed_since "$start"
		((elapsed < limit)) || {
			cat "$scratch/last_try"
			echo "gave up after $elapsed ms: $*"
			return 1
		}
		pause 0.02
	done
}

# holds_for SECONDS COMMAND...: the command succeeds all the time.
holds_for() {
	local limit=$(($1 * 1000)) start
	shift
	elapsed_since 0
	start=$elapsed
	until elapsed_since "$start" && ((elapsed >= limit)); do
		"$@" || {
			echo "after $elapsed ms no longer true: $*"
			return 1
		}
		pause 0.05
	done
}

# reads FILE EXPECTED: what a one-line file says.
reads() {
	local value
	read -r value <"$1" && equal "$value" "$2"
}

gone() { # PATH
	[[ ! -e $1 ]]
}

loaded() { # MODULE
	[[ -d /sys/module/$1 ]]
}

not_loaded() { # MODULE
	! loaded "$1"
}

# --- modules and patches ---

load_module() { # NAME [PARAMETER...]
	local name=$1
	shift
	insmod "modules/$name.ko" "$@"
}

# The module to be patched, and the one that calls into it.
load_targets() {
	load_module test_target && load_module test_caller
}

# The engine lets go of a patch's module just after its directory is gone.
unload_module() { # NAME
	loaded "$1" || return 0
	wait_for 5 reads "/sys/module/$1/refcnt" 0 >/dev/null
	rmmod "$1"
}

# Starts the transition and returns: what plain insmod does.
start_patch() { # NAME [PARAMETER...]
	load_module "$@"
}

load_patch() { # NAME [PARAMETER...]
	load_module "$@" && patched "$1"
}

start_revert() { # NAME
	write 0 "$SUTURE_SYSFS/$1/enabled"
}

revert_patch() { # NAME
	start_revert "$1" && reverted "$1" && unload_module "$1"
}

# The transition to the patch has completed, or does in time.
patched() { # NAME
	wait_for 15 reads "$SUTURE_SYSFS/$1/transition" 0 && reads "$SUTURE_SYSFS/$1/enabled" 1
}

reverted() { # NAME
	wait_for 15 gone "$SUTURE_SYSFS/$1"
}

in_transition() { # NAME ENABLED: under way, towards that value
	reads "$SUTURE_SYSFS/$1/transition" 1 && reads "$SUTURE_SYSFS/$1/enabled" "$2"
}

# only_pending NUMBER PATCH: so many tasks have yet to move, no more and no fewer.
only_pending() {
	local towards
	if is_suture; then
		reads "$SUTURE_SYSFS/$2/pending_tasks" "$1"
	else
		read -r towards <"$SUTURE_SYSFS/$2/enabled"
		equal "$(cat /proc/[0-9]*/task/*/patch_state 2>/dev/null | grep -cx "$((1 - towards))")" "$1"
	fi
}

# write VALUE FILE: in a shell of its own, whose message names the error.
write() {
	bash -c 'echo "$1" >"$2"' write "$1" "$2"
}

# Before a test changes a setting of the whole machine: restore_setting puts back what it
# is now, as does a test that does not get to its end.
save_setting() { # FILE
	local value
	read -r value <"$1" && settings[$1]=$value
}
declare -A settings=()

restore_setting() { # FILE
	write "${settings[$1]}" "$1"
}

# refused ERROR-TEXT COMMAND...: fails, and says that text on the way.
refused() {
	local text=$1 output
	shift
	if output=$("$@" 2>&1); then
		echo "succeeded: $*"
		return 1
	fi
	[[ $output == *"$text"* ]] || {
		echo "failed, but not with '$text': $output"
		return 1
	}
}

# --- the functions under test ---

# One call; the universe that answered must be the last argument.
answers() { # CALLER FUNCTION HOW CONTEXT UNIVERSE
	equal "$(./call one "${@:1:4}")" "$5"
}

target_says() { # LINE: as in cat /proc/suture_target
	grep -qx "$1" "$TARGET" || {
		echo "expected '$1' in:"
		cat "$TARGET"
		return 1
	}
}

# start_sleeper TOKEN CALLER FUNCTION: a task that sleeps inside the function. Its
# answer lands in $scratch/sleeper.TOKEN.
start_sleeper() {
	local before
	before=$(sleepers)
	./call one "$2" "$3" direct task "$1" >"$scratch/sleeper.$1" 2>&1 &
	sleeper[$1]=$!
	children+=("$!")
	wait_for 5 more_sleepers_than "$before"
}
declare -A sleeper=()

sleepers() {
	sed -n 's/^sleepers //p' "$TARGET"
}

more_sleepers_than() {
	(($(sleepers) > $1))
}

# wake_sleeper TOKEN ANSWER: lets it go and checks which code it ran in.
wake_sleeper() {
	write "release $1" "$TARGET" && wait "${sleeper[$1]}" && equal "$(<"$scratch/sleeper.$1")" "$2"
}

# --- the kernel log ---

mark() {
	log_mark="selftest $TEST_NAME ${EPOCHREALTIME/[^0-9]/}"
	echo "$log_mark" >/dev/kmsg
}

log_since_mark() {
	dmesg | sed "1,/$log_mark/d" | sed 's/^\[[^]]*\] //'
}

# logged TEXT...: since the mark the log has these texts, in this order.
logged() {
	local rest
	rest=$(log_since_mark)
	local text
	for text; do
		[[ $rest == *"$text"* ]] || {
			echo "the log lacks, or has too early: $text"
			log_since_mark
			return 1
		}
		rest=${rest#*"$text"}
	done
}

not_logged() { # TEXT
	! log_since_mark | grep -F -- "$1"
}
