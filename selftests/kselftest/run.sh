#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs a few of the selftests by the kernel's own runner, as a kernel's tree installed both, and says
# in KTAP whether it takes each for what it is. scripts/kselftest-suite puts it in place.
#
# It shares nothing with the selftests, as how these report is what is under test.
set -uo pipefail

readonly KSFT_PASS=0 KSFT_FAIL=1
readonly INSTALLED=../installed
# One that passes in little time, one that skips, since no build with faults was installed, and one
# that fails.
readonly PASSES=stack.sh SKIPS=oom.sh FAILS=fails.sh

points=0 failed=0
output=$(mktemp)
trap 'rm -f "$output" "$output".*' EXIT

# check DESCRIPTION COMMAND...: the command's output is shown if it fails.
check() {
	points=$((points + 1))
	if "${@:2}" >"$output.check" 2>&1; then
		echo "ok $points $1"
	else
		failed=1
		echo "not ok $points $1"
		sed 's/^/# /' "$output.check"
	fi
}

# run NAME...: the runner's output is kept, and shown as a diagnostic. It opens its standard output
# anew for each test: in a file, one would be written over by the other.
run() {
	local name selected=()
	for name; do
		selected+=(--test "suture:$name")
	done
	"$INSTALLED/run_kselftest.sh" "${selected[@]}" 2>&1 | cat >"$output"
	status=${PIPESTATUS[0]}
	sed 's/^/# /' "$output"
}

says() { # LINE
	grep -qxF -- "$1" "$output"
}

ends_with() { # STATUS
	echo "it ended with $status, not $1"
	((status == $1))
}

# Runners of later kernels end with a failure where a test does; the others leave it to who reads.
ends_as_failed() {
	if grep -q no-error-on-fail "$INSTALLED/run_kselftest.sh"; then
		ends_with "$KSFT_FAIL"
	else
		ends_with "$KSFT_PASS"
	fi
}

lists_all() {
	diff <("$INSTALLED/run_kselftest.sh" --list | sort) \
		<(cd "$INSTALLED" && printf '%s\n' suture/*.sh | grep -v 'functions\.sh$' | tr / : | sort)
}

# What the test printed, as the runner nests it, is KTAP again: a version, one plan, and as many
# results as it says, numbered from 1 on.
nests_ktap() {
	sed -n 's/^# //p' "$output" | awk '
		$0 == "KTAP version 1" { versions++ }
		/^1\.\.[0-9]+$/ || /^1\.\.0 # SKIP ./ { plans++; planned = substr($1, 4) }
		/^(not )?ok [0-9]+ [^#]+( # SKIP .+)?$/ {
			if ($(/^not/ ? 3 : 2) != ++results)
				print "out of order: " $0
		}
		END {
			print versions + 0 " versions, " plans + 0 " plans, " results + 0 " of " planned + 0 " results"
		}' >"$output.ktap"
	cat "$output.ktap"
	grep -Eqx '1 versions, 1 plans, ([0-9]+) of \1 results' "$output.ktap" &&
		! grep -q '^out of order' "$output.ktap"
}

echo "KTAP version 1"
echo "1..16"
check "the runner lists each test" lists_all

run "$PASSES"
check "a test passes" says "ok 1 selftests: suture: $PASSES"
check "it is all there is" says "1..1"
check "its checks are nested" nests_ktap
check "they are summed up as kselftest.h does" grep -Eqx \
	'# # Totals: pass:[1-9][0-9]* fail:0 xfail:0 xpass:0 skip:0 error:0' "$output"
check "the runner ends with success" ends_with "$KSFT_PASS"

run "$SKIPS"
check "a test is skipped" says "ok 1 selftests: suture: $SKIPS # SKIP"
check "and says why, as nested KTAP" nests_ktap
check "the runner ends with success" ends_with "$KSFT_PASS"

run "$FAILS" "$SKIPS"
check "a test fails" says "not ok 1 selftests: suture: $FAILS # exit=1"
check "it says what" says "# not ok 3 what is false"
check "it says what it skipped" says "# ok 2 what is not there # SKIP nothing is"
check "its sum says so" says "# # Totals: pass:2 fail:1 xfail:0 xpass:0 skip:1 error:0"
check "the next one runs all the same" says "ok 2 selftests: suture: $SKIPS # SKIP"
check "both are planned" says "1..2"
check "the runner ends as it does after a failure" ends_as_failed

((!failed)) || exit "$KSFT_FAIL"
