#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Live patches come, go forth and back, and leave as packages, with rpm; a patch that does not load leaves rpm in order, and one that cannot be reverted stays.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./package-functions.sh
. ./rpm-functions.sh

needs_packages rpm rpm
start_database
live_in_packages
