# What the tests of the scripts share. A test runs in an empty folder of its own.
# shellcheck shell=bash

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export XDG_CACHE_HOME=$PWD/cache

# A copy of the scripts and the records, whose parts a test may replace.
copy_project() {
	mkdir project
	cp -r "$project/scripts" "$project/vm-images" project
}

# stub FILE <<body: makes an executable shell script.
stub() {
	mkdir -p "$(dirname "$1")"
	{ echo '#!/bin/bash' && cat; } >"$1"
	chmod +x "$1"
}

# refused COMMAND...: passes where the command fails; what it printed is in the file `output`.
refused() {
	if "$@" >output 2>&1; then
		echo "should have failed: $*"
		return 1
	fi
}

# contains FILE TEXT
contains() {
	grep -qF -- "$2" "$1" || {
		echo "not in $1: $2"
		cat "$1"
		return 1
	}
}

lacks() {
	! contains "$1" "$2" >/dev/null || {
		echo "unexpectedly in $1: $2"
		cat "$1"
		return 1
	}
}
