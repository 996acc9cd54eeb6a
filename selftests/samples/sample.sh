#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Mainline's livepatch-sample, unmodified, replaces what /proc/cmdline says.
# shellcheck source=selftests/suture/functions.sh
. ./functions.sh

readonly PATCH=livepatch_sample

cmdline=$(</proc/cmdline)

cmdline_is() {
	equal "$(</proc/cmdline)" "$1"
}

begin 5
check "the patch loads" load_patch "$PATCH"
check "/proc/cmdline says so" cmdline_is "this has been live patched"
check "the patch is reverted" revert_patch "$PATCH"
check "/proc/cmdline is the original" cmdline_is "$cmdline"
finish
