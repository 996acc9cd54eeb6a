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
echo "1..$(($(grep -c '^start_test ' "$script") + 3))"
prepare
point $? "Suture is in place of the kernel's livepatch"

KDIR=/ "./$script" 2>&1 | tee "$output" | sed -u 's/^/# /'
status=${PIPESTATUS[0]}
# A script ends with the first of its tests that fails.
while IFS= read -r line; do
	case $line in
	"TEST: "*" ... ok") line=${line#TEST: } && point 0 "${line% ... ok}" ;;
	"TEST: "*) line=${line#TEST: } && point 1 "${line%% ... *}" ;;
	esac
done <"$output"
point "$status" "the script ends with success"

clean_up
point $? "Suture can be unloaded"

((status != KSFT_SKIP)) || exit "$KSFT_SKIP"
((!failed)) || exit "$KSFT_FAIL"
