# What goes into an initramfs, and how it is loaded there.
# shellcheck shell=bash disable=SC2154 # see lib.sh

share=$project/userspace/klp/share
release=6.1.0-50-amd64
store=$PWD/root/var/lib/suture
version=$store/$release/demo_1/1

# A store with demo_1=1 as the active version of $release. What loads modules, and what knows about
# them, is as far as the kernel here takes them.
make_store() {
	mkdir -p "$version"
	echo module >"$version/demo_1.ko"
	(cd "$version" && sha256sum demo_1.ko >SHA256SUMS)
	echo demo_1=1 >"$store/$release/.active"
	chmod -R go-w root
	# modinfo -F depends FILE; modinfo -k RELEASE -F filename MODULE
	stub bin/modinfo <<-'END'
		[[ $2 == depends ]] && echo suture && exit
		[[ -e modules/$5 ]]
	END
	mkdir modules
	touch modules/suture
	PATH=$PWD/bin:$PATH
}

# collect RELEASE: into the folder copy.
collect() {
	sh -c '. "$1/initramfs/collect.sh"
		klp_share=$1/initramfs klp_store=$2 klp_owner=$(id -u)
		klp_collect "$3" copy' sh "$share" "$store" "$1"
}

# A machine in its initramfs, with the real root mounted read-only in $PWD/root.
make_machine() {
	make_store
	collect "$release"
	mkdir -p proc/sys/kernel/random sys
	echo "root=/dev/vda ro quiet" >proc/cmdline
	echo "$release" >proc/sys/kernel/osrelease
	echo this-boot >proc/sys/kernel/random/boot_id
	echo "/dev/vda $PWD/root ext4 ro,noatime,errors=remount-ro 0 0" >proc/mounts
	: >kmsg
	: >log
	stub bin/mount <<-'END'
		echo "mount $*" >>log
	END
	stub bin/sync <<-'END'
		echo sync >>log
	END
	stub bin/modprobe <<-'END'
		echo "modprobe $*" >>log
	END
	stub bin/insmod <<-'END'
		echo "insmod ${1##*/}, noted: $(cat root/var/lib/suture/*/.trying)" >>log
		mkdir -p sys/kernel/suture/demo_1
		echo 1 >sys/kernel/suture/demo_1/enabled
		echo 0 >sys/kernel/suture/demo_1/transition
		echo 0 >sys/kernel/suture/demo_1/deadline_ms
	END
}

# insmod_begins: the patch of make_machine() is in transition when insmod returns.
insmod_begins() {
	sed -i '/transition$/s/echo 0/echo 1/' bin/insmod
}

# The script in the initramfs, which must succeed, and what it says.
boot() {
	: >kmsg
	sh -c '. "$1"; klp_proc=proc klp_sys=sys klp_kmsg=kmsg klp_copy=copy klp_patience=3
		klp_boot "$2"' sh copy/load.sh "$PWD/root" >output 2>&1
	cat kmsg >>output
}

note() {
	cat "$store/$release/.trying"
}

# boots_without TEXT: nothing is loaded, and it says why.
boots_without() {
	boot
	contains output "$1"
	lacks log insmod
	[[ ! -e sys/kernel/suture ]]
}

test_the_active_version_goes_into_the_initramfs() {
	make_store
	collect "$release"
	[[ $(<copy/active) == demo_1=1 && $(<copy/modules) == suture ]]
	cmp copy/demo_1.ko "$version/demo_1.ko"
	cmp copy/SHA256SUMS "$version/SHA256SUMS"
	cmp copy/load.sh "$share/initramfs/load.sh"
}

test_where_none_is_active_nothing_goes_in() {
	make_store
	collect 6.12.95-amd64
	[[ ! -e copy/active ]]
	rm -r copy "${version%/*}"
	collect "$release"
	[[ ! -e copy/active ]]
}

# refused_copy TEXT: nothing goes in that could be loaded, and it says why.
refused_copy() {
	rm -rf copy
	refused collect "$release"
	contains output "$1"
	[[ ! -e copy/active ]]
}

test_what_is_not_whole_or_not_roots_does_not_go_in() {
	make_store
	echo more >>"$version/demo_1.ko"
	refused_copy "demo_1.ko is not what was installed"
	make_whole() { (cd "$version" && sha256sum demo_1.ko >SHA256SUMS); }
	(cd "$version" && echo text >other && sha256sum other >SHA256SUMS && rm other)
	refused_copy "demo_1.ko is not what was installed"
	make_whole
	for path in "$store" "$store/$release" "$version/demo_1.ko" "$version/SHA256SUMS"; do
		chmod o+w "$path"
		refused_copy "$path is not there, or not root's alone"
		chmod o-w "$path"
	done
	ln -s "$version/demo_1.ko" link
	mv "$version/demo_1.ko" elsewhere
	mv link "$version/demo_1.ko"
	refused_copy "demo_1.ko is not there, or not root's alone"
	mv elsewhere "$version/demo_1.ko"
	rm modules/suture
	refused_copy "has no module suture"
	touch modules/suture
	echo ../../etc=1 >"$store/$release/.active"
	refused_copy "names no patch"
	echo demo_1=1 >"$store/$release/.active"
	collect "$release"
	[[ -e copy/active ]]
}

