#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What klp has for authors of patches works on this machine too: klp new makes a folder with all that is built, klp package a package that dpkg reads; what cannot be is refused and leaves nothing behind.
. ./functions.sh
. ./klp-functions.sh

readonly PATCH=test_patch_stored_1
RELEASE=$(uname -r)
readonly RELEASE

# What the build needs, and no more.
has_skeleton() { # FOLDER
	equal "$(ls "$1")" "$(printf 'Kbuild\n%s.c' "${1##*/}")" &&
		grep -q patched_cmdline_proc_show "$1/${1##*/}.c"
}

make_modules() {
	mkdir "$scratch"/{good,bad,none,out} && cp "modules/$PATCH.ko" "$scratch/good" &&
		head -c 5000 "modules/$PATCH.ko" >"$scratch/bad/$PATCH.ko"
}

is_empty() { # FOLDER
	equal "$(ls -A "$1")" ""
}

in_deb() { # FIELD VALUE
	equal "$(dpkg-deb --field "$scratch"/out/*.deb "$1")" "$2"
}

packages() {
	check "klp package makes a package" says "/suture-livepatch-${RELEASE}_1_" \
		klp package "$scratch/good" --format deb --output "$scratch/out"
	check "dpkg reads its name" in_deb Package "suture-livepatch-$RELEASE"
	check "and its version, which is the patch's" in_deb Version 1
}

begin 14
check "klp new makes a folder" says "my-fix: made" klp new "$scratch/my-fix" --function cmdline_proc_show
check "it has all that is built" has_skeleton "$scratch/my-fix"
check "one that is there already stays as it is" complains 1 "it is there already" \
	klp new "$scratch/my-fix" --function version_proc_show
check "it has what it had" has_skeleton "$scratch/my-fix"
check "a name that no module can have is wrong usage" complains 2 "no patch can have that name" \
	klp new "$scratch/my fix" --function cmdline_proc_show
check "nothing was made" gone "$scratch/my fix"

check "modules are there" make_modules
check "a folder without one is refused" complains 1 "there is no module in it" \
	klp package "$scratch/none" --format deb --output "$scratch/out"
check "so is a truncated one, by name" complains 1 "$scratch/bad/$PATCH.ko" \
	klp package "$scratch/bad" --format deb --output "$scratch/out"
check "nothing was made of them" is_empty "$scratch/out"
if command -v dpkg-deb >/dev/null; then
	packages
else
	for what in "klp package makes a package" "dpkg reads its name" "and its version"; do
		skip "$what" "there is no dpkg-deb here"
	done
fi
finish
