# SPDX-License-Identifier: GPL-2.0
# rpm, as the tests of packages use a package system: see package-functions.sh. Sourced after that.
# shellcheck shell=bash

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

# rpm hands this on to rpmdb, which knows not all of its options.
start_database() {
	mkdir -p /var/lib/rpm && rpmdb --dbpath /var/lib/rpm --initdb
}
