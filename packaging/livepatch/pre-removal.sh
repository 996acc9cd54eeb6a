#!/bin/sh
# Before a package of live patches is removed, by dpkg ($1 is `remove`) or by rpm ($1 is 0), and not
# where another version takes its place: the patch is taken out of the kernel, if it is loaded, and
# all versions that packages of this name brought out of klp's store. Where that cannot be done, the
# package stays, and so does the patch. In a chroot or a container klp leaves the running kernel as it
# is. For the trigger see post-install.sh.
set -u

case ${1-} in
remove | 0) ;;
*) exit 0 ;;
esac

package='@PACKAGE@' release='@RELEASE@'

if klp remove --revert --package "$package" --kernel "$release"; then
	[ -z "${DPKG_MAINTSCRIPT_PACKAGE-}" ] || dpkg-trigger --no-await suture-livepatch || :
	exit 0
fi
cat >&2 <<END
$package: not removed: klp says above why, and what to do
END
exit 1
