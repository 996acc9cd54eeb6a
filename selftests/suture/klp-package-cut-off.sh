#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# dpkg is killed with all that it has started, at one step or another: the machine runs and boots with the patch that it had or with the new one, and once dpkg is told to go on all is in order.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./package-functions.sh
. ./dpkg-functions.sh

readonly KILLED=137 # by SIGKILL
KLP=$(command -v klp)
PRELOAD=$PWD/cut-off.so
export KLP PRELOAD

# What dpkg finds in the place of programs that it starts. At the step that CUT names they kill the
# process group, and so dpkg and all its children.
make_stand_ins() {
	mkdir "$scratch/bin"
	cat >"$scratch/bin/dpkg-deb" <<-'END'
		#!/bin/bash
		[[ $CUT == unpacking && $1 == --fsys-tarfile ]] || exec /usr/bin/dpkg-deb "$@"
		/usr/bin/dpkg-deb "$@" | head -c 100000
		until compgen -G "/usr/lib/suture/*/*.dpkg-new" >/dev/null; do sleep 0.1; done
		kill -KILL 0
	END
	cat >"$scratch/bin/klp" <<-'END'
		#!/bin/bash
		case $CUT in
		rename) CUT_OFF_IN=rename CUT_OFF_AT=1 LD_PRELOAD=$PRELOAD exec "$KLP" "$@" ;;
		transition)
			"$KLP" "$@" &
			until grep -qx 1 /sys/kernel/suture/*/transition; do
				kill -0 "$!" || break
				sleep 0.1
			done
			;;
		after) "$KLP" "$@" ;;
		*) exec "$KLP" "$@" ;;
		esac
		kill -KILL 0
	END
	chmod 755 "$scratch/bin"/*
}

# killed STEP DPKG-ARGUMENT...
killed() {
	local step=$1
	shift
	exits "$KILLED" env CUT="$step" PATH="$scratch/bin:$PATH" setsid dpkg "$@"
}

is_left() { # STATE: of the package, as dpkg has noted it
	equal "$(dpkg-query --show --showformat='${db:Status-Status}' "$PACKAGE")" "$1"
}

goes_on_to() { # VERSION PATCH
	dpkg --configure --pending && in_use "$1" "$2"
}

needs_packages deb dpkg
begin 24
check "the module to be patched loads" load_module test_target
check "what packages of patches need is installed" package_install parts
check "a patch is installed and loaded" goes_to 0 "$FIRST"
check "programs that dpkg starts have stand-ins" make_stand_ins

check "dpkg is killed while it unpacks" killed unpacking --install packages/1/*.deb
check "the machine boots with the patch that it had" eval "is_left half-installed && runs_only $FIRST && boots_with $FIRST"
check "the package is installed again" goes_to 1 "$SECOND"

check "dpkg is killed while klp writes the version into the store" killed rename --install packages/2/*.deb
check "the machine boots with the patch that it had" eval \
	"is_left half-configured && gone $STORE/$RELEASE/$THIRD/2 && runs_only $SECOND && boots_with $SECOND"
check "dpkg goes on" goes_on_to 2 "$THIRD"

check "dpkg is killed when klp has loaded the version, and not noted it" killed rename --install packages/1/*.deb
check "it runs, and the machine boots with the patch that it had" eval \
	"is_left half-configured && runs $SECOND && boots_with $THIRD"
check "dpkg goes on" goes_on_to 1 "$SECOND"

check "a task sleeps in the replacement" start_sleeper 1 target sleep
check "dpkg is killed while klp waits for it" killed transition --install packages/2/*.deb
check "the transition goes on by itself" eval \
	"in_transition $THIRD 1 && active_is $SECOND && wake_sleeper 1 1 && runs $THIRD"
check "dpkg goes on" goes_on_to 2 "$THIRD"

check "dpkg is killed when klp has done all" killed after --install packages/1/*.deb
check "the machine boots with the new one" eval "is_left half-configured && runs_only $SECOND && boots_with $SECOND"
check "dpkg goes on" goes_on_to 1 "$SECOND"

check "dpkg is killed when klp has reverted what is to be removed" killed rename --remove "$PACKAGE"
check "the machine boots with it" eval "runs_none && boots_with $SECOND"
check "it is removed again" eval "package_remove $PACKAGE && nothing_of_the_package && package_remove suture-test-parts"
rm -rf "$STORE"
finish
