# SPDX-License-Identifier: GPL-2.0
# How Suture's own packages come and go, for any package system. What their files need is there without
# that system's knowing. Sourced after functions.sh by a test that has these:
#
#	files_of_system		prints the names of the files of packages
#	package_name FILE	prints
#	package_files NAME	prints the files and folders that an installed package has
#	package_install FILE
#	package_remove NAME	with all that is left to be removed by an administrator
# shellcheck shell=bash disable=SC2154 # scratch is set before

# Folders of others, which a package system lists too, are not of interest.
contents() { # FILE
	package_files "$(package_name "$1")" | while read -r path; do
		[[ -d $path && ! -L $path ]] || echo "$path"
	done | sort
}

comes() { # FILE
	package_install "$1" && contents "$1" >"$scratch/${1##*/}.list" && [[ -s $scratch/${1##*/}.list ]] &&
		all_there "$1"
}

# Of the files that it came with, those that are there.
still_there() { # FILE
	local path
	while read -r path; do
		[[ ! -e $path ]] || echo "$path"
	done <"$scratch/${1##*/}.list"
}

all_there() { # FILE
	equal "$(still_there "$1")" "$(<"$scratch/${1##*/}.list")"
}

comes_again() { # FILE
	package_install "$1" && contents "$1" | cmp - "$scratch/${1##*/}.list" && all_there "$1"
}

goes() { # FILE
	package_remove "$(package_name "$1")" && fails package_files "$(package_name "$1")" &&
		equal "$(still_there "$1")" ""
}

# The guest's own would answer as well.
klp_is_the_package_s() {
	rm /usr/bin/klp && fails klp --version && comes "$1" && klp --version && klp status
}

come_and_go() {
	local files file klp
	mapfile -t files < <(files_of_system)
	klp=$(printf '%s\n' "${files[@]}" | grep '^files/klp[-_]0')
	begin $((3 * ${#files[@]} + 2))
	check "klp comes with its package" klp_is_the_package_s "$klp"
	for file in "${files[@]}"; do
		check "${file##*/} is installed" comes "$file"
	done
	for file in "${files[@]}"; do
		check "${file##*/} is installed again" comes_again "$file"
	done
	for file in "${files[@]}"; do
		check "${file##*/} is removed, and leaves nothing" goes "$file"
	done
	check "klp went with its package" gone /usr/bin/klp
	finish_used_up
}
