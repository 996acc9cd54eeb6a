# What becomes of what a machine says, and of how it ends.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# A guest, and a QEMU that runs the file `machine`, whose output is the console. How it was called is in
# the file `called`, and for how many seconds in `limit`.
fake_guest() {
	copy_project
	mkdir -p project/build/x86_64/6.1/guest kernel
	touch project/build/x86_64/6.1/guest/{initramfs,kernel}
	echo 6.12.5+deb12-amd64 >kernel/release
	stub project/scripts/kernel <<<"echo '$PWD/kernel'"
	stub project/scripts/qemu <<<"echo '$PWD/bin/qemu'"
	stub bin/qemu <<-END
		echo "\$*" >'$PWD/called'
		. '$PWD/machine' >"\$(sed 's/.*path=\([^ ]*\).*/\1/' <<<"\$*")"
	END
	stub bin/timeout <<-END
		echo "\$2" >'$PWD/limit'
		"\${@:3}"
	END
	echo 'echo "[1.5] scene: all: well"' >machine
	export PATH=$PWD/bin:$PATH
}

# boot SCRIPT: of a script `scene` that has set up the machine.
boot() {
	bash -euo pipefail -c '. project/scripts/lib.sh; . project/scripts/machine.sh
		machine x86_64 6.1 scenes
		'"$1" scene >output 2>&1
}

start='start "$logs/boot.log" 512 initramfs "root=/dev/vda"'
said='said "all is well" "all: well"'

test_what_a_machine_says_is_compared() {
	fake_guest
	boot "$start; $said; summary"
	contains output 'ok all is well'
	contains output '1 passed, 0 failed, 0 skipped'
	refused boot "$start; said 'all is ill' 'all: ill'; summary"
	contains output "not ok all is ill: expected 'all: ill'"
	contains output '# all: well'
	contains output '0 passed, 1 failed, 0 skipped'
}

test_a_machine_that_does_not_end_has_failed() {
	fake_guest
	echo 'exit 124' >>machine
	refused boot "$start; $said; summary"
	contains output 'not ok the machine ends by itself: it was still up after 1800 s; see '
	contains output '1 passed, 1 failed, 0 skipped'
	sed -i 's/124/3/' machine
	refused boot "$start; $said; summary"
	contains output 'not ok the machine ends by itself: QEMU ended with status 3'
}

test_a_machine_has_what_the_guests_of_its_kernel_need() {
	fake_guest
	boot "$start"
	contains called ' -m 512 '
	[[ $(<limit) == 1800 ]]
	cp project/vm-images/debug/guest.env project/build/x86_64/6.1/guest
	boot "$start"
	contains called ' -m 2048 '
	contains called ' panic=-1 watchdog_thresh=40 workqueue.watchdog_thresh=120 root=/dev/vda'
	[[ $(<limit) == 7200 ]]
	boot "${start/512/3072}"
	contains called ' -m 3072 '
}

test_without_its_root_no_machine_is_made() {
	fake_guest
	stub project/scripts/rootfs <<<'exit 1'
	echo bash >list
	refused boot 'unpack_root list "$machine"; echo unpacked'
	lacks output unpacked
}

test_a_kernel_that_debian_has_dropped_is_told_from_a_bad_connection() {
	fake_guest
	fake_mirror
	stub project/scripts/rootfs <<<'exit 1'
	echo linux-headers-@RELEASE@ >list
	touch mirror/linux-headers-6.12.6+deb12-amd64=6.1.2-1
	refused boot 'unpack_root list "$machine"'
	contains output "Debian has no linux-headers-6.12.5+deb12-amd64 any more"
	contains output "the kernel in the cache, $PWD/kernel: delete that folder"
	touch mirror/linux-headers-6.12.5+deb12-amd64=6.1.1-1
	refused boot 'unpack_root list "$machine"'
	contains output 'the packages could not be had; see the messages above'
}
