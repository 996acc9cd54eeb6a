#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# dpkg installs the packages of klp and klp-test, installs them again, and removes them: all files come, and none stays.
# shellcheck source=selftests/suture/functions.sh
. ./functions.sh
. ./packages-functions.sh

files_of_system() {
	printf '%s\n' files/*.deb
}

package_name() {
	dpkg-deb --field "$1" Package
}

package_files() {
	dpkg-query --listfiles "$1"
}

package_install() {
	dpkg --force-depends --install "$1"
}

package_remove() {
	dpkg --force-depends --purge "$1"
}

come_and_go
