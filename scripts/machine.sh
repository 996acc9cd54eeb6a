# What scripts share that boot machines made for them, beside klp-test's guests: machines which have
# more packages, and another PID 1. Sourced, never run.
# shellcheck shell=bash
# shellcheck source=scripts/apt.sh
. "$top/scripts/apt.sh"
# shellcheck source=scripts/initramfs.sh
. "$top/scripts/initramfs.sh"

# machine ARCH KERNEL NAME: sets the variables of the architecture's record, and $kernel (its folder),
# $release, $qemu, $built, $guest (the guest's folder, which has to be there), $scratch, $machine (a
# folder for what the machine is made of) and $logs (an empty folder, build/logs/NAME/...). What the
# kernel's guests need beyond others of the architecture, its machines need, too.
machine() {
	load_arch "$1"
	built=$top/build/$ARCH/$2
	guest=$built/guest
	[[ -e $guest/initramfs ]] || die "there is no guest: make guest ARCH=$ARCH KERNEL=$2"
	TIMES_SLOWER=1 MEMORY=0 KERNEL_ARGUMENTS=''
	# shellcheck source=vm-images/debug/guest.env
	[[ ! -e $guest/guest.env ]] || . "$guest/guest.env"
	kernel=$("$top/scripts/kernel" "$ARCH" "$2")
	release=$(<"$kernel/release")
	qemu=$("$top/scripts/qemu" "$ARCH")
	logs=$top/build/logs/$3/$ARCH-$2
	scratch
	# QEMU ends well when it is interrupted, which must not look like the end of a boot.
	trap 'exit 130' INT
	machine=$scratch/machine
	rm -rf "$logs"
	mkdir -p "$logs" "$machine"
}

# unpack_root LIST FOLDER: the root of the guest, with LIST's packages besides, in which @RELEASE@ is the
# kernel and @COMMON@ that with the common part of its flavours. The files are links into the cache:
# they are replaced, never written to.
unpack_root() {
	local common root of_kernel
	# As the headers in the cache have it: 6.1.0-50-common-rt with 6.1.0-50-rt-amd64.
	common=$(basename "$kernel"/usr/src/linux-headers-*-common*)
	sed "s/@RELEASE@/$release/; s/@COMMON@/${common#linux-headers-}/" "$1" >"$scratch/packages"
	mapfile -t of_kernel < <(grep -e "-$release\$" "$scratch/packages")
	root=$("$top/scripts/rootfs" "$ARCH" "$scratch/packages") || not_had "$kernel" "${of_kernel[@]}"
	cp -al "$root/." "$2"
}

# not_had FOLDER PACKAGE...: ends the script. A kernel stays in the cache as it was, in that folder, but its
# packages leave Debian when there is a newer one.
not_had() {
	local package regex found
	for package in "${@:2}"; do
		regex=${package//./\\.}
		found=$(apt_open "$DEB_ARCH" && apt_packages "^${regex//+/\\+}\$") || continue
		[[ $found ]] || die "Debian has no $package any more, which goes with the kernel in the cache, $1:" \
			"delete that folder and try again, so that a newer kernel is fetched"
	done
	die "the packages could not be had; see the messages above"
}

# put MODE FILE PLACE: in place of a link into the cache.
put() {
	rm -f "$3"
	install -D -m "$1" "$2" "$3"
}

# pack: makes $scratch/initramfs of the guest's and of what is in $machine.
pack() {
	{
		cat "$guest/initramfs"
		archive "$machine"
	} >"$scratch/initramfs"
}

larger() { # NUMBER NUMBER
	echo $(($1 > $2 ? $1 : $2))
}

# start LOG MEMORY INITRAMFS COMMAND-LINE DISK...: until it powers off or crashes, or for a while, which
# is a failure then. It does not outlive the script. Each disk has the name of its file for a serial number,
# since the kernel may find them in any order.
start() {
	local log=$1 memory=$2 initramfs=$3 line=$4 disk status=0 arguments=()
	shift 4
	: >"$log"
	for disk; do
		arguments+=(-drive "file=$disk,format=raw,if=none,id=${disk##*/}"
			-device "virtio-blk-${SERIAL_DEVICE##*-},drive=${disk##*/},serial=${disk##*/}")
	done
	setpriv --pdeathsig TERM timeout --foreground "$((600 * SLOWDOWN * TIMES_SLOWER))" \
		"$qemu" -no-user-config -nodefaults -display none -no-reboot \
		-machine "$QEMU_MACHINE" -cpu "$QEMU_CPU" -accel "$QEMU_ACCEL" -smp "$QEMU_SMP" \
		-m "$(larger "$memory" "$MEMORY")" -kernel "$guest/kernel" -initrd "$initramfs" \
		-append "console=$CONSOLE panic=-1 ${KERNEL_ARGUMENTS//,/ } $line" \
		-chardev "file,id=console,path=$log" -serial chardev:console "${arguments[@]}" </dev/null ||
		status=$?
	tr -d '\r' <"$log" >"$scratch/console"
	((status == 0)) || not_ok "the machine ends by itself" "$(ending "$status"); see $log"
}

# ending STATUS: of QEMU, as timeout has it.
ending() {
	if (($1 == 124)); then
		echo "it was still up after $((600 * SLOWDOWN * TIMES_SLOWER)) s"
	else
		echo "QEMU ended with status $1"
	fi
}

passed=0 failed=0

not_ok() { # DESCRIPTION WHY
	((failed += 1))
	echo "not ok $1: $2"
}

# said DESCRIPTION LINE-REGEX: one line that the machine said of itself, behind $script and a colon, is
# so, all of it.
said() {
	sed -n "s/^.*$script: //p" "$scratch/console" >"$scratch/said"
	if grep -qx "$2" "$scratch/said"; then
		((passed += 1))
		echo "ok $1"
	else
		not_ok "$1" "expected '$2' in $logs, and got:"
		sed 's/^/# /' "$scratch/said"
	fi
}

# summary: the last line, and whether all is well.
summary() {
	echo "$passed passed, $failed failed, 0 skipped"
	((failed == 0))
}
