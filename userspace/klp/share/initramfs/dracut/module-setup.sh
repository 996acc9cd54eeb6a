#!/bin/bash
# Puts the active version of the live patches into the initramfs of the kernel that it is for. See
# dracut.modules(7), and docs/klp.md, "In the initramfs".

# shellcheck source=userspace/klp/share/initramfs/collect.sh
. "${dracutsysrootdir:-}/usr/share/klp/collect.sh"

check() {
	require_binaries find insmod modinfo modprobe mount mv rm sha256sum sleep sync
}

depends() {
	return 0
}

# An initramfs without it is better than none.
# shellcheck disable=SC2154 # initdir, kernel and moddir are dracut's
install() {
	local folder=$initdir/usr/lib/klp modules

	klp_collect "$kernel" "$folder" ||
		dwarn "the live patch for $kernel does not get into its initramfs"
	[[ -e $folder/active ]] || return 0
	inst_multiple insmod modprobe mount mv rm sha256sum sleep sync
	mapfile -t modules <"$folder/modules"
	((${#modules[@]} == 0)) || hostonly='' instmods "${modules[@]}"
	inst_hook pre-pivot 90 "$moddir/klp-pre-pivot.sh"
}
