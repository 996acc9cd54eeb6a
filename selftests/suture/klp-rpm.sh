#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Live patches come, go forth and back, and leave as packages, with rpm; a patch that does not load leaves rpm in order, and one that cannot be reverted stays.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./package-functions.sh

# Debian's may want to be told that it is meant.
options=(--dbpath /var/lib/rpm)
! rpm --force-debian --version >/dev/null 2>&1 || options+=(--force-debian)

package_install() { # FOLDER
	rpm "${options[@]}" --upgrade --oldpackage --replacepkgs "packages/$1"/*.rpm
}

package_remove() { # PACKAGE
	rpm "${options[@]}" --erase "$1"
}

package_version() { # PACKAGE
	rpm "${options[@]}" --query --queryformat '%{VERSION}\n' "$1"
}

needs_packages rpm rpm
mkdir -p /var/lib/rpm && rpm "${options[@]}" --initdb
live_in_packages
