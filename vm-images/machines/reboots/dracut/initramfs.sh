# As ../initramfs-tools/initramfs.sh, with dracut. Its own default is the same name in /boot.
# shellcheck shell=sh

# shellcheck disable=SC2034 # for whoever sources this
maker=dracut

# Not by what the guest that makes the disk has; not compressed, which takes a while there; and with no
# checks of the root, as the clock goes back by years from one boot to the next.
limit_initramfs() { # MODULE...
	mkdir -p /etc/dracut.conf.d
	cat >/etc/dracut.conf.d/machine.conf <<-END
		hostonly=no
		compress=cat
		nofscks=yes
		drivers+=" $* "
	END
}

make_initramfs() { # RELEASE
	dracut --force --kver "$1"
}

list_initramfs() { # RELEASE
	lsinitrd "/boot/initrd.img-$1"
}
