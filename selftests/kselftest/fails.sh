#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fails, so that it is seen what a runner makes of that: two checks pass, one is skipped, one fails.
# shellcheck source=selftests/suture/functions.sh
. ./functions.sh

begin 4
check "what is true" true
skip "what is not there" "nothing is"
check "what is false" false
finish
