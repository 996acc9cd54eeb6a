#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A patch that cannot be right is refused with an error that names patch, object and function, and leaves nothing behind; so is nonsense written to sysfs.
. ./functions.sh

readonly PATCH=test_patch_named
readonly DIR=$SUTURE_SYSFS/$PATCH

# is_refused WHAT INSMOD-ERROR OBJECT FUNCTION [PARAMETER...]: three checks.
is_refused() {
	local what=$1 error=$2 object=$3 function=$4 parameters=("function=$4" "${@:5}")
	[[ $object == vmlinux ]] || parameters+=("object=$object")
	mark
	check "$what: refused" refused "$error" load_module "$PATCH" "${parameters[@]}"
	check "$what: the log names patch, object and function" \
		logged "livepatch: patch '$PATCH': object '$object': function '$function': "
	check "$what: nothing is left behind" as_if_never_tried
}

# is_wrong MISTAKE REASON [INSMOD-ERROR]: a patch whose author made it, see test_patch_wrong.c; three checks.
is_wrong() {
	mark
	check "its author's mistake '$1': refused" refused "${3:-Invalid parameters}" load_module test_patch_wrong "mistake=\"$1\""
	check "its author's mistake '$1': the log says what it is" logged "livepatch: patch 'test_patch_wrong': $2"
	check "its author's mistake '$1': nothing is left behind" as_if_never_tried
}

# The two functions of that name answer in the order of their files.
twins() { # FIRST SECOND
	target_says "twins $1 $2"
}

one_twin() { # SYMPOS: patches exactly one of them, whose number lands in $twin
	load_patch "$PATCH" object=test_target function=target_twin sympos="$1" || return
	if twins 1 0; then twin=1; elif twins 0 1; then twin=2; else return 1; fi
}

has_function() { # NAME,SYMPOS
	[[ -d $DIR/test_target/$1 ]] || {
		ls "$DIR/test_target"
		return 1
	}
}

unimpressed() { # VALUE: not taken, and nothing changes
	refused "Invalid argument" write "$1" "$DIR/enabled" && reads "$DIR/enabled" 1 &&
		reads "$DIR/transition" 0 && target_says "version 1"
}

begin 115
check "the module to be patched loads" load_module test_target
remember_loaded

is_refused "a function that the kernel does not have" "Invalid parameters" vmlinux no_such_function
is_refused "a function that the module does not have" "Invalid parameters" test_target no_such_function
is_refused "a function of the kernel's, sought in a module" "Invalid parameters" test_target cmdline_proc_show
is_refused "a function that cannot be traced" "Invalid parameters" test_target target_notrace
is_refused "one of two of the same name, without saying which" "Invalid parameters" test_target target_twin
is_refused "the third of two of the same name" "Invalid parameters" test_target target_twin sympos=3
is_refused "the second of one" "Invalid parameters" test_target target_version sympos=2

readonly FUNCTION="object 'test_target': function 'target_version': "
check "a patch without a mistake loads" eval "load_patch test_patch_wrong && revert_patch test_patch_wrong"
is_wrong functions "object 'test_target': no list of functions"
is_wrong object "an object's name is too long"
is_wrong "empty object" "an object's name is empty"
is_wrong nameless "object 'test_target': a function without old_name"
is_wrong name "object 'test_target': a name longer than any symbol"
is_wrong replacement "${FUNCTION}no replacement"
is_wrong nowhere "${FUNCTION}its replacement" "Unknown symbol"
is_wrong twice "${FUNCTION}listed twice"
is_wrong "object twice" "object 'test_target': listed twice"
is_wrong unlisted "declares callbacks of system state 0xb, which klp_patch.states does not list"
is_wrong state "declares callbacks of system state 0xa twice"
is_wrong "state twice" "lists system state 0xa, which has callbacks, 2 times"
is_wrong symbol "declares a symbol without a name"
is_wrong "symbol of nobody" "declares a symbol without a name"
is_wrong address "declares a symbol without a place for its address"
is_wrong "set" "declares a replace set without a name"
is_wrong "sets" "declares two replace sets, '"
is_wrong kind "has a record of kind 99"
is_wrong size "has a record of kind 3 with"

mark
check "a function of Suture itself: refused" refused "Invalid parameters" load_module "$PATCH" object=suture function=sites_sweep
check "the log says so" logged "livepatch: patch '$PATCH': object 'suture' is Suture, which cannot change itself"
check "nothing is left behind" as_if_never_tried

check "neither of two of the same name is patched yet" twins 0 0
twin=none
check "saying which, one of them is patched" one_twin 1
first=$twin
check "and sysfs says which" has_function target_twin,1
check "reverted" revert_patch "$PATCH"
check "saying the other" one_twin 2
second=$twin
check "and sysfs says so" has_function target_twin,2
check "reverted" revert_patch "$PATCH"
check "they were not the same one" fails equal "$first" "$second"
check "neither is patched any more" twins 0 0

check "a module that is not what the patch was built for: it waits" eval \
	"unload_module test_target && load_patch $PATCH object=test_target function=no_such_function"
mark
check "when the module comes, the module is refused" refused "insmod: ERROR" load_module test_target
check "the log says which patch, object and function" \
	logged "livepatch: patch '$PATCH': object 'test_target': function 'no_such_function': "
check "the module is not there" not_loaded test_target
check "without the patch it loads" eval "revert_patch $PATCH && load_module test_target"
check "nothing is left behind" as_if_never_tried

if [[ $(uname -m) != ppc64le ]]; then
	check "a function of a module's init: it waits" eval \
		"unload_module test_target && load_patch $PATCH object=test_target function=test_target_init"
	mark
	check "when the module comes, the module is refused" refused "insmod: ERROR" load_module test_target
	check "the log says why" logged \
		"livepatch: patch '$PATCH': object 'test_target': function 'test_target_init': is in the module's init section"
	check "without the patch it loads" eval "revert_patch $PATCH && load_module test_target"
	check "a function with a namesake in the module's init: it waits" eval \
		"unload_module test_target && load_patch $PATCH object=test_target function=target_lasting"
	check "when the module comes, the one that stays is patched" eval \
		"load_module test_target && target_says 'lasting 1'"
	check "reverted" eval "revert_patch $PATCH && target_says 'lasting 2'"
else
	for check in "it waits" "when the module comes, the module is refused" "the log says why" "without the patch it loads"; do
		skip "a function of a module's init: $check" "here a module keeps it, as any other"
	done
	for check in "it waits" "when the module comes, the one that stays is patched" "reverted"; do
		skip "a function with a namesake in the module's init: $check" "here a module keeps both"
	done
fi

check "a good patch" load_patch "$PATCH" object=test_target function=target_version
for nonsense in 2 -1 x enable ''; do
	check "'$nonsense' is not taken for enabled" unimpressed "$nonsense"
done
check "1 is no change, so an error" unimpressed 1
check "reverted" revert_patch "$PATCH"
check "nothing is left behind" as_if_never_tried
finish
