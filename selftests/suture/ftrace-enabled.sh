#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ftrace may be switched off while no patch is applied, and then none can be; while one is it may not, since that would unpatch without a word.
. ./functions.sh

readonly PATCH=test_patch_named FTRACE_ENABLED=/proc/sys/kernel/ftrace_enabled

# A worker takes the last function out of ftrace, and then it may be switched off.
switch_off() {
	save_setting "$FTRACE_ENABLED" && wait_for 5 write 0 "$FTRACE_ENABLED" &&
		reads "$FTRACE_ENABLED" 0
}

switch_on() {
	write 1 "$FTRACE_ENABLED" && reads "$FTRACE_ENABLED" 1
}

load() {
	load_patch "$PATCH" object=test_target function=target_version
}

refused_switched_off() {
	refused "Device or resource busy" load && logged "suture: ftrace is switched off" "sysctl kernel.ftrace_enabled=1"
}

begin 16
check "the module to be patched loads" load_module test_target
remember_loaded

check "ftrace is switched off" switch_off
mark
check "a patch is refused, and the log says what to do" refused_switched_off
check "nothing is left behind" eval "not_loaded $PATCH && target_says 'version 0'"
check "ftrace is switched on" switch_on
check "all is as it was" as_if_never_tried
check "now the patch loads" load
check "it is live" target_says "version 1"
check "ftrace cannot be switched off" eval "refused 'Device or resource busy' write 0 $FTRACE_ENABLED && reads $FTRACE_ENABLED 1"
check "the patch is live still" target_says "version 1"
check "it is reverted" eval "revert_patch $PATCH && target_says 'version 0'"
check "ftrace can be switched off again" switch_off

check "Suture unloads meanwhile, and loads" eval "unload_module suture && modprobe suture"
check "no patch loads yet" refused "Device or resource busy" load
check "but when ftrace is on" eval "switch_on && load && target_says 'version 1' && revert_patch $PATCH"
finish
