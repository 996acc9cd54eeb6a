# Which modules the selftests have in the end, of all that were ever built for them.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# fake_kbuild PREFIX SUFFIX: a kernel whose Kbuild builds the modules that the file `listed` names, and
# lists them so.
fake_kbuild() {
	rm -rf modules
	mkdir -p modules/native kdir suture/kernel
	cp "$project/selftests/suture/modules/Makefile" modules
	touch symvers
	cat >kdir/Makefile <<-END
		modules:; @for module in \$\$(cat '$PWD/listed'); do \\
				echo new >\$(M)/\$\$module.ko && echo $1\$\$module.$2; \\
			done >\$(M)/modules.order
	END
	stub bin/objcopy <<<'touch "${@: -1}"'
	stub bin/strip <<<'touch "${@: -1}"'
	printf '%s\n' test_target test_patch_1 native/test_native_observed >listed
}

# made_are FAULTY NAME...: with that build of Suture, if any, these there are in the end.
made_are() {
	make -C modules KDIR="$PWD/kdir" SUTURE="$PWD/suture" SUTURE_SYMVERS="$PWD/symvers" \
		CROSS_COMPILE="$PWD/bin/" SUTURE_FAULTY="$1"
	printf '%s.ko\n' "${@:2}" | diff - <(cd modules && ls -- *.ko)
}

test_modules_that_left_kbuild_are_gone() {
	local form
	for form in "$PWD/modules/ ko" "$PWD/modules/ o" " o"; do
		fake_kbuild "${form% *}" "${form##* }"
		touch modules/{test_patch_old,suture_faulty,native/test_native_old}.ko
		made_are "" test_native_observed test_patch_1 test_target test_target_rebuilt
		made_are symvers suture_faulty test_native_observed test_patch_1 test_target test_target_rebuilt
		echo test_target >listed
		made_are "" test_target test_target_rebuilt
	done
}
