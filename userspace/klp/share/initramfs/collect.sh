# What goes into an initramfs: the active version of the patches for its kernel, if it is whole, and
# nobody but root could have written it. Sourced by the hooks of initramfs-tools and dracut.
# shellcheck shell=sh

# The store, and who alone may have written it.
klp_store=/var/lib/suture
klp_owner=0
# Where load.sh lies.
klp_share=/usr/share/klp

klp_warn() {
	echo "klp: $*" >&2
}

# klp_trusted PATH...: as 'klp apply' wants them.
klp_trusted() {
	for klp_path; do
		[ -n "$(find "$klp_path" -maxdepth 0 ! -type l -user "$klp_owner" ! -perm /022)" ] || {
			klp_warn "$klp_path is not there, or not root's alone"
			return 1
		}
	done
}

# klp_whole FOLDER NAME: the module there is the one that was installed.
klp_whole() {
	(
		cd "$1" && IFS= read -r klp_sum <SHA256SUMS && [ "${klp_sum#*  }" = "$2.ko" ] &&
			sha256sum --check --status SHA256SUMS
	)
}

# klp_modules RELEASE FILE.ko: the modules that the patch needs, one a line.
klp_modules() {
	for klp_module in $(modinfo -F depends "$2" | tr ',' ' '); do
		modinfo -k "$1" -F filename "$klp_module" >/dev/null 2>&1 || {
			klp_warn "$1 has no module $klp_module, which $2 needs"
			return 1
		}
		echo "$klp_module"
	done
}

# klp_copy_version RELEASE NAME VERSION FOLDER
klp_copy_version() {
	klp_kernel=$klp_store/$1
	klp_source=$klp_kernel/$2/$3
	klp_trusted "$klp_store" "$klp_kernel" "$klp_kernel/.active" "$klp_kernel/$2" "$klp_source" \
		"$klp_source/$2.ko" "$klp_source/SHA256SUMS" || return
	cp "$klp_source/$2.ko" "$klp_source/SHA256SUMS" "$4" || return
	# The copy, so that nothing can change in between.
	klp_whole "$4" "$2" || {
		klp_warn "$klp_source/$2.ko is not what was installed"
		return 1
	}
	klp_modules "$1" "$4/$2.ko" >"$4/modules"
}

# klp_collect RELEASE FOLDER: makes the folder, which is to be /usr/lib/klp in the initramfs, and
# puts into it the active version, if there is one; fails, and says why, where that cannot be.
#
#	load.sh			loads it
#	NAME.ko, SHA256SUMS	as in the store
#	modules			what the patch needs, one a line
#	active			a line NAME=VERSION; without it nothing is loaded
klp_collect() {
	mkdir -p "$2" && cp "$klp_share/load.sh" "$2" || return
	[ -e "$klp_store/$1/.active" ] || return 0
	IFS= read -r klp_patch <"$klp_store/$1/.active" || return
	klp_name=${klp_patch%=*} klp_version=${klp_patch##*=}
	case $klp_name/$klp_version in
	.* | */.* | */*/* | /* | */)
		klp_warn "$klp_store/$1/.active names no patch"
		return 1
		;;
	esac
	# It was removed: none is active.
	[ -d "$klp_store/$1/$klp_name/$klp_version" ] || return 0
	klp_copy_version "$1" "$klp_name" "$klp_version" "$2" && echo "$klp_patch" >"$2/active"
}
