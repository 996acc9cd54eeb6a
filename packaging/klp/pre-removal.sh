#!/bin/sh
# Before klp is removed by rpm ($1 is 0): nothing of it runs at boot any more. With dpkg nothing does
# once the units are gone; see post-removal.sh. The store stays, and so does what is loaded.
set -u

case ${1-} in
0) ;;
*) exit 0 ;;
esac
! command -v systemctl >/dev/null || systemctl --no-reload disable klp-apply.service || :
