# Loads, in the initramfs, the patch that lies there, as 'klp apply --at-boot' does later: not where
# that is switched off, nor after a boot that failed with it, and only with a note of it in the store
# of the real root, which is mounted by now. Whatever goes wrong, the boot goes on, and
# klp-apply.service has a try of its own.
#
# Sourced. Needs a shell and mount, mv, rm, sleep, sync, sha256sum, insmod and modprobe.
# shellcheck shell=sh

klp_proc=/proc
klp_sys=/sys
klp_kmsg=/dev/kmsg
# See collect.sh.
klp_copy=/usr/lib/klp
# How long the transition may take, as with klp, in milliseconds. Then Suture takes the patch back.
klp_deadline=30000
# How long it is waited for, in tenths of a second: until that can be seen, too.
klp_patience=350

# klp_say LEVEL TEXT...: to the log of the kernel, with a level of syslog(3).
klp_say() {
	klp_level=$1
	shift
	{ printf '<%s>klp: %s\n' "$klp_level" "$*" >"$klp_kmsg"; } 2>/dev/null || :
}

# The first line of a file; empty where there is none.
klp_line() {
	klp_text=
	[ ! -r "$1" ] || IFS= read -r klp_text <"$1" || :
	printf '%s\n' "$klp_text"
}

# What keeps patches from being loaded at boot, or a boot from ever coming to its end. As klp has it,
# but for shells and the emergency target: those never get as far as klp.
klp_switch() {
	for klp_word in $(klp_line "$klp_proc/cmdline"); do
		case $klp_word in
		klp=off | init=*sh | emergency | -b | systemd.unit=emergency.target)
			echo "$klp_word on the kernel's command line"
			return
			;;
		esac
	done
	if [ -e "$klp_store/off" ]; then
		echo "the file $klp_store/off"
	elif [ -e "$klp_proc/vmcore" ]; then
		echo "the crash dump that this kernel was started for"
	fi
}

# klp_objection NAME VERSION: why the copy is not to be loaded; empty where it is.
klp_objection() {
	klp_off=$(klp_switch)
	if [ -n "$klp_off" ]; then
		echo "switched off by $klp_off"
	elif [ ! -d "$klp_store" ]; then
		echo "$klp_store is not there yet: it would have to be on the root file system"
	elif [ "$(klp_line "$klp_kernel/.active")" != "$klp_patch" ] ||
		[ "$(klp_line "$klp_kernel/$1/$2/SHA256SUMS")" != "$(klp_line "$klp_copy/SHA256SUMS")" ]; then
		echo "it is not the active version any more; make the initramfs anew"
	elif ! (cd "$klp_copy" && sha256sum -c SHA256SUMS >/dev/null 2>&1); then
		echo "the copy in the initramfs is not what was installed"
	else
		case $(klp_line "$klp_kernel/.trying") in
		"$klp_patch $klp_boot_id") ;;
		"$klp_patch "*) echo "the last boot that loaded it did not come to its end" ;;
		esac
	fi
}

# What is mounted as the real root: sets klp_device, and klp_options to what is to be kept of its
# options.
klp_find_root() {
	klp_device='' klp_found=''
	# shellcheck disable=SC2034 # the fields that are not needed
	while read -r klp_source klp_point klp_type klp_all klp_rest; do
		[ "$klp_point" != "$klp_root" ] || klp_device=$klp_source klp_found=$klp_all
	done <"$klp_proc/mounts"
	klp_options=''
	for klp_flag in nosuid nodev noexec noatime nodiratime; do
		case ,$klp_found, in *",$klp_flag,"*) klp_options=$klp_options,$klp_flag ;; esac
	done
	case $klp_found in ro | ro,*) klp_read_only=yes ;; *) klp_read_only='' ;; esac
}

# klp_remount ro|rw: nothing to do where it can be written anyway.
klp_remount() {
	[ -z "$klp_read_only" ] || mount -o "remount,$1$klp_options" "$klp_device" "$klp_root"
}

# klp_writing COMMAND: with the real root mounted for writing for just that.
klp_writing() {
	klp_remount rw || return
	"$1"
	klp_done=$?
	sync
	klp_remount ro || klp_say 4 "$klp_root stays mounted for writing"
	return "$klp_done"
}

