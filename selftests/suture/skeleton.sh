#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What klp new makes builds and, once its function is written, patches the kernel; before, it does not load.
. ./functions.sh

readonly PATCH=test_patch_skeleton
readonly UNFINISHED=test_patch_unfinished

cmdline=$(</proc/cmdline)

cmdline_is() {
	equal "$(</proc/cmdline)" "$1"
}

klp_knows_it() {
	equal "$(klp patches -v)" "$PATCH: enabled, version 1
  description: $PATCH: replaces cmdline_proc_show()
  built for: $(uname -r)"
}

[[ -e modules/$PATCH.ko ]] || {
	skip_all "built without klp, and so without what it makes"
}

begin 10
check "the module that one of them patches loads" load_module test_target
check "the unfinished one does not load" refused "Invalid module format" load_module "$UNFINISHED"
check "and says why" logged "$UNFINISHED: not loaded: its source still says UNFINISHED"
check "nor is it left behind" not_loaded "$UNFINISHED"
check "the finished one loads" load_patch "$PATCH"
check "its function answers" cmdline_is "the skeleton came to life"
if command -v klp >/dev/null; then
	check "klp shows what it says of itself" klp_knows_it
else
	skip "klp shows what it says of itself" "klp is not installed"
fi
check "it is reverted" revert_patch "$PATCH"
check "the original answers" cmdline_is "$cmdline"
finish
