#!/bin/sh
# After what puts live patches into an initramfs was installed or removed, by dpkg ($1 is `configure`
# or `remove`) or by rpm ($1 is a number): that of each kernel which has an active version, or still has
# a patch in there, is made anew. Else it would go on loading one when there may be no klp any more to
# note that the boot went well. After packages of patches were ($1 is `triggered`) it is only where
# another version has become the active one since it was made, or none is active any more. Where it
# cannot be made that is said, and the package manager goes on.
set -u

why=${1-} left='usr/lib/klp/active$'
case $why in
configure | triggered) ;;
# Nobody puts anything there any more.
remove | 0) left='usr/lib/klp/' ;;
[0-9]*) ;;
*) exit 0 ;;
esac

# initramfs RELEASE: prints which it is.
initramfs() {
	for file in "/boot/initrd.img-$1" "/boot/initramfs-$1.img" "/boot/initrd-$1"; do
		[ ! -e "$file" ] || echo "$file"
	done
}

files_in() { # INITRAMFS
	if command -v lsinitramfs >/dev/null; then
		lsinitramfs "$1"
	else
		lsinitrd "$1"
	fi 2>/dev/null
}

# A patch that is not active any more is not loaded, but it need not stay there either.
is_due() { # RELEASE INITRAMFS
	active=/var/lib/suture/$1/.active
	if [ ! -e "$active" ]; then
		files_in "$2" | grep -q "$left"
	elif [ "$why" = triggered ]; then
		[ -n "$(find "$active" -newer "$2")" ]
	fi
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
	is_due "$release" "$file" || continue
	echo "klp: making the initramfs of $release anew"
	make_initramfs "$release" || echo "klp: the initramfs of $release was not made anew: see above" >&2
done
exit 0
