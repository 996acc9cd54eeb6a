#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A patch uses functions and variables that are not exported, of the kernel and of modules that come and go; what it cannot get is refused by patch, object, symbol and reason.
. ./functions.sh

readonly PATCH=test_patch_import

same_as_loaded() {
	snapshot | diff "$scratch/loaded" -
}

says() { # LINE: as in cat /proc/cmdline
	grep -qx "$1" /proc/cmdline || {
		echo "expected '$1' in:"
		cat /proc/cmdline
		return 1
	}
}

# gets VALUE PARAMETER...: the patch with these parameters finds it
gets() {
	load_patch "$PATCH" "${@:2}" && says "is $1" && revert_patch "$PATCH"
}

# is_refused WHAT REASON OBJECT SYMBOL [PARAMETER...]: three checks.
is_refused() {
	mark
	check "$1: refused" refused "insmod: ERROR" load_module "$PATCH" object="$3" symbol="$4" "${@:5}"
	check "$1: the log names patch, object, symbol and reason" \
		logged "livepatch: patch '$PATCH': object '$3': symbol '$4': $2"
	check "$1: nothing is left behind" wait_for 5 same_as_loaded
}

# Whether the kernel knows where its variables are.
knows_variables() {
	grep -q ' kptr_restrict$' /proc/kallsyms
}

begin 57
check "the module with symbols to be used loads" load_module test_target
snapshot >"$scratch/loaded"

check "a patch that declares functions of both" load_patch test_patch_symbols
check "it can call the kernel's" says "processes [1-9][0-9]*"
check "and the module's" says "secret 4711 twin 0"
check "which are the real ones" eval "write 'secret 12' $TARGET && says 'secret 12 twin 0'"
check "a replacement in the module can do so, too" target_says "version 13"
check "the module goes" unload_module test_target
check "its symbols with it" says "no secret"
check "the kernel's stay" says "processes [1-9][0-9]*"
check "the module comes back" load_module test_target
check "and its symbols" says "secret 4711 twin 0"
check "its replacement works from the start" target_says "version 4712"
check "the patch is reverted" revert_patch test_patch_symbols

one_of_twins() { # SYMPOS VALUE: while the first one is patched
	load_patch test_patch_named object=test_target function=target_twin sympos=1 &&
		gets "$2" object=test_target symbol=target_twin sympos="$1" &&
		revert_patch test_patch_named
}
check "the first of two of the same name" one_of_twins 1 1
check "the second of them" one_of_twins 2 0

variable=(object=test_target symbol=target_secret_value variable=1)
if knows_variables; then
	check "a variable of the kernel's" gets "$(</proc/sys/kernel/kptr_restrict)" \
		object=vmlinux symbol=kptr_restrict variable=1
	check "a variable of a module that is loaded" gets 4711 "${variable[@]}"
	is_refused "a variable, declared as a function" "is not a function" test_target target_secret_value
	is_refused "a function, declared as a variable" "is not a variable" test_target target_secret variable=1
else
	mark
	check "a variable of the kernel's is refused" refused "insmod: ERROR" \
		load_module "$PATCH" symbol=kptr_restrict variable=1
	check "the log says that this kernel has none" logged \
		"livepatch: patch '$PATCH': object 'vmlinux': symbol 'kptr_restrict': is a variable, and this kernel has no symbols of its variables (CONFIG_KALLSYMS_ALL=n)"
	is_refused "a variable of a module that is loaded" "is a variable, and this kernel keeps no symbols" \
		test_target target_secret_value variable=1
	is_refused "a variable, declared as a function" "no such function" test_target target_secret_value
fi
is_refused "a function that has been freed" "is in the init section" vmlinux start_kernel

is_refused "a function that the kernel does not have" "no such function" vmlinux no_such_function
is_refused "one that the module does not have" "no such function" test_target no_such_function
if [[ $(uname -m) != ppc64le ]]; then
	is_refused "an init function of the module's" "no such function" test_target test_target_init
else
	for check in "refused" "the log names patch, object, symbol and reason" "nothing is left behind"; do
		skip "an init function of the module's: $check" "here a module keeps it, as any other"
	done
fi
is_refused "one of two, without saying which" "several symbols" test_target target_twin
is_refused "the third of two" "no function number 3" test_target target_twin sympos=3
is_refused "a module that is no object of the patch" "the patch has no such object" test_caller caller_outer

mark
check "a patch that is left to mainline to link is refused" \
	refused "Invalid module format" load_module test_patch_late
check "the log names patch, symbol and reason" logged \
	"livepatch: patch 'test_patch_late': symbol '.klp.sym.test_target.target_secret,0': is left to the kernel's own livepatch to link"
check "nothing is left behind" wait_for 5 same_as_loaded

check "the module goes" unload_module test_target
check "a patch waits for a variable" eval "load_patch $PATCH ${variable[*]} && says away"
check "when the module comes, it is there" eval "load_module test_target && says 'is 4711'"
check "it goes with the module" eval "unload_module test_target && says away"
check "reverted" revert_patch "$PATCH"
mark
check "a patch waits for a function that the module does not have" \
	load_patch "$PATCH" object=test_target symbol=no_such_function
check "the module is refused" refused "insmod: ERROR" load_module test_target
check "the log says why" logged \
	"livepatch: patch '$PATCH': object 'test_target': symbol 'no_such_function': no such function"
check "without the patch it loads" eval "revert_patch $PATCH && load_module test_target"
finish
