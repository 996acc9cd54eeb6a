# SPDX-License-Identifier: GPL-2.0
# What the tests of klp's store share: three versions of one patch, and a look at what the kernel and
# the store have of them. Sourced after klp-functions.sh.
# shellcheck shell=bash disable=SC2034,SC2154 # constants for the includers; scratch is set before

readonly STORE=/var/lib/suture
readonly FIRST=test_patch_stored_0 SECOND=test_patch_stored_1 THIRD=test_patch_stored_2
RELEASE=$(uname -r)
readonly RELEASE

[[ ! -e $STORE ]] || {
	skip_all "this machine has patches in $STORE"
}

contents() {
	find "$STORE" -type f -exec sha256sum {} + | sort
}

remember_store() {
	contents >"$scratch/store"
}

same_store() {
	contents | diff "$scratch/store" -
}

# Notes each version that the target says, as often as it can.
start_watching() {
	(
		trap exit TERM
		while :; do
			while read -r line; do
				[[ $line != version* ]] || echo "$line"
			done <"$TARGET"
		done >"$scratch/versions"
	) &
	watcher=$!
	children+=("$watcher")
}

# Versions 1 and 2 were seen, and never the original.
never_unpatched() {
	kill "$watcher" && wait "$watcher"
	grep -qx 'version 1' "$scratch/versions" && grep -qx 'version 2' "$scratch/versions" &&
		! grep -x 'version 0' "$scratch/versions"
}

runs_only() { # PATCH
	local patch
	patched "$1" || return
	for patch in "$FIRST" "$SECOND" "$THIRD" test_patch_redirect; do
		[[ $patch == "$1" ]] || not_loaded "$patch" || {
			echo "$patch is loaded too"
			return 1
		}
	done
}

# runs PATCH: the kernel, and no other one of them. The modules of those before may still be there.
runs() {
	local patch
	patched "$1" && target_says "version ${1##*_}" || return
	for patch in "$FIRST" "$SECOND" "$THIRD"; do
		[[ $patch == "$1" ]] || wait_for 5 gone "$SUTURE_SYSFS/$patch" || return
	done
}

active_is() { # PATCH
	reads "$STORE/$RELEASE/.active" "$1=${1##*_}"
}

# Without klp, as a reboot would.
unload_versions() {
	local patch
	for patch in "$FIRST" "$SECOND" "$THIRD"; do
		[[ ! -d $SUTURE_SYSFS/$patch ]] || { start_revert "$patch" && reverted "$patch"; } || return
		unload_module "$patch" || return
	done
}

# The next boot loads it.
boots_with() { # PATCH
	unload_versions && klp apply && runs_only "$1" && active_is "$1"
}

boots_unpatched() {
	unload_versions && says "nothing to do" klp apply && runs_none
}

runs_none() {
	local patch
	for patch in "$FIRST" "$SECOND" "$THIRD"; do
		not_loaded "$patch" || {
			echo "$patch is loaded"
			return 1
		}
	done
}