test_it_is_loaded_once_it_has_been_noted() {
	make_machine
	boot
	contains log "insmod demo_1.ko, noted: demo_1=1 this-boot"
	contains output "<5>klp: demo_1=1: loaded and enabled in the initramfs"
	[[ $(note) == "demo_1=1 this-boot" && ! -e $store/$release/.trying.tmp ]]
	# For just as long as it takes to write the note.
	printf '%s\n' "mount -o remount,rw,noatime /dev/vda $PWD/root" sync sync sync \
		"mount -o remount,ro,noatime /dev/vda $PWD/root" "modprobe suture" \
		"insmod demo_1.ko, noted: demo_1=1 this-boot" | diff - log
}

test_a_root_that_can_be_written_is_not_remounted() {
	make_machine
	echo "/dev/vda $PWD/root ext4 rw,relatime 0 0" >proc/mounts
	boot
	lacks log mount
	[[ $(note) == "demo_1=1 this-boot" ]]
}

test_it_is_not_loaded_where_that_is_switched_off() {
	make_machine
	for word in klp=off init=/bin/bash emergency; do
		echo "root=/dev/vda $word quiet" >proc/cmdline
		boots_without "switched off by $word on the kernel's command line"
	done
	echo "init=/usr/lib/systemd/systemd xklp=off" >proc/cmdline
	touch "$store/off"
	boots_without "switched off by the file $store/off"
	rm "$store/off"
	touch proc/vmcore
	boots_without "the crash dump"
	rm proc/vmcore
	boot
	contains log insmod
}

test_it_is_not_loaded_after_a_boot_that_failed_with_it() {
	make_machine
	echo "demo_1=1 another-boot" >"$store/$release/.trying"
	boots_without "the last boot that loaded it did not come to its end"
	[[ $(note) == "demo_1=1 another-boot" ]]
	echo "demo_0=0 another-boot" >"$store/$release/.trying"
	boot
	contains log insmod
	[[ $(note) == "demo_1=1 this-boot" ]]
}

test_it_is_not_loaded_where_it_is_not_the_active_one_any_more() {
	make_machine
	echo demo_2=2 >"$store/$release/.active"
	boots_without "it is not the active version any more"
	echo demo_1=1 >"$store/$release/.active"
	echo "0123  demo_1.ko" >"$version/SHA256SUMS"
	boots_without "it is not the active version any more"
	rm -r "${store:?}/$release"
	boots_without "it is not the active version any more"
	rm -r "$store"
	boots_without "$store is not there yet"
}

test_a_damaged_copy_is_not_loaded() {
	make_machine
	echo more >>copy/demo_1.ko
	boots_without "the copy in the initramfs is not what was installed"
}

test_it_is_not_loaded_where_it_cannot_be_noted() {
	make_machine
	mkdir "$store/$release/.trying.tmp"
	boots_without "$store/$release cannot be written"
	contains log "mount -o remount,ro"
	rmdir "$store/$release/.trying.tmp"
	stub bin/mount <<-'END'
		exit 32
	END
	boots_without "$store/$release cannot be written"
	[[ ! -e $store/$release/.trying ]]
}

test_a_patch_that_the_kernel_refuses_is_no_boot_that_failed() {
	make_machine
	stub bin/insmod <<-'END'
		echo "insmod: Invalid parameters" >&2
		exit 1
	END
	boot
	contains output "not loaded in the initramfs: insmod: Invalid parameters"
	[[ ! -e $store/$release/.trying ]]
	stub bin/modprobe <<-'END'
		echo "modprobe: no module $1" >&2
		exit 1
	END
	boot
	contains output "not loaded in the initramfs: modprobe: no module suture"
	[[ ! -e $store/$release/.trying ]]
}

test_a_patch_that_was_taken_back_is_no_boot_that_failed() {
	make_machine
	stub bin/insmod <<-'END'
		exit 0
	END
	boot
	contains output "not loaded in the initramfs: it was taken back"
	[[ ! -e $store/$release/.trying ]]
}

test_a_transition_is_not_waited_for_without_end() {
	make_machine
	insmod_begins
	boot
	contains output "demo_1=1: loaded in the initramfs, and its transition goes on"
	[[ $(note) == "demo_1=1 this-boot" ]]
}

deadline() {
	cat sys/kernel/suture/demo_1/deadline_ms
}

