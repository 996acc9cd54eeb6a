# shellcheck shell=bash
# Completion of klp for bash. Made from the table of klp's verbs: see the end of docs/klp.md.

_klp_patches() {
	local patch
	for patch in /sys/kernel/suture/*/enabled /sys/kernel/livepatch/*/enabled; do
		patch=${patch%/enabled}
		[[ ! -d $patch ]] || printf '%s\n' "${patch##*/}"
	done
}

_klp_stored() {
	local patch
	for patch in /var/lib/suture/"$(uname -r)"/*; do
		[[ ! -d $patch ]] || printf '%s\n' "${patch##*/}"
	done
}

# Offers those names of its input that begin with $1, as they are: compgen -W would expand them, and
# run what stands in $(...).
_klp_offer() {
	local name
	COMPREPLY=()
	while IFS= read -r name; do
		[[ $name != "$1"* ]] || COMPREPLY+=("$name")
	done
}

_klp() {
	local current=$2 options='' subject=''
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W 'status check doctor patches blocking events uname metrics verify load revert enable disable unload force install remove list lifecycle upgrade downgrade apply new package' -- "$current")
		return
	fi
	case ${COMP_WORDS[1]} in
	status) options='-w --watch --json --help' subject=none ;;
	check) options='--reboot -k --kernel --json --help' subject=none ;;
	doctor) options='--json --help' subject=none ;;
	patches) options='-v --verbose --json --help' subject=none ;;
	blocking) options='-v --verbose --forced --json --help' subject=none ;;
	events) options='-n --count -t --timeout -v --verbose --json --help' subject=none ;;
	uname) options='--json --help' subject=none ;;
	metrics) options='-o --output --help' subject=none ;;
	verify) options='--json --help' subject=file ;;
	load) options='-t --timeout --deadline --help' subject=file ;;
	revert) options='-t --timeout --help' subject=patch ;;
	enable) options='-t --timeout --help' subject=patch ;;
	disable) options='-t --timeout --help' subject=patch ;;
	unload) options='-t --timeout --help' subject=patch ;;
	force) options='-y --yes -t --timeout --help' subject=patch ;;
	install) options='--activate --package -y --yes -n --non-interactive -t --timeout --deadline --help' subject=file ;;
	remove) options='--revert --package -k --kernel -y --yes -n --non-interactive -t --timeout --help' subject=stored ;;
	list) options='--kernels -k --kernel --json --help' subject=none ;;
	lifecycle) options='-k --kernel --json --help' subject=none ;;
	upgrade) options='-k --kernel -y --yes -n --non-interactive -t --timeout --deadline --help' subject=none ;;
	downgrade) options='--to -k --kernel -y --yes -n --non-interactive -t --timeout --deadline --help' subject=none ;;
	apply) options='--at-boot --booted --again -t --timeout --deadline --help' subject=none ;;
	new) options='--function --object --help' subject=folder ;;
	package) options='-o --output --format --help' subject=built ;;
	esac
	case $current:$subject in
	-*) mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current") ;;
	*:patch) _klp_offer "$current" < <(_klp_patches) ;;
	*:stored) _klp_offer "$current" < <(_klp_stored) ;;
	*:file | *:folder | *:built) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
	esac
}

complete -o filenames -F _klp klp
