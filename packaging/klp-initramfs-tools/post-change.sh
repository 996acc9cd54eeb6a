#!/bin/sh
# After what puts live patches into an initramfs was installed or removed, by dpkg ($1 is `configure`
# or `remove`) or by rpm ($1 is a number): that of each kernel which has an active version is made
# anew. Else it would go on loading one when there may be no klp any more to note that the boot went
# well. Where it cannot be made that is said, and the package manager goes on.
set -u

case ${1-} in
configure | remove | [0-9]*) ;;
*) exit 0 ;;
esac

has_initramfs() { # RELEASE
	[ -e "/boot/initrd.img-$1" ] || [ -e "/boot/initramfs-$1.img" ] || [ -e "/boot/initrd-$1" ]
}

make_initramfs() { # RELEASE
	if command -v update-initramfs >/dev/null; then
		update-initramfs -u -k "$1"
	else
		dracut --force --kver "$1"
	fi
}

for active in /var/lib/suture/*/.active; do
	release=${active%/.active}
	release=${release##*/}
	has_initramfs "$release" || continue
	make_initramfs "$release" || echo "klp: the initramfs of $release was not made anew: see above" >&2
done
exit 0
