#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Measures how long transitions take, under several loads, with Suture and with the kernel's own
# livepatch where it has one, one right after the other.
#
#	bench.sh [ROUNDS [ROUNDS-IN-KERNEL [LOAD...]]]
#
# Prints a line for each: ENGINE LOAD DIRECTION ROUNDS MIN MEDIAN MAX MIN MEDIAN MAX, in
# milliseconds, of the whole and of the transition in it: see bench.c.
set -euo pipefail
cd "$(dirname "$0")"

rounds=${1:-20} kernel_rounds=${2:-20}
shift $(($# < 2 ? $# : 2))
loads=("$@")
((${#loads[@]})) || loads=(idle busy-4 asleep-1000 asleep-10000 functions-200)

# measure ENGINE LOAD ROUNDS SYSFS PATCH.ko [busy|asleep NUMBER]
measure() {
	local line
	./bench "$4" "$5" "$3" "${@:6}" | while read -r line; do
		echo "$1 $2 ${line%% *} $3 ${line#* }"
	done
}

# As on most machines, what is not a warning goes to the log but not to the console: a serial line
# takes milliseconds for each line of text.
echo N >/sys/module/printk/parameters/ignore_loglevel
dmesg --console-level 5
modprobe suture
insmod modules/bench_target.ko
# As much as 10,000 tasks want, whatever the kernel thinks of the machine's memory.
echo 65536 >/proc/sys/kernel/threads-max
for load in "${loads[@]}"; do
	functions=1 what=("${load%-*}" "${load#*-}")
	case $load in
	idle) what=(idle) ;;
	functions-*) functions=${load#*-} what=(idle) ;;
	esac
	measure suture "$load" "$rounds" /sys/kernel/suture "modules/bench_patch_$functions.ko" "${what[@]}"
	[[ ! -e modules/bench_kernel_$functions.ko ]] ||
		measure kernel "$load" "$kernel_rounds" /sys/kernel/livepatch \
			"modules/bench_kernel_$functions.ko" "${what[@]}"
done
rmmod bench_target suture
echo Y >/sys/module/printk/parameters/ignore_loglevel
