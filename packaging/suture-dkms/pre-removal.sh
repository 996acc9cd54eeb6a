#!/bin/sh
# Before these sources of Suture are removed, or others take their place, by dpkg ($1 is `remove` or
# `upgrade`) or by rpm ($1 is a number): DKMS forgets them and the modules that it built of them. What
# is loaded stays.
set -u

case ${1-} in
remove | upgrade | [0-9]*) ;;
*) exit 0 ;;
esac
# In rpm's upgrades this runs after the others have come; DKMS sees to that.
dkms remove -m suture -v '@VERSION@' --all --rpm_safe_upgrade || :
