#!/bin/bash
# What `klp-test shell` runs in a guest: an interactive shell on the terminal that klp-test is
# connected to, with Suture loaded. ./given says what it is to be like: TERM, ROWS, COLUMNS and
# FOLDER, where the developer's files are.
set -u
# shellcheck source=/dev/null
. ./given

# The one hvc terminal that is not the kernel's console and that has something behind it.
terminal() {
	local console tty tries
	read -r console </sys/class/tty/console/active
	for ((tries = 100; tries > 0; tries--)); do
		for tty in /dev/hvc[0-7]; do
			[[ " $console " != *" ${tty#/dev/} "* ]] && : <>"$tty" && echo "$tty" && return
		done 2>/dev/null
		sleep 0.1
	done
	return 1
}

tty=$(terminal) || {
	echo "no terminal came up in the guest"
	exit 1
}
mkdir -p "$FOLDER" && cd "$FOLDER" || exit
export TERM
exec <>"$tty" >&0 2>&1
[[ $ROWS == 0 ]] || stty rows "$ROWS" columns "$COLUMNS"
modprobe suture || echo "Suture cannot be loaded; what the kernel says: dmesg"
echo "$(uname -rm), Suture $(cat /sys/module/suture/version 2>/dev/null || echo 'not loaded'). Exit, or Ctrl-], ends the guest."
PS1='\h:\w\$ ' exec bash --norc -i
