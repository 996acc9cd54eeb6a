# The build-ids that are written into patches.
# shellcheck shell=bash disable=SC2154 # see lib.sh

# Whatever readelf would say of each file: what is in it.
fake_readelf() {
	stub bin/readelf <<-'END'
		cat "$2"
	END
	PATH=$PWD/bin:$PATH
}

test_the_build_id_of_a_module_compressed_or_not() {
	fake_readelf
	echo '    Build ID: 0123abcd' >mod.ko
	xz -k mod.ko
	gzip -k mod.ko
	for file in mod.ko mod.ko.xz mod.ko.gz; do
		[[ $("$project/scripts/build-id" $file) == 0123abcd ]]
	done
}

test_a_file_without_a_build_id_is_refused() {
	fake_readelf
	echo nothing >mod.ko
	refused "$project/scripts/build-id" mod.ko
	contains output 'mod.ko has no build-id'
	refused "$project/scripts/build-id" absent.ko
	contains output "no file 'absent.ko'"
}

test_livepatch_mk_makes_them_strings_of_c() {
	fake_readelf
	echo 'Build ID: 0a' >my-mod.ko
	echo 'Build ID: 0b' >vmlinux
	xz my-mod.ko
	touch symvers
	# shellcheck disable=SC2016 # for make to expand
	printf '%s\n' "include $project/kernel/livepatch.mk" 'all:; @echo $(KBUILD_CFLAGS)' >Makefile
	make SUTURE_SYMVERS=symvers SUTURE_BUILDS="$PWD/my-mod.ko.xz $PWD/vmlinux" >output
	contains output '-DSUTURE_BUILD_ID_my_mod="0a" -DSUTURE_BUILD_ID_vmlinux="0b"'
	refused make SUTURE_SYMVERS=symvers SUTURE_BUILDS=absent.ko
	contains output 'absent.ko: no build-id'
}
