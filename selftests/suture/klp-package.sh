#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Live patches come, go forth and back, and leave as packages, with dpkg; a patch that does not load leaves dpkg in order, and one that cannot be reverted stays.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./package-functions.sh
. ./dpkg-functions.sh

needs_packages deb dpkg
live_in_packages
