#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A package for another machine or build, on a full file system, or whose patch does not load leaves dpkg in order, and the kernel with the patch that it had.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./package-functions.sh
. ./dpkg-functions.sh
. ./package-bad-functions.sh

needs_packages deb dpkg
bad_in_packages
