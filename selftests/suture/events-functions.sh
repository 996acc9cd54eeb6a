# SPDX-License-Identifier: GPL-2.0
# What the tests of klp events share: those that follow in the background, and what they have shown.
# Sourced after klp-functions.sh.
# shellcheck shell=bash disable=SC2154,SC2034 # scratch and children are set in functions.sh

readonly TRACING=/sys/kernel/tracing
readonly ODD_NAME='a b] [0]: pid=1'
declare -A follower=()

# What a command is run by so that it finds a kernel without BTF, and follows through tracefs.
# shellcheck disable=SC2016 # that is for the shell that it is given to
readonly WITHOUT_BTF=(unshare --mount bash -c
	'[[ ! -d /sys/kernel/btf ]] || mount -t tmpfs none /sys/kernel/btf && exec "$@"' _)
# What klp events is run by.
way=()

# follow NAME [OPTION...]: in the background, into $scratch/NAME, from now on.
follow() {
	# What bash starts in the background ignores SIGINT.
	"${way[@]}" env --default-signal=INT klp events --verbose "${@:2}" \
		>"$scratch/$1" 2>"$scratch/$1.stderr" &
	follower[$1]=$!
	children+=("$!")
	wait_for 10 grep '^klp: following through ' "$scratch/$1.stderr"
}

has_instance() { # NAME
	[[ -d $TRACING/instances/klp-${follower[$1]} ]]
}

no_instance() {
	! compgen -G "$TRACING/instances/klp-[0-9]*"
}

# ends NAME STATUS: by itself, and its instance with it.
ends() {
	exits "$2" wait "${follower[$1]}" && ! has_instance "$1"
}

# ended_by SIGNAL NAME STATUS
ended_by() {
	kill "-$1" "${follower[$2]}" && exits "$3" wait "${follower[$2]}"
}

shown() { # NAME PATTERN...: lines that match, in this order
	local pattern rest
	rest=$(<"$scratch/$1")
	for pattern in "${@:2}"; do
		[[ $rest =~ $pattern ]] || {
			echo "klp events lacks, or has too early: $pattern"
			grep -v ' moved ' "$scratch/$1" | tail -n 20
			cat "$scratch/$1.stderr"
			return 1
		}
		rest=${rest#*"${BASH_REMATCH[0]}"}
	done
}

# A task that is only there to be moved, under a name that looks like something else: that of the file
# that it runs, since what bash writes is cut at a newline.
start_odd() {
	cp "$(type -P sleep)" "$scratch/$1" || return
	"$scratch/$1" 1000 &
	odd=$!
	children+=("$odd")
	wait_for 5 reads "/proc/$odd/comm" "${1%%$'\n'*}"
}

without_tracefs() {
	unshare --mount bash -c 'umount /sys/kernel/tracing && exec "$@"' _ "$@"
}
