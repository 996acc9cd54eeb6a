# Debian's package of a kernel line's source: getting and unpacking it. Sourced, never run.
# shellcheck shell=bash

# shellcheck source=scripts/apt.sh
. "$(dirname "${BASH_SOURCE[0]}")/apt.sh"

# The package is the same for all architectures, but a mirror may have it, or list it, for some of
# them only. This machine's own comes first.
deb_architectures() {
	{
		dpkg --print-architecture
		sed -n 's/^DEB_ARCH=//p' "$top"/vm-images/arch/*.env
	} | awk '!seen[$0]++'
}

# download_linux_source LINE VERSION DEB_ARCH: false where it cannot be had for that one.
download_linux_source() {
	say "getting the source of Linux $1 ($2)"
	rm -rf "$scratch/debs"
	(apt_open "$3" && apt_download "$scratch/debs" "linux-source-$1=$2")
}

# get_linux_source LINE: puts the newest package that can be had into $scratch/debs, and sets
# $source_version to its version.
get_linux_source() {
	local line=$1 arch version versions known=
	for arch in $(deb_architectures); do
		versions=$(apt_open "$arch" && apt_packages "^linux-source-${line/./\\.}\$" | cut -d ' ' -f 2) || continue
		for version in $versions; do
			known=yes
			# shellcheck disable=SC2034 # for the caller
			source_version=$version
			! download_linux_source "$line" "$version" "$arch" || return 0
			say "the source of Linux $line ($version) is not to be had for $arch; trying another one"
		done
	done
	[[ -n $known ]] || die "Debian's suites that this machine knows have no source of Linux $line;" \
		"the lines that Suture is tested on are in vm-images/kernels"
	die "no source of Linux $line could be had; see the messages above"
}

# unpack_linux_source LINE FOLDER [TAR-ARGUMENT...]: the whole tree of the package that was got, or
# what the arguments name of it (below linux-source-LINE/). The archive inside the package is never
# on disk.
unpack_linux_source() {
	dpkg-deb --fsys-tarfile "$scratch"/debs/*.deb |
		tar --extract --to-stdout "./usr/src/linux-source-$1.tar.xz" |
		xz --decompress --threads=0 --stdout |
		tar --extract --directory "$2" --strip-components 1 "${@:3}"
}
