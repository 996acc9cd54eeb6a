# What scripts share that put an initramfs together for QEMU. Sourced, never run.
# shellcheck shell=bash

# module_files KERNEL MODULE...: the files of the modules of a kernel (scripts/kernel) and of those that
# they need, from its folder on, in the order in which they have to be loaded. What is built in has none.
module_files() {
	local kernel=$1 release module
	release=$(<"$kernel/release")
	for module in "${@:2}"; do
		modprobe --config /dev/null --dirname "$kernel" --set-version "$release" --show-depends "$module" ||
			die "the kernel in $kernel has no module $module"
	done | sed -n "s|^insmod $kernel/\\([^ ]*\\).*|\\1|p" | awk '!seen[$0]++'
}

# archive FOLDER: its content as a cpio archive, owned by root whoever made it.
archive() (
	cd "$1" || exit
	find . -mindepth 1 -print0 | sort -z |
		cpio --quiet --null --create --format newc --owner 0:0 --reproducible
)
