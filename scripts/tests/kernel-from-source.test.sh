# When a kernel is built from source, of what, and what is kept of it.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# make_source VERSION: a package of that version in the mirror, of a kernel that is a Makefile.
make_source() {
	local deb=package/usr/src tree=tree/linux-source-6.12
	rm -rf tree package
	mkdir -p "$tree" $deb package/DEBIAN mirror
	echo "# $1" >"$tree/Makefile"
	tar --create --xz --file $deb/linux-source-6.12.tar.xz --directory tree linux-source-6.12
	printf '%s\n' 'Package: linux-source-6.12' "Version: $1" 'Architecture: all' 'Maintainer: x' \
		'Description: x' >package/DEBIAN/control
	dpkg-deb --build package "mirror/linux-source-6.12=$1" >/dev/null
}

# A make that notes in `built` what it is asked to build, and says much on the way. A configuration
# comes to what was wanted, without the lines of `dropped`, and with those of `added`.
fake_make() {
	: >built
	: >dropped
	: >added
	stub bin/make <<-END
		shift 2
		for word; do
			case \$word in
			O=*) out=\${word#O=} ;;
			KCONFIG_ALLCONFIG=*) wanted=\${word#*=} ;;
			INSTALL_MOD_PATH=*) root=\${word#*=} ;;
			esac
		done
		for word; do
			case \$word in
			allnoconfig) grep -vxF -f '$PWD/dropped' "\$wanted" | cat - '$PWD/added' >"\$out/.config" ;;
			kernelrelease) echo 6.12.9-debug ;;
			image_name) echo boot/bzImage ;;
			all | vmlinux | modules)
				echo "\$word" | tee -a '$PWD/built'
				mkdir -p "\$out"/{boot,kernel,scripts/mod}
				echo "an image" >"\$out/boot/bzImage"
				echo "a file" >"\$out/vmlinux"
				touch "\$out/kernel/core.o" "\$out/scripts/mod/tool.o" "\$out/Module.symvers" ;;
			modules_install)
				echo installing
				mkdir -p "\$root/lib/modules/6.12.9-debug"
				touch "\$root/lib/modules/6.12.9-debug/modules.dep"
				ln -s "\$out" "\$root/lib/modules/6.12.9-debug/build" ;;
			esac
		done
	END
}

fake_builds() {
	copy_project
	stub project/scripts/setup </dev/null
	make_source 6.12.8-1
	make_source 6.12.9-1
	fake_mirror
	fake_make
	echo 12 >compiler
	for triplet in s390x-linux-gnu powerpc64le-linux-gnu; do
		stub "bin/$triplet-gcc" <<<"cat '$PWD/compiler'"
	done
}

debug_kernel() {
	project/scripts/kernel "${1-s390x}" 6.12-debug
}

# built_times NUMBER
built_times() {
	[[ $(grep -c all built) == "$1" ]] || {
		echo "built $(grep -c all built) times, not $1"
		return 1
	}
}

test_a_kernel_from_source_is_whole() {
	fake_builds
	folder=$(debug_kernel)
	[[ $(<"$folder/release") == 6.12.9-debug && $(<"$folder/kernel") == 'an image' ]]
	[[ -e $folder/lib/modules/6.12.9-debug/modules.dep && ! -e $folder/lib/modules/6.12.9-debug/build ]]
	contains "$folder/config" CONFIG_KASAN=y
	[[ -e $folder/build/Module.symvers && -e $folder/build/scripts/mod/tool.o ]]
	[[ ! -e $folder/build/kernel/core.o ]]
}

test_only_the_folder_is_printed() {
	fake_builds
	debug_kernel >printed 2>messages
	[[ $(wc -l <printed) == 1 && -d $(<printed) ]]
	contains messages installing
	debug_kernel >again 2>/dev/null
	diff printed again
}

test_flags_of_the_calling_make_are_not_handed_on() {
	fake_builds
	sed -i '2i echo "flags: ${MAKEFLAGS-none}" >&2' bin/make
	MAKEFLAGS=w debug_kernel 2>messages >/dev/null
	contains messages 'flags: none'
	lacks messages 'flags: w'
}

test_what_was_built_is_not_built_again() {
	fake_builds
	folder=$(debug_kernel)
	[[ $(debug_kernel) == "$folder" ]]
	built_times 1
}

test_another_configuration_is_another_kernel() {
	fake_builds
	folder=$(debug_kernel)
	echo CONFIG_NEW=y >>project/vm-images/debug/config.s390x
	other=$(debug_kernel)
	[[ $other != "$folder" ]]
	contains "$other/config" CONFIG_NEW=y
	built_times 2
	# That of another architecture makes no difference.
	echo CONFIG_NEW=y >>project/vm-images/debug/config.x86_64
	[[ $(debug_kernel) == "$other" ]]
	built_times 2
}

test_another_compiler_makes_another_kernel() {
	fake_builds
	folder=$(debug_kernel)
	echo 13 >compiler
	[[ $(debug_kernel) != "$folder" ]]
	built_times 2
}

test_another_way_to_build_makes_another_kernel() {
	fake_builds
	folder=$(debug_kernel)
	echo '# changed' >>project/scripts/kernel-from-source
	[[ $(debug_kernel) != "$folder" ]]
	built_times 2
}

test_a_dropped_option_is_refused() {
	fake_builds
	echo CONFIG_FAILSLAB=y >dropped
	refused debug_kernel
	contains output 'does not take: CONFIG_FAILSLAB=y'
	built_times 0
	# Nor is it taken for built the next time.
	refused debug_kernel
	: >dropped
	debug_kernel
	built_times 1
}

test_an_option_that_is_to_be_off_and_is_not_is_refused() {
	fake_builds
	echo '# CONFIG_LIVEPATCH is not set' >dropped
	debug_kernel
	echo 13 >compiler
	echo CONFIG_LIVEPATCH=y >added
	refused debug_kernel
	contains output 'does not take: # CONFIG_LIVEPATCH is not set'
}

test_another_value_and_a_line_that_is_none_are_refused() {
	fake_builds
	echo CONFIG_NR_CPUS=4 >dropped
	echo CONFIG_NR_CPUS=2 >added
	refused debug_kernel
	contains output CONFIG_NR_CPUS=4
	: >dropped
	: >added
	echo CONFG_KASAN=y >>project/vm-images/debug/config.s390x
	refused debug_kernel
	contains output CONFG_KASAN=y
}

test_where_the_file_itself_is_booted_no_wrappers_are_built() {
	fake_builds
	folder=$(debug_kernel ppc64le)
	[[ $(<"$folder/kernel") == 'a file' ]]
	[[ $(xargs <built) == 'vmlinux modules' ]]
}

test_a_source_that_cannot_be_had_gives_way_to_the_one_before() {
	fake_builds
	touch lost/linux-source-6.12=6.12.10-1
	debug_kernel 2>messages >/dev/null
	contains messages '(6.12.10-1) is not to be had'
	contains cache/suture/linux-tree/6.12/Makefile '# 6.12.9-1'
}

test_a_cached_kernel_from_source_needs_no_apt() {
	fake_builds
	folder=$(debug_kernel)
	rm bin/apt-* updated
	[[ $(debug_kernel) == "$folder" && ! -e updated ]]
}

test_an_unknown_configuration_is_an_error() {
	fake_builds
	printf '6.12-odd\tbookworm\tsource\n' >project/vm-images/kernels
	refused project/scripts/kernel s390x 6.12-odd
	contains output "no configuration 'odd' for s390x"
	[[ ! -e updated ]]
}
