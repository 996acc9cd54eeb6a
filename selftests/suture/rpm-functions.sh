# SPDX-License-Identifier: GPL-2.0
# rpm, as the tests of packages use a package system: see package-functions.sh. Sourced after that.
# shellcheck shell=bash

. ./rpm-database-functions.sh

package_install() { # FOLDER
	rpm "${options[@]}" --upgrade --oldpackage --replacepkgs "packages/$1"/*.rpm
}

package_remove() { # PACKAGE
	rpm "${options[@]}" --erase "$1"
}

package_version() { # PACKAGE
	rpm "${options[@]}" --query --queryformat '%{VERSION}\n' "$1"
}
