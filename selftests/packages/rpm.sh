#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# rpm installs the packages of klp and klp-test, installs them again, and removes them: all files come, and none stays.
# shellcheck source=selftests/suture/functions.sh
. ./functions.sh
. ./packages-functions.sh
# shellcheck source=selftests/suture/rpm-database-functions.sh
. ./rpm-database-functions.sh

files_of_system() {
	printf '%s\n' files/*.rpm
}

package_name() {
	rpm "${options[@]}" --query --package --queryformat '%{NAME}\n' "$1"
}

package_files() {
	rpm "${options[@]}" --query --list "$1"
}

package_install() {
	rpm "${options[@]}" --nodeps --upgrade --replacepkgs "$1"
}

package_remove() {
	rpm "${options[@]}" --nodeps --erase "$1"
}

command -v rpm >/dev/null || skip_all "there is no rpm here"
start_database
come_and_go
