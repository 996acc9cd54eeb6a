#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Shadow variables are found by object and id, constructed and destroyed once, whole for readers under RCU, and kept from patch to patch until Suture goes.
. ./functions.sh

# The module's init function does it all, and succeeds if all is as it should be.
scenario() { # NAME [PARAMETER...]
	mark
	if ! load_module test_shadow scenario="$1" "${@:2}"; then
		log_since_mark
		return 1
	fi
	unload_module test_shadow
}

is_suture || skip_all "the module is built for Suture"
begin 12
check "attached, found and freed by object and id" scenario basics
check "a failing constructor leaves nothing attached" scenario failing
check "the log says so" logged "livepatch: Failed to construct shadow variable" "(-22)"
check "all of an id are freed, however many" scenario many
check "many tasks attach, read and free the same ones" scenario concurrent milliseconds=1500
check "a module leaves some behind" scenario leave
check "another finds them" scenario find
mark
check "Suture unloads with them" unload_module suture
check "and says how many there were" logged "livepatch: 3 shadow variables were left"
check "Suture loads again" modprobe suture
check "and has none of them" scenario miss
finish
