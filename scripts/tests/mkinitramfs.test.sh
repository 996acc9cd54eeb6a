# Which modules get into a guest, and what klp-test is told of it.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# Kernels of one release for two architectures, which share the name of their root. What a kernel is
# built from is in `build`.
fake_kernels() {
	copy_project
	mkdir -p roots/{x86_64,s390x}-0123 selftests
	touch suture.ko klp
	echo 1 >build
	stub project/scripts/rootfs <<<"echo '$PWD/roots/'\$1-0123"
	stub project/scripts/kernel <<-END
		kernel=$PWD/kernels/\$1/\$2-\$(<'$PWD/build') modules=lib/modules/6.12.9-debug
		mkdir -p "\$kernel/\$modules/kernel"
		for module in virtio_console virtio_pci dummy loop null_blk; do
			echo "\$module of build \$(<'$PWD/build') for \$1" >"\$kernel/\$modules/kernel/\$module.ko"
		done
		touch "\$kernel/\$modules"/modules.{builtin,builtin.modinfo,order} "\$kernel"/{kernel,config}
		echo 6.12.9-debug >"\$kernel/release"
		echo "\$kernel"
	END
	stub bin/modprobe <<-'END'
		file=$4/lib/modules/$6/kernel/$8.ko
		[[ $8 != gone ]] || exit 1
		[[ ! -e $file ]] && echo "builtin $8" || echo "insmod $file"
	END
	stub bin/depmod </dev/null
	# What is in an archive is enough.
	stub bin/cpio <<-'END'
		while IFS= read -r -d '' file; do
			[[ ! -f $file ]] || cat "$file"
		done
	END
	export PATH=$PWD/bin:$PATH
}

# make_guest ARCH KERNEL: in the folder guest.ARCH.
make_guest() {
	project/vm-images/mkinitramfs "$1" "$2" suture.ko klp selftests "guest.$1"
}

test_architectures_with_one_release_have_modules_of_their_own() {
	fake_kernels
	make_guest x86_64 6.12-debug
	make_guest s390x 6.12-debug
	contains guest.x86_64/initramfs 'dummy of build 1 for x86_64'
	contains guest.s390x/initramfs 'dummy of build 1 for s390x'
	lacks guest.s390x/initramfs x86_64
}

test_a_kernel_that_was_built_anew_brings_its_modules() {
	fake_kernels
	make_guest x86_64 6.12-debug
	echo 2 >build
	make_guest x86_64 6.12-debug
	contains guest.x86_64/initramfs 'dummy of build 2'
	lacks guest.x86_64/initramfs 'of build 1'
}

test_only_architectures_that_have_a_use_for_a_module_get_it() {
	fake_kernels
	make_guest x86_64 6.12-debug
	make_guest s390x 6.12-debug
	contains guest.x86_64/initramfs 'virtio_pci of'
	lacks guest.s390x/initramfs 'virtio_pci of'
	contains guest.s390x/initramfs 'virtio_console of'
}

test_a_module_may_be_built_in() {
	fake_kernels
	sed -i 's/dummy loop/loop/' project/scripts/kernel
	make_guest x86_64 6.12-debug
	lacks guest.x86_64/initramfs 'dummy of'
}

test_a_module_must_not_be_missing() {
	fake_kernels
	sed -i 's/^dummy$/gone/' project/vm-images/modules
	refused make_guest x86_64 6.12-debug
	contains output 'has no module gone'
	contains output 'vm-images/modules lists it for x86_64'
	[[ ! -e guest.x86_64 ]]
}

test_what_the_guests_of_a_kernel_need_lies_beside_them() {
	fake_kernels
	make_guest x86_64 6.12-debug
	diff project/vm-images/debug/guest.env guest.x86_64/guest.env
	make_guest x86_64 6.12
	[[ ! -e guest.x86_64/guest.env ]]
}
