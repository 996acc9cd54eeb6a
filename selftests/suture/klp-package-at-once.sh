#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two dpkg at once, or a dpkg and a klp: one is refused, or waits, and says so; what each was told is done in the end, and the version of the last is the one that is active and loaded.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./package-functions.sh
. ./dpkg-functions.sh
. ./beside-functions.sh

# A klp for dpkg that goes on when it is told to, and has the patience of a test.
make_stand_in() {
	mkdir "$scratch/bin" && cat >"$scratch/bin/klp" <<-END && chmod 755 "$scratch/bin/klp"
		#!/bin/bash
		touch "$scratch/arrived"
		until [[ -e $scratch/go ]]; do sleep 0.1; done
		exec $(command -v klp) "\$@" --timeout $PATIENCE
	END
}

start_dpkg() { # FOLDER
	start dpkg env PATH="$scratch/bin:$PATH" dpkg --install "packages/$1"/*.deb
}

start_in_script() {
	start_dpkg 1
	wait_for 60 test -e "$scratch/arrived"
}

# As long as a task sleeps in what runs.
start_in_transition() {
	start klp klp downgrade --yes --deadline 0 --timeout "$PATIENCE" && wait_for 30 in_transition "$SECOND" 1
}

start_waiting() {
	start_dpkg 0
	wait_for 60 grep -F "waiting for another klp (pid ${running[klp]}) to finish" "$scratch/dpkg"
}

needs_packages deb dpkg
begin 16
check "the module to be patched loads" load_module test_target
check "what packages of patches need is installed" package_install parts
check "a patch is installed and loaded" goes_to 0 "$FIRST"
check "dpkg gets a klp that waits" make_stand_in

check "dpkg is at work, in the script of a package" start_in_script
check "another dpkg is refused, and says why" refused "locked by another process" package_install 2
check "nothing has changed yet" eval "active_is $FIRST && runs_only $FIRST"
check "the first comes to its end" eval "touch $scratch/go && succeeds dpkg && in_use 1 $SECOND"
check "the second comes to its own when it is tried again" goes_to 2 "$THIRD"

check "a task sleeps in the replacement" start_sleeper 1 target sleep
check "klp is at work, and waits for that" start_in_transition
check "what a package brings then waits for klp" start_waiting
check "when the task leaves both come to their end" eval "wake_sleeper 1 2 && succeeds klp && succeeds dpkg"
check "the last is in use" in_use 0 "$FIRST"

check "it can be removed" eval "package_remove $PACKAGE && nothing_of_the_package && package_remove suture-test-parts"
rm -rf "$STORE"
finish
