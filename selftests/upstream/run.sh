#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs the script of mainline's livepatch selftests that this file is named like, as it is, against
# Suture, and says in KTAP which of its tests passed. scripts/upstream-suite puts it in place.
#
# What a script expects of the machine, and finds here:
# - the engine below /sys/kernel/livepatch. A kernel without livepatch of its own has a link there; on
#   any other, Suture's folder is mounted over the kernel's.
# - getconf, for the number of CPUs: the guest's root is small, and has nproc
# - modules that modprobe finds (6.1), or in test_modules/ (later, with the build folder of the
#   kernel, though nothing is built)
set -uo pipefail

readonly KSFT_FAIL=1 KSFT_SKIP=4
readonly sysfs=/sys/kernel/livepatch
script=$(basename "$0")
cd "$(dirname "$0")/../livepatch" || exit "$KSFT_FAIL"
output=$(mktemp)
trap 'rm -f "$output"' EXIT
points=0 failed=0

point() { # STATUS DESCRIPTION
	points=$((points + 1))
	if (($1)); then
		failed=1
		echo "not ok $points $2"
	else
		echo "ok $points $2"
	fi
}

skip() { # DESCRIPTION WHY
	points=$((points + 1))
	echo "ok $points $1 # SKIP $2"
}

prepare() {
	modprobe suture || return
	[[ -L $sysfs ]] || mount --bind /sys/kernel/suture "$sysfs" || return
	if [[ -d modules ]]; then
		cp -r modules "/lib/modules/$(uname -r)/upstream" && depmod || return
	fi
}

# That Suture can go shows that nothing was left behind.
clean_up() {
	[[ -L $sysfs ]] || umount "$sysfs" || return
	rm -rf "/lib/modules/$(uname -r)/upstream"
	rmmod suture
}

getconf() {
	[[ $* == _NPROCESSORS_ONLN ]] && nproc
}
export -f getconf

echo "KTAP version 1"
prepare
prepared=$?
KDIR=/ "./$script" 2>&1 | tee "$output" | sed -u 's/^/# /'
status=${PIPESTATUS[0]}
clean_up
cleaned=$?

tests=$(grep -c '^start_test ' "$script")
begun=$(grep -c '^TEST: ' "$output")
passed=$(grep -c '^TEST: .* \.\.\. ok$' "$output")
why=$(sed -nE 's/^(SKIP|skip all tests): //p' "$output" | tail -n 1)
# A test that has begun found all that it needs: where it gives up, it has failed, whatever it says.
skipped=$((status == KSFT_SKIP && begun == passed))
if ((skipped && !begun && !prepared && !cleaned)); then
	echo "1..0 # SKIP ${why:-no reason given}"
	exit "$KSFT_SKIP"
fi

echo "1..$((tests + 3))"
point "$prepared" "Suture is in place of the kernel's livepatch"
# A script ends with the first of its tests that fails.
while IFS= read -r line; do
	case $line in
	"TEST: "*" ... ok") line=${line#TEST: } && point 0 "${line% ... ok}" ;;
	"TEST: "*) line=${line#TEST: } && point 1 "${line%% ... *}" ;;
	esac
done <"$output"
if ((skipped)); then
	while ((points <= tests)); do
		skip "a test that was not reached" "$why"
	done
	skip "the script ends with success" "$why"
else
	point "$status" "the script ends with success"
fi
point "$cleaned" "Suture can be unloaded"

((!failed)) || exit "$KSFT_FAIL"