test_a_transition_has_the_deadline_that_klp_gives_it() {
	make_machine
	boot
	[[ $(deadline) == 0 ]]
	insmod_begins
	boot
	[[ $(deadline) == 30000 ]]
	# The kernel's own livepatch has none.
	stub bin/insmod <<-'END'
		rm -r sys/kernel/suture
		mkdir -p sys/kernel/livepatch/demo_1
		echo 1 >sys/kernel/livepatch/demo_1/enabled
		echo 1 >sys/kernel/livepatch/demo_1/transition
	END
	boot
	[[ ! -e sys/kernel/livepatch/demo_1/deadline_ms ]]
}

# Another transition of the patch, which comes later, has the one that the patch had.
test_a_transition_that_ends_just_then_leaves_the_patch_its_deadline() {
	make_machine
	insmod_begins
	bin/insmod copy/demo_1.ko
	echo 700 >sys/kernel/suture/demo_1/deadline_ms
	# It has ended once its deadline is written.
	sh -c '. "$1"
		klp_state=sys/kernel/suture/demo_1
		klp_in_transition() { grep -qx 700 "$klp_state/deadline_ms"; }
		klp_set_deadline() { echo "$1" | tee -a written >"$klp_state/deadline_ms"; }
		klp_limit' sh copy/load.sh
	printf '%s\n' 30000 700 | diff - written
}

# Suture takes the patch back after 30 seconds, and the way back takes a moment.
test_a_patch_that_is_taken_back_at_its_deadline_is_waited_for() {
	make_machine
	insmod_begins
	stub bin/sleep <<-'END'
		echo >>slept
		cd sys/kernel/suture/demo_1
		case $(wc -l <../../../../slept) in
		300) echo 0 >enabled ;;
		310) rm -r ../demo_1 ;;
		esac
	END
	sh -c '. "$1"; klp_proc=proc klp_sys=sys klp_kmsg=kmsg klp_copy=copy
		klp_boot "$2"' sh copy/load.sh "$PWD/root" >output 2>&1
	contains kmsg "not loaded in the initramfs: it was taken back"
	[[ $(wc -l <slept) == 310 && ! -e $store/$release/.trying ]]
}

test_a_boot_in_which_a_patch_is_still_being_taken_back_stays_noted() {
	make_machine
	insmod_begins
	sed -i '/enabled$/s/echo 1/echo 0/' bin/insmod
	boot
	contains output "demo_1=1: loaded in the initramfs, and is being taken back"
	[[ -e $store/$release/.trying ]]
}

test_an_initramfs_without_a_patch_does_nothing() {
	make_machine
	rm copy/active
	boot
	[[ ! -s output && ! -s log ]]
}

# The hook of initramfs-tools, with that package's functions as far as they are used. It names the
# places where things are installed, so it is read with others in their place.
test_the_hook_never_fails() {
	make_store
	mkdir initramfs
	cat >functions <<-'END'
		copy_exec() { echo "copy_exec ${1##*/}" >>log; }
		manual_add_modules() { echo "manual_add_modules $*" >>log; }
	END
	sed "s|^klp_store=.*|klp_store=$store|; s|^klp_owner=.*|klp_owner=$(id -u)|
		s|^klp_share=.*|klp_share=$share/initramfs|" "$share/initramfs/collect.sh" >collect.sh
	sed "s|/usr/share/initramfs-tools/hook-functions|$PWD/functions|
		s|/usr/share/klp/collect.sh|$PWD/collect.sh|" "$share/initramfs/initramfs-tools/hook" >hook
	[[ -z $(sh hook prereqs) ]]
	version=$release DESTDIR=$PWD/initramfs sh hook
	contains log "copy_exec sha256sum"
	contains log "copy_exec insmod"
	contains log "manual_add_modules suture"
	[[ $(<initramfs/usr/lib/klp/active) == demo_1=1 ]]
	rm -r initramfs log
	chmod o+w "$store"
	version=$release DESTDIR=$PWD/initramfs sh hook 2>output
	contains output "W: the live patch for $release does not get into its initramfs"
	[[ ! -e log && ! -e initramfs/usr/lib/klp/active ]]
}

test_a_kernel_without_a_patch_is_warned_of_and_installed() {
	stub bin/klp <<-'END'
		echo "klp $*" >>log
		echo "a result"
		echo "klp: cannot keep a patch across a reboot" >&2
		exit 1
	END
	for call in "postinst 6.1.0-51-amd64 /boot/vmlinuz-6.1.0-51-amd64" \
		"kernel-install add 6.1.0-51-amd64 /boot"; do
		# shellcheck disable=SC2086 # several words
		PATH=$PWD/bin:$PATH "$share"/kernel-update/$call >result 2>output
		contains log "klp check --reboot --kernel 6.1.0-51-amd64"
		contains output "cannot keep a patch"
		[[ ! -s result ]]
		rm log
	done
	PATH=$PWD/bin:$PATH "$share/kernel-update/kernel-install" remove 6.1.0-51-amd64
	[[ ! -e log ]]
	PATH=$PWD/bin:$PATH "$share/kernel-update/motd" >result
	contains result "cannot keep a patch"
	lacks result "a result"
}
