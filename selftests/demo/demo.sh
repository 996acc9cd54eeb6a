#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The demo: patches a function of the running kernel while programs are calling
# it, and takes the patch away again. To be run as root on a machine of its own;
# `make demo` runs it in a guest.
set -euo pipefail
cd "$(dirname "$0")"

readonly PATCH=livepatch_demo FILE=livepatch-demo.ko READERS=4

answers=$(mktemp)
readers=''

say() {
	echo
	echo "== $*"
}

show() { # COMMAND...: as a person would type it
	echo "\$ $*"
	"$@"
}

# Whatever goes wrong, leave the kernel as it was.
clean_up() {
	[[ -z $readers ]] || kill -KILL "$readers" 2>/dev/null || true
	if [[ -d /sys/module/$PATCH ]]; then
		klp revert "$PATCH" || true
	fi
	[[ ! -d /sys/module/suture ]] || rmmod suture || true
	rm -f "$answers"
}
trap clean_up EXIT

expect() { # WANTED: whether /proc/version still names the compiler
	if [[ $(</proc/version) == *gcc* ]]; then
		[[ $1 == leaks ]] && return
		echo "demo: /proc/version still names the compiler" >&2
	else
		[[ $1 == patched ]] && return
		echo "demo: /proc/version does not name the compiler" >&2
	fi
	return 1
}

say "This is a stock kernel. Anyone may read how it was built:"
show uname -r
show cat /proc/version
expect leaks

say "Suture is a kernel module. With it loaded, functions of this kernel can be replaced:"
show modprobe suture

say "$READERS programs now read /proc/version without a pause."
./readers /proc/version $READERS >"$answers" &
readers=$!
sleep 1

say "livepatch-demo.c replaces version_proc_show(), the function behind it. Load it, under them:"
show klp load "$FILE"

say "The same kernel, still running, answers without the build details:"
show cat /proc/version
expect patched

say "What is patched on this machine?"
show klp status

say "And back again: disable the patch, wait until no task can be inside it, unload it."
show klp revert "$PATCH"
show cat /proc/version
expect leaks

kill "$readers"
wait "$readers"
readers=''
say "The $READERS programs never stopped. They got the old answer and the new one, and nothing in between:"
cat "$answers"
[[ $(wc -l <"$answers") == 2 ]]

say "Unload Suture. Nothing is left of it:"
show rmmod suture
[[ ! -e /sys/kernel/suture && ! -d /sys/module/$PATCH ]]
echo
echo "The patch is selftests/demo/livepatch-demo.c; docs/first-patch.md explains it."
