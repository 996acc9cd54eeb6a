# SPDX-License-Identifier: GPL-2.0
# Where rpm has its database in a guest, and with which options it goes there. Sourced, never run.
# shellcheck shell=bash

# Debian's may want to be told that it is meant.
options=(--dbpath /var/lib/rpm)
! rpm --force-debian --version >/dev/null 2>&1 || options+=(--force-debian)

# rpm hands this on to rpmdb, which knows not all of its options.
start_database() {
	mkdir -p /var/lib/rpm && rpmdb --dbpath /var/lib/rpm --initdb
}
