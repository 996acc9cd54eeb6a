#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A package for another machine or build, on a full file system, or whose patch does not load leaves rpm in order, and the kernel with the patch that it had.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./package-functions.sh
. ./rpm-functions.sh
. ./package-bad-functions.sh

needs_packages rpm rpm
start_database
bad_in_packages
