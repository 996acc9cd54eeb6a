#!/bin/sh
# After a package of live patches was installed, by dpkg ($1 is `configure`) or by rpm ($1 is 1, or
# more where it takes the place of another version): the patch goes into klp's store, becomes the
# active version of its kernel and, where that runs, is loaded. What fails is said, and leaves the
# store, the kernel and the package manager in order. So it is where dpkg calls the removal off ($1 is
# `abort-remove`), but another version that is active by then stays so. In a chroot or a container the
# running kernel is not that of the system there, and stays as it is. Where klp-initramfs-tools or
# klp-dracut have patches in the initramfs, they make that anew in the end: by a trigger that with dpkg
# is activated here, and with rpm goes by files.
set -u

case ${1-} in
configure | abort-remove | [1-9]*) ;;
*) exit 0 ;;
esac

package='@PACKAGE@' release='@RELEASE@' module='@MODULE@' runtime='@RUNTIME@'

not_in_use() {
	cat >&2 <<-END
		$package: installed, but not in use: klp says above why, and what to do
		  hint: after that: klp install --activate --package $package $module
	END
	exit 0
}

# dpkg also calls it off since pre-removal.sh has failed: then all is in place.
activate=yes
if [ "$1" = abort-remove ]; then
	stored=$(klp list --kernel "$release" --json) || not_in_use
	case $stored in
	*"\"package\": \"$package\""*) exit 0 ;;
	*'"state": "active"'*) activate='' ;;
	esac
fi

# As klp has it; see libklp/enclosure.cc.
is_container() {
	[ -e /run/systemd/container ] || [ -e /run/.containerenv ] ||
		grep -qz '^container=.' /proc/1/environ 2>/dev/null || has_own_processes
}

has_own_processes() {
	processes=$(readlink /proc/self/ns/pid) && [ "$processes" != 'pid:[4026531836]' ]
}

# POSIX had no -ef for long, but the shells that run this do.
is_chroot() {
	# shellcheck disable=SC3013
	[ -e /proc/1/root ] && ! [ /proc/1/root -ef / ]
}

# klp says what it means if that fails.
if [ -n "$runtime" ] && [ "$(uname -r)" = "$release" ] && ! is_container && ! is_chroot; then
	modprobe --quiet "$runtime" || :
fi

if klp install ${activate:+--activate} --non-interactive --package "$package" "$module"; then
	[ -z "${DPKG_MAINTSCRIPT_PACKAGE-}" ] || dpkg-trigger --no-await suture-livepatch || :
	exit 0
fi
not_in_use
