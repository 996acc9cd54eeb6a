#!/bin/sh
# After what puts live patches into an initramfs was installed or removed, by dpkg ($1 is `configure`
# or `remove`) or by rpm ($1 is a number): that of each kernel which has an active version, or still has
# a patch in there, is made anew. Else it would go on loading one when there may be no klp any more to
# note that the boot went well. Where it cannot be made that is said, and the package manager goes on.
set -u

case ${1-} in
configure | remove | [0-9]*) ;;
*) exit 0 ;;
esac

# initramfs RELEASE: prints which it is.
initramfs() {
	for file in "/boot/initrd.img-$1" "/boot/initramfs-$1.img" "/boot/initrd-$1"; do
		[ ! -e "$file" ] || echo "$file"
	done
}

# A patch that is not active any more is not loaded, but it need not stay there either.
carries_patch() { # INITRAMFS
	if command -v lsinitramfs >/dev/null; then
		lsinitramfs "$1"
	else
		lsinitrd "$1"
	fi 2>/dev/null | grep -q 'usr/lib/klp/active$'
}

make_initramfs() { # RELEASE
	if command -v update-initramfs >/dev/null; then
		update-initramfs -u -k "$1"
	else
		dracut --force --kver "$1"
	fi
}

for modules in /lib/modules/*; do
	release=${modules##*/}
	file=$(initramfs "$release" | head -n 1)
	[ -n "$file" ] || continue
	[ -e "/var/lib/suture/$release/.active" ] || carries_patch "$file" || continue
	make_initramfs "$release" || echo "klp: the initramfs of $release was not made anew: see above" >&2
done
exit 0
