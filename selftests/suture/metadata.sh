#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a patch says of itself can be read from the running kernel with its file gone, and klp shows it.
. ./functions.sh

readonly PATCH=test_patch_redirect
readonly NOTES=/sys/module/$PATCH/notes/.note.Suture

# The file is nowhere any more once its module is loaded.
load_a_copy() {
	cp "modules/$PATCH.ko" "$scratch/" && insmod "$scratch/$PATCH.ko" && rm "$scratch/$PATCH.ko"
}

says() { # FIELD
	tr '\0' '\n' <"$NOTES" | grep -qxF -- "$1" || {
		echo "no '$1' in $NOTES:"
		tr '\0' '\n' <"$NOTES" | grep -a =
		return 1
	}
}

all_that_it_says() {
	cat <<-END
		$PATCH: enabled, version 3
		  description: Says of itself what can be said
		  built for: $(uname -r)
		  expires: 2999-12-31
		  fixes: CVE-2026-1000001 (7.8)
		  fixes: CVE-2026-1000002
		  bug: https://bugs.example.org/1
		  only for: vmlinux with release $(uname -r)
	END
}

klp_shows_it() {
	klp patches -v | diff <(all_that_it_says) -
}

begin 8
check "a patch loads, and its file is removed" load_a_copy
check "its transition completes" patched "$PATCH"
check "the kernel has its version" says "version=3"
check "and the kernel that it was built for" says "kernel=$(uname -r)"
check "and a vulnerability with its score" says "cve=CVE-2026-1000001 7.8"
if command -v klp >/dev/null; then
	check "klp shows all of it" klp_shows_it
else
	skip "klp shows all of it" "klp is not installed"
fi
check "the patch is reverted" revert_patch "$PATCH"
finish
