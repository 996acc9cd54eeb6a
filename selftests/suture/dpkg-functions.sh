# SPDX-License-Identifier: GPL-2.0
# dpkg, as the tests of packages use a package system: see package-functions.sh. Sourced after that.
# shellcheck shell=bash

package_install() { # FOLDER
	dpkg --install "packages/$1"/*.deb
}

package_remove() { # PACKAGE
	dpkg --remove "$1"
}

package_version() { # PACKAGE
	local state
	state=$(dpkg-query --show --showformat='${db:Status-Status} ${db:Status-Eflag} ${Version}' "$1") &&
		[[ $state == "installed ok "* ]] && echo "${state##* }"
}
