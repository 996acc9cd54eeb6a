#!/bin/bash
# The load under which `klp-test try` tries a patch where it is given no other: a mix of system calls
# from tasks that read, write, are born and die, wait in pipes, and sleep. Runs until it is killed.
set -u
folder=$(mktemp -d)

reads() {
	while :; do
		cat /proc/{version,meminfo,stat,interrupts,self/maps,self/status} /sys/kernel/mm/*/* >/dev/null 2>&1
		find /proc/self /sys/class -maxdepth 2 >/dev/null 2>&1
	done
}

writes() {
	while :; do
		head -c 65536 /dev/urandom >"$folder/$1" && sync "$folder/$1" &&
			mv "$folder/$1" "$folder/$1.old" && rm "$folder/$1.old"
	done
}

births() {
	while :; do
		(:)
		echo x | (cat; :) >/dev/null
	done
}

sleeps() {
	while :; do
		sleep 0.05
	done
}

for task in reads reads births sleeps; do
	"$task" &
done
writes a &
writes b &
wait
