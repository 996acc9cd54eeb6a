#!/bin/sh
# After klp was removed, by dpkg ($1 is `remove`, and later may be `purge`) or by rpm ($1 is 0):
# systemd forgets its units. With dpkg it stays noted until the purge that klp-apply.service was
# enabled, as /etc is the administrator's: whoever installs klp again has that as it was.
set -u

case ${1-} in
remove | 0) ;;
purge) rm -f /etc/systemd/system/*.wants/klp-apply.service ;;
*) exit 0 ;;
esac
[ ! -d /run/systemd/system ] || systemctl daemon-reload || :
