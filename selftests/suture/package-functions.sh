# SPDX-License-Identifier: GPL-2.0
# The life of a live patch that comes in packages, for any package system. Sourced after
# store-functions.sh by a test that has these:
#
#	package_install FOLDER		installs the package in packages/FOLDER, also in the
#					place of a later one
#	package_remove PACKAGE
#	package_version PACKAGE		prints the version that is installed, whole, or fails
# shellcheck shell=bash disable=SC2154 # scratch is set before

readonly PACKAGE=suture-livepatch-$RELEASE
readonly FOREIGN_RELEASE=9${RELEASE:1}
readonly FOREIGN=suture-livepatch-$FOREIGN_RELEASE
readonly PAYLOAD=/usr/lib/suture

# needs FORMAT PROGRAM
needs_packages() {
	local why=''
	compgen -G "packages/parts/*.$1" >/dev/null || why="no packages were built for this test"
	command -v "$2" >/dev/null || why="there is no $2 here"
	# The scripts of packages ask nobody, and load nothing into a kernel that is not well.
	! grep -qE '^(bad|note): (taint|log):' <(klp doctor) || why="this kernel is not well: see klp doctor"
	[[ -z $why ]] || {
		skip_all "$why"
	}
}

# warns TEXT COMMAND...: it succeeds, and TEXT is part of all that it says.
warns() {
	local text=$1 output
	shift
	output=$("$@" 2>&1) && [[ $output == *"$text"* ]] && return
	echo "expected '$text' from: $*"
	echo "$output"
	return 1
}

installed() { # VERSION
	equal "$(package_version "$PACKAGE")" "$1"
}

not_installed() { # PACKAGE
	fails package_version "$1"
}

# In packages, only what is installed now.
has_payload() { # PATCH
	equal "$(cd "$PAYLOAD/$RELEASE" && echo *)" "$1.ko"
}

from_package() { # LINE: of klp list
	says "  $1, from the package $PACKAGE" klp list
}

goes_to() { # FOLDER PATCH: installing that package does
	package_install "$1" && runs_only "$2" && has_payload "$2" && installed "$1"
}

# in_use VERSION PATCH: that package is in order, and its patch is active, and loaded alone.
in_use() {
	installed "$1" && has_payload "$2" && active_is "$2" && runs_only "$2"
}

nothing_of_the_package() {
	not_installed "$PACKAGE" && runs_none && fails grep -r "$PACKAGE" "$STORE" && gone "$PAYLOAD/$RELEASE"
}

# As long as a task sleeps in the replacement.
removal_is_refused() {
	remember_store
	refused "still disabling" package_remove "$PACKAGE" && installed 1 && has_payload "$SECOND" &&
		runs_only "$SECOND" && same_store
}

live_in_packages() {
	begin 33
	check "the module to be patched loads" load_module test_target
	check "what packages of patches need is installed" package_install parts

	check "the initial patch is installed and loaded" goes_to 0 "$FIRST"
	check "klp knows the package" from_package "$FIRST=0: active, initial live patch"
	check "and of what is loaded, too" says "  package: $PACKAGE" klp patches -v
	check "installing it again changes nothing, and succeeds" goes_to 0 "$FIRST"
	check "a fix takes its place" goes_to 1 "$SECOND"
	check "it answers" target_says "version 1"
	check "the one before is kept" from_package "$FIRST=0: installed, initial live patch"
	start_watching
	check "the next takes the place of that" goes_to 2 "$THIRD"
	check "an older package goes back" goes_to 1 "$SECOND"
	check "with never a moment unpatched" never_unpatched
	check "the later one is kept" from_package "$THIRD=2: available"
	check "klp goes to it without a package" says "$THIRD=2: active" klp upgrade
	check "and the package to its own again" goes_to 1 "$SECOND"

	check "one that cannot be loaded is installed, and says so" warns "$PACKAGE: installed, but not in use" package_install broken
	check "its package is in order" installed 3
	check "the kernel keeps the patch that it had" runs_only "$SECOND"
	check "that is the active one" from_package "$SECOND=1: active"
	check "a good one mends it" goes_to 2 "$THIRD"

	check "where patches are switched off, none is loaded" eval \
		"touch $STORE/off && warns 'so nothing was loaded' package_install 1 && runs_only $THIRD"
	check "it is active" from_package "$SECOND=1: active"
	check "and loaded once they are not" eval "rm $STORE/off && klp apply && runs_only $SECOND"

	check "one that a boot failed with is loaded by its package" eval \
		"klp revert $SECOND && echo '$SECOND=1 another-boot' >$STORE/$RELEASE/.trying && goes_to 1 $SECOND && gone $STORE/$RELEASE/.trying"

	check "one for another kernel stands beside" warns "$THIRD=2: active for $FOREIGN_RELEASE, from its next boot on" package_install foreign
	check "this kernel keeps its own" runs_only "$SECOND"
	check "it can be removed" eval "package_remove $FOREIGN && not_installed $FOREIGN && gone $STORE/$FOREIGN_RELEASE"

	check "a task sleeps in the replacement" start_sleeper 1 target sleep
	check "then the package is not removed, and all is as it was" removal_is_refused
	check "the task was in the replacement all the time" wake_sleeper 1 1
	check "what a person put into the store" eval "klp remove $FIRST && klp install modules/$FIRST.ko"
	check "is all that stays when the package is removed" eval \
		"package_remove $PACKAGE && nothing_of_the_package && says '$FIRST=0: available' klp list"

	klp remove "$FIRST" >/dev/null
	package_remove suture-test-parts >/dev/null
	rm -rf "$STORE"
	finish
}
