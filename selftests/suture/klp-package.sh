#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Live patches come, go forth and back, and leave as packages, with dpkg; a patch that does not load leaves dpkg in order, and one that cannot be reverted stays.
. ./functions.sh
. ./klp-functions.sh
. ./store-functions.sh
. ./package-functions.sh

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

needs_packages deb dpkg
live_in_packages
