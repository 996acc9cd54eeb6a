#!/bin/sh
# After klp was installed, by dpkg ($1 is `configure`, and $2 the version before, if there was one) or
# by rpm ($1 is the number of versions): the unit that loads patches at boot is enabled, where the
# system wants that of its units. What a person has set since stays. To dpkg a klp that was removed,
# and not purged, is a version before, too.
set -u

command -v systemctl >/dev/null || exit 0
case ${1-}:${2-} in
configure: | 1:) systemctl --no-reload preset klp-apply.service || : ;;
configure:* | [2-9]*) ;;
*) exit 0 ;;
esac
[ ! -d /run/systemd/system ] || systemctl daemon-reload || :
