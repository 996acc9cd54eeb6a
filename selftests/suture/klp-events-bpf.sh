#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Where the kernel and Suture have BTF, klp events follows through libbpf, without tracefs, and shows the very events that it shows through tracefs; where BPF is denied it goes through tracefs by itself.
. ./functions.sh
. ./klp-functions.sh
. ./events-functions.sh

readonly PATCH=test_patch_sleep
# All that a program needs to load others into the kernel.
readonly WITHOUT_BPF=(setpriv '--bounding-set=-bpf,-perfmon,-sys_admin')

# Before Suture is loaded its file tells.
has_btf() {
	[[ -e /sys/kernel/btf/vmlinux ]] && grep -qF .BTF "$(modinfo -n suture)"
}

follow_through_tracefs() { # NAME [OPTION...]
	local way=("${WITHOUT_BTF[@]}")
	follow "$@"
}

goes_through() { # NAME WAY
	grep "^klp: following through $2" "$scratch/$1.stderr"
}

# Each way has a time of its own for an event, and puts two of the same moment in its own order.
without_time() { # NAME
	sed 's/"time":"[^"]*",//' "$scratch/$1" | sort
}

same_events() { # NAME NAME
	number <(wc -l <"$scratch/$1") -gt 20 && diff <(without_time "$1") <(without_time "$2")
}

falls_back() {
	"${WITHOUT_BPF[@]}" klp events --verbose --timeout 0.1 2>&1 >/dev/null |
		grep '^klp: following through tracefs, as klp cannot .*EPERM'
}

if ! is_suture || ! has_btf; then
	skip_all "the kernel or Suture has no BTF: events come through tracefs"
fi

begin 31
check "the module loads" load_module test_target
check "the kernel takes Suture's BTF" test -e /sys/kernel/btf/suture
check "klp events follows" follow bpf --json
check "through libbpf" goes_through bpf libbpf
check "which makes no instance in tracefs" no_instance
check "another is made to follow through tracefs" follow_through_tracefs trace --json
check "which it does" goes_through trace tracefs
check "a task sleeps in the original" start_sleeper 1 target sleep
check "another calls itself something odd" start_odd "$ODD_NAME"
check "the patch starts" start_patch "$PATCH"
check "and waits for the task" wait_for 10 only_pending 1 "$PATCH"
check "the task that cannot move is shown" wait_for 10 shown bpf \
	"\"pid\":${sleeper[1]},\"comm\":\"call\",\"target\":\"patched\",\"reason\":\"function\",\"function\":\"target_sleep\",\"object\":\"test_target\",\"where\":\"target_sleep\+0x[0-9a-f]+/0x[0-9a-f]+ \[test_target\]\""
check "it is turned round" start_revert "$PATCH"
check "and completes" reverted "$PATCH"
check "the end is shown" wait_for 10 shown bpf \
	"\"event\":\"transition_reversed\"" "\"event\":\"transition_complete\".*\"patch\":\"$PATCH\",\"target\":\"unpatched\",\"duration_us\":[1-9]"
check "in tracefs, too" wait_for 10 shown trace "\"event\":\"transition_complete\""
check "the odd name is shown as it is" grep -F "\"pid\":$odd,\"comm\":\"$ODD_NAME\",\"target\":\"patched\"" "$scratch/bpf"
check "both have shown the same" same_events bpf trace
check "nothing was lost on the way" fails grep -F '"event":"lost"' "$scratch/bpf"
check "the patch unloads" eval "wake_sleeper 1 0 && unload_module $PATCH"
check "Suture is in use meanwhile" refused "is in use" rmmod suture
check "SIGINT ends it" eval "ended_by INT bpf 0 && ended_by INT trace 0"
check "one is to end after so many events" follow few --count 3
check "another is killed" eval "follow killed && goes_through killed libbpf && ended_by KILL killed 137"
check "a patch comes and goes" eval "load_patch $PATCH && revert_patch $PATCH"
check "it ends, and has shown so many" eval "ends few 0 && equal \$(wc -l <$scratch/few) 3"
check "nobody uses Suture any more" wait_for 10 reads /sys/module/suture/refcnt 0
check "it needs no tracefs" exits 0 without_tracefs klp events --timeout 0.1
check "where BPF is denied it goes through tracefs" falls_back
check "the task ends" eval "kill $odd; no_instance"
finish
