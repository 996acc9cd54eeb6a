# What the scripts share that put a suite together in kselftest's layout, for klp-test to run. Sourced,
# never run.
# shellcheck shell=bash
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# suite FOLDER: makes it anew, and sets $folder. Its tests are ours, or are run by what is: what says
# nothing has not passed.
suite() {
	folder=$1
	rm -rf "$folder"
	mkdir -p "$folder"
	touch "$folder/require-ktap"
}

# put_module TRIPLET FILE PLACE: there, without what debuggers want.
put_module() {
	mkdir -p "$(dirname "$folder/$3")"
	"$1-strip" --strip-debug -o "$folder/$3" "$2"
}

# list COLLECTION TEST...: they are run in this order.
list() {
	local listed=("${@:2}")
	printf '%s\n' "${listed[@]/#/$1:}" >>"$folder/kselftest-list.txt"
}

# time_limit COLLECTION SECONDS: for each of its tests, before the guest's slowdown.
time_limit() {
	echo "timeout=$2" >"$folder/$1/settings"
}
