#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tasks that are born in a transition, by storms of forks and of threads, run the code of its target, and never hold it back; in both directions.
. ./functions.sh
. ./kinds-functions.sh

readonly STORMS=3

start_storms() {
	local i
	for ((i = 1; i <= STORMS; i++)); do
		start_kind "storm$i" storm
	done
}

# All who bear have moved, so whoever is born runs the new code alone.
one_sided() { # NAME OLD
	local born universe0 universe1
	tell "$1" && wait "${kind[$1]}" || return
	read -r born universe0 universe1 <"$scratch/kind.$1"
	echo "born $born, by universe $universe0 $universe1"
	((born > 10)) && equal "$((universe0 + universe1))" "$born" &&
		if (($2 == 0)); then equal "$universe0" 0; else equal "$universe1" 0; fi
}

end_storms() { # the universe that nobody may have run in
	local i
	for ((i = 1; i <= STORMS; i++)); do
		one_sided "storm$i" "$1" || return
	done
}

storms_end() {
	local i
	for ((i = 1; i <= STORMS; i++)); do
		tell "storm$i" && wait "${kind[storm$i]}" || return
	done
}

through_storms() { # TOWARDS: only the sleeper is left, and stays alone
	start_storms && pause 2 && wait_for 10 only_pending 1 "$KINDS_PATCH" && end_storms $((1 - $1))
}

begin 16
check "the module loads" load_module test_kinds
start_kind holds held sleep-inside 1
check "a task holds the original" wait_for 5 is_held 1
check "storms rage" start_storms
check "the patch starts" start_patch "$KINDS_PATCH"
check "all move but the one" wait_for 10 only_pending 1 "$KINDS_PATCH"
check "the storms end well" storms_end
check "storms that begin in the transition run the new code" through_storms 1
check "the one leaves" eval "let_go 1 && answered holds 0"
check "the patch completes" patched "$KINDS_PATCH"

start_kind holds-new held sleep-inside 1
check "a task holds the replacement" wait_for 5 is_held 1
check "the patch is being reverted" start_revert "$KINDS_PATCH"
check "storms that begin in the transition run the old code" through_storms 0
check "the one leaves" eval "let_go 1 && answered holds-new 1"
check "the patch is reverted" eval "reverted $KINDS_PATCH && unload_module $KINDS_PATCH"
check "in a storm it is applied and reverted" eval "start_storms && load_patch $KINDS_PATCH && revert_patch $KINDS_PATCH && storms_end"
unload_module test_kinds
finish
