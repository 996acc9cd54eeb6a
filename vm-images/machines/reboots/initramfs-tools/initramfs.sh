# How initramfs-tools is told what to put into an initramfs, makes one, and shows it. Sourced on the
# machine.
# shellcheck shell=sh

# shellcheck disable=SC2034 # for whoever sources this
maker=initramfs-tools

# limit_initramfs MODULE...: these, with what they need, are all the modules that it has by itself.
limit_initramfs() {
	mkdir -p /etc/initramfs-tools/conf.d
	echo MODULES=list >/etc/initramfs-tools/conf.d/modules
	printf '%s\n' "$@" >/etc/initramfs-tools/modules
}

make_initramfs() { # RELEASE
	update-initramfs -c -k "$1"
}

list_initramfs() { # RELEASE
	lsinitramfs "/boot/initrd.img-$1"
}
