#!/bin/sh
# Before klp is removed, by dpkg ($1 is `remove`) or by rpm ($1 is 0): nothing of it runs at boot any
# more. The store stays, and so does what is loaded.
set -u

case ${1-} in
remove | 0) ;;
*) exit 0 ;;
esac
! command -v systemctl >/dev/null || systemctl --no-reload disable klp-apply.service || :
