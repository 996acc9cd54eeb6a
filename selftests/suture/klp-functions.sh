# SPDX-License-Identifier: GPL-2.0
# What the tests of klp share: what it prints, and where, and its exit status. Sourced after
# functions.sh; without klp there is nothing to test.
# shellcheck shell=bash disable=SC2034,SC2154 # PATIENCE is for the includers; scratch is set there

command -v klp >/dev/null || {
	skip_all "klp is not installed"
}

# For --timeout, where klp may have to wait longer than its default on a slow machine: it knows nothing
# of SUTURE_SLOWDOWN.
readonly PATIENCE=$((60 * SUTURE_SLOWDOWN))

# says TEXT COMMAND...: it succeeds, and TEXT is part of what it prints as a result.
says() {
	local text=$1 output
	shift
	output=$("$@" 2>"$scratch/stderr") && [[ $output == *"$text"* ]] && return
	echo "expected '$text' from: $*"
	echo "$output"
	cat "$scratch/stderr"
	return 1
}

# exits STATUS COMMAND...
exits() {
	local expected=$1 status
	shift
	"$@"
	status=$?
	equal "$status" "$expected"
}

# complains STATUS TEXT COMMAND...: that exit status; TEXT and a hint on stderr, no result on stdout.
complains() {
	local expected=$1 text=$2 output
	shift 2
	output=$(exits "$expected" "$@" 2>"$scratch/stderr") &&
		grep -qF -- "$text" "$scratch/stderr" && grep -q '  hint: ' "$scratch/stderr" &&
		[[ -z $output ]] && return
	echo "expected '$text' and a hint from: $*"
	echo "$output"
	cat "$scratch/stderr"
	return 1
}

as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# make_bad_files GOOD.ko: copies of a patch with one thing wrong, for everybody to read.
make_bad_files() {
	local machine='\267\0' # EM_AARCH64, little endian
	[[ $(uname -m) != s390x ]] || machine='\0\53' # EM_SPARCV9, big endian

	cp "$1" "$scratch/other_machine.ko" &&
		printf "%b" "$machine" | dd of="$scratch/other_machine.ko" bs=1 seek=18 conv=notrunc status=none &&
		LC_ALL=C sed 's/vermagic=[0-9]/vermagic=9/' "$1" >"$scratch/other_kernel.ko" &&
		head -c 5000 "$1" >"$scratch/truncated.ko" &&
		echo "not a module" >"$scratch/text.ko" &&
		chmod 755 "$scratch"
}
