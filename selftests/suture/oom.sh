#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Out of memory at whichever step: a patch is refused as a whole, a revert is refused with the patch still applied, a module to be patched is not loaded; the log says so, nothing is left behind and nothing is missing.
#
# A build with faults runs out of memory wherever it is told to: at the first place in its source
# that takes some, at the second, and so on until the attempt gets through without.
. ./functions.sh
. ./memory-functions.sh

readonly FAIL=/sys/module/suture_faulty/parameters/fail_alloc

# each_place HIT ATTEMPT UNCHANGED UNDO AT-LEAST: the attempt at each place, at its first hit or,
# after that, at a later one; UNCHANGED proves that a failed attempt has done nothing, UNDO takes
# back one that did. So many have to fail.
places=0
each_place() {
	local place left failures=0
	for ((place = 1; $1 == 1 || place <= places; place++)); do
		mark
		write "$place $1" "$FAIL" || return
		if "$2" >"$scratch/attempt" 2>&1; then
			left=$(<"$FAIL")
			write 0 "$FAIL" && "$4" || return
			((left == 0 || $1 > 1)) || break
			continue
		fi
		failures=$((failures + 1))
		if ! reads "$FAIL" 0 || ! refused_for_memory "$3"; then
			echo "at place $place: $(<"$scratch/attempt")"
			log_since_mark
			return 1
		fi
	done
	places=$((place - 1))
	diagnose "$failures of $places places made '$2' fail, at hit $1" >&3
	((failures >= $5))
}

not_there() {
	not_loaded suture_faulty
}

suture_loads() { # PLACE [HIT]
	insmod modules/suture_faulty.ko fail_alloc="$*"
}

each_place_of_init() {
	local place failures=0
	for ((place = 1; ; place++)); do
		if suture_loads "$place" 2>"$scratch/attempt"; then
			reads "$FAIL" "$place" && break
			unload_module suture_faulty || return
			continue
		fi
		failures=$((failures + 1))
		refused_for_memory not_there || return
	done
	diagnose "$failures of $((place - 1)) places made it fail" >&3
	((failures > 1))
}

[[ -e modules/suture_faulty.ko ]] || skip_all "the build with faults is not there (SUTURE_FAULTY)"
is_suture || skip_all "the kernel's own engine cannot be told to fail"
exec 3>&1
begin 14
check "Suture is unloaded" unload_module suture
check "wherever its faulty build fails as it loads, it is not there" each_place_of_init
check "it loads" write 0 "$FAIL"
check "the target loads" load_module test_target
remember_loaded

check "wherever a patch fails, it is not there" each_place 1 apply not_applied take_off 10
check "also in the middle" each_place 3 apply not_applied take_off 3
check "as if it had never been tried" as_if_never_tried

check "the patch loads" apply
check "wherever a revert fails, the patch stays" each_place 1 revert not_reverted apply_again 2
check "wherever a cumulative patch fails, the former stays" each_place 1 replace not_replaced put_back 10
check "the patch is reverted" take_off

check "a patch waits for its target" eval "unload_module test_target && load_patch test_patch_named object=test_target"
check "wherever patching the target fails, it is not loaded" each_place 1 target_comes target_not_there target_goes 3
revert_patch test_patch_named
unload_module suture_faulty
finish
