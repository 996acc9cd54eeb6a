# SPDX-License-Identifier: GPL-2.0
# What prints a page of docs/ out of what commands really print. Sourced, with `set -o pipefail`.
# shellcheck shell=bash

say() { # PARAGRAPH
	printf '\n%s\n\n' "$*"
}

# run STATUS COMMAND...: as a person would type it; it exits with STATUS.
run() {
	local expected=$1 status=0
	shift
	echo "    # $*"
	"$@" 2>&1 | sed 's/^/    /' || status=${PIPESTATUS[0]}
	((status == expected)) && return
	echo "transcript: $* exited with $status, not $expected" >&2
	return 1
}
