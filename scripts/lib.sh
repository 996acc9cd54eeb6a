# What the scripts share: messages, the records of vm-images/, the cache. Sourced, never run.
# shellcheck shell=bash

# The checkout that the scripts belong to.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Everything that is downloaded or unpacked. May be deleted at any time.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/suture
# The name that messages begin with.
script=${0##*/}

say() {
	echo "$script: $*" >&2
}

die() {
	say "$@"
	exit 1
}

# architectures: the ones that there is a record of.
architectures() {
	local record
	for record in "$top"/vm-images/arch/*.env; do
		basename "$record" .env
	done
}

# load_arch ARCH: sets the variables of its record.
load_arch() {
	local record=$top/vm-images/arch/$1.env
	[[ -r $record ]] || die "no architecture '$1': it is one of $(architectures | xargs)"
	# shellcheck source=vm-images/arch/x86_64.env
	. "$record"
}

# lock NAME: until the script ends, other processes that ask for the same lock wait. The file is
# never removed, as that would let a third process in beside one that waits for the old file.
lock() {
	mkdir -p "$cache/lock"
	exec {lock_fd}>"$cache/lock/$1"
	if ! flock --nonblock "$lock_fd"; then
		say "waiting for another process that is at work on $1"
		flock "$lock_fd"
	fi
}

# scratch: makes the folder $scratch inside the cache, which is gone when the script ends. What is
# finished is renamed into place, so that nobody ever sees the half of it.
scratch() {
	mkdir -p "$cache/tmp"
	scratch=$(mktemp -d "$cache/tmp/$script.XXXXXX")
	trap 'rm -rf "$scratch"' EXIT
}

# fingerprint FILE...: a word that changes with the content of any of them.
fingerprint() {
	cat "$@" | sha256sum | cut -c 1-12
}

# The libraries of the userspace, as Debian calls their packages.
# shellcheck disable=SC2034
userspace_libraries=(libfmt-dev libkmod-dev libelf-dev libdw-dev libbpf-dev libssl-dev
	zlib1g-dev nlohmann-json3-dev libcli11-dev libexpected-dev)
