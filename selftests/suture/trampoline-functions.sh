# SPDX-License-Identifier: GPL-2.0
# What the tests of BPF trampolines share: a program that is called where a function returns. Sourced
# after functions.sh.
# shellcheck shell=bash disable=SC2154,SC2034 # scratch and never are set there; observer is for the tests

# In place of begin, where the kernel has none at FUNCTION.
skip_without_trampolines() { # FUNCTION
	./observe bpf-fexit "$1" </dev/null >/dev/null 2>&1
	[[ $? != "$KSFT_SKIP" ]] || skip_all "this kernel has no BPF trampolines"
}

start_observer() { # FUNCTION
	./observe bpf-fexit "$1" <&"$never" >"$scratch/observer" 2>&1 &
	observer=$!
	children+=("$observer")
	wait_for 30 grep -qx attached "$scratch/observer"
}