# As klp writes it: what is there after a loss of power is all of it or nothing.
klp_note() {
	rm -f "$klp_kernel/.trying.tmp"
	(set -C && printf '%s\n' "$klp_patch $klp_boot_id" >"$klp_kernel/.trying.tmp") && sync &&
		mv "$klp_kernel/.trying.tmp" "$klp_kernel/.trying" && sync &&
		[ "$(klp_line "$klp_kernel/.trying")" = "$klp_patch $klp_boot_id" ]
}

klp_forget() {
	rm -f "$klp_kernel/.trying"
}

# klp_insert NAME: the modules that it needs, and itself.
klp_insert() {
	while read -r klp_module; do
		modprobe "$klp_module" || return
	done <"$klp_copy/modules"
	insmod "$klp_copy/$1.ko"
}

klp_short_sleep() {
	sleep 0.1 2>/dev/null || {
		sleep 1
		klp_left=$((klp_left - 9))
	}
}

klp_in_transition() {
	[ "$(klp_line "$klp_state/transition")" = 1 ]
}

# klp_set_deadline MILLISECONDS: the patch may be gone meanwhile.
klp_set_deadline() {
	{ echo "$1" >"$klp_state/deadline_ms"; } 2>/dev/null || :
}

# Gives the transition its deadline, which is gone with it. The in-kernel livepatch knows none.
klp_limit() {
	[ -e "$klp_state/deadline_ms" ] || return 0
	klp_before=$(klp_line "$klp_state/deadline_ms")
	klp_in_transition || return 0
	klp_set_deadline "$klp_deadline"
	# It may have ended just before: then that was written for all that come.
	klp_in_transition || klp_set_deadline "$klp_before"
}

# klp_wait NAME: fails where it was taken back.
klp_wait() {
	klp_state=$klp_sys/kernel/suture/$1
	[ -d "$klp_state" ] || klp_state=$klp_sys/kernel/livepatch/$1
	klp_limit
	klp_left=$klp_patience
	while klp_in_transition && [ "$klp_left" -gt 0 ]; do
		klp_left=$((klp_left - 1))
		klp_short_sleep
	done
	[ "$(klp_line "$klp_state/enabled")" = 1 ] || return
	if klp_in_transition; then
		klp_say 4 "$klp_patch: loaded in the initramfs, and its transition goes on"
	else
		klp_say 5 "$klp_patch: loaded and enabled in the initramfs"
	fi
}

# klp_load NAME: a patch that is not in cannot make this boot fail.
klp_load() {
	if klp_why=$(klp_insert "$1" 2>&1); then
		klp_wait "$1" && return
		# Some tasks are in it still, and klp may turn that round: the note is for that, too.
		klp_in_transition && klp_say 4 "$klp_patch: loaded in the initramfs, and is being taken back" && return
	fi
	klp_say 3 "$klp_patch: not loaded in the initramfs: ${klp_why:-it was taken back}"
	klp_writing klp_forget || klp_say 4 "$klp_kernel/.trying stays, as it cannot be removed"
}

# klp_boot ROOT: where the real root is mounted. Always succeeds.
klp_boot() {
	(
		set -f
		klp_root=$1
		klp_store=$klp_root/var/lib/suture
		klp_kernel=$klp_store/$(klp_line "$klp_proc/sys/kernel/osrelease")
		klp_boot_id=$(klp_line "$klp_proc/sys/kernel/random/boot_id")
		klp_patch=$(klp_line "$klp_copy/active")
		[ -n "$klp_patch" ] || exit
		klp_why=$(klp_objection "${klp_patch%=*}" "${klp_patch##*=}")
		if [ -n "$klp_why" ]; then
			klp_say 4 "$klp_patch: not loaded in the initramfs: $klp_why"
			exit
		fi
		klp_find_root
		if klp_writing klp_note; then
			klp_load "${klp_patch%=*}"
		else
			klp_say 4 "$klp_patch: not loaded in the initramfs: $klp_kernel cannot be written"
		fi
	)
	return 0
}
