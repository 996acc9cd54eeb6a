# That the sum of all tests cannot look better than its parts.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# A project whose make builds all but what the file `broken` names, and whose guests of an
# architecture say what is in the file of its name.
fake_project() {
	copy_project
	stub bin/make <<-END
		! grep -qFf '$PWD/broken' <<<"\$*"
	END
	touch broken
	stub project/build/host/klp-test/klp-test <<-END
		. '$PWD/'"\$3"
	END
	echo 'echo "2 passed, 0 failed, 1 skipped"' | tee x86_64 ppc64le s390x >/dev/null
	export PATH=$PWD/bin:$PATH
}

check() {
	project/scripts/check 6.1 guest:x86_64 guest:ppc64le guest:s390x
}

last_line_is() {
	[[ $(tail -n 1 output) == "$1" ]] || {
		cat output
		return 1
	}
}

test_counts_are_summed() {
	fake_project
	check >output 2>&1
	last_line_is '6 passed, 0 failed, 3 skipped'
}

test_a_failed_test_fails_the_whole() {
	fake_project
	echo 'echo "1 passed, 2 failed, 0 skipped"; exit 1' >ppc64le
	refused check
	last_line_is '5 passed, 2 failed, 2 skipped'
}

test_what_failed_is_said_again_at_the_end() {
	fake_project
	cat >ppc64le <<-'END'
		echo "ppc64le/6.1 splat suture:a.sh (1.0 s): oops"
		echo "      | Unable to handle"
		echo "ppc64le/6.1 passed suture:b.sh (1.0 s)"
		echo "1 passed, 1 failed, 0 skipped"
		exit 1
	END
	refused check
	sed -n '/^what did not pass/,$p' output >end
	contains end 'what did not pass in guest:ppc64le:'
	contains end 'suture:a.sh'
	contains end 'Unable to handle'
	lacks end 'suture:b.sh'
}

test_a_step_without_a_count_is_a_failure() {
	fake_project
	echo 'echo "5 passed, 0 failed, 0 skipped"; echo and then it crashed; exit 0' >s390x
	refused check
	last_line_is '4 passed, 1 failed, 2 skipped'
	contains output 'guest:s390x: no count of tests'
}

test_a_failed_step_without_a_failed_test_fails_the_whole() {
	fake_project
	echo 'echo "2 passed, 0 failed, 0 skipped"; exit 4' >s390x
	refused check
	contains output 'guest:s390x: it failed with status 4'
}

test_nothing_run_is_a_failure() {
	fake_project
	echo 'echo "0 passed, 0 failed, 9 skipped"' >s390x
	refused check
	contains output 'guest:s390x: not one of its tests ran'
}

test_what_cannot_be_built_is_a_failure_and_the_rest_runs() {
	fake_project
	echo 'guest ARCH=s390x KERNEL=6.1' >broken
	refused check
	last_line_is '4 passed, 1 failed, 2 skipped'
	contains output 'guest:s390x: cannot be built'
}

test_several_architectures_are_one_step_and_each_is_counted() {
	fake_project
	stub bin/make <<-END
		echo "\$*" >>'$PWD/made'
	END
	cat >ppc64le,s390x <<-'END'
		echo "target       release  passed  failed"
		echo "ppc64le/6.1  6.1.0-9       1       1"
		echo "s390x/6.1    6.1.0-9       2       0"
		echo "3 passed, 1 failed, 0 skipped"
		exit 1
	END
	refused project/scripts/check 6.1 guest:ppc64le,s390x
	last_line_is '3 passed, 1 failed, 0 skipped'
	tail -n 4 output >end
	contains end '  s390x/6.1    6.1.0-9       2       0'
	contains made 'guest ARCH=ppc64le KERNEL=6.1'
	contains made 'guest ARCH=s390x KERNEL=6.1'
}

test_a_suite_is_built_for_its_step_and_run() {
	fake_project
	stub bin/make <<-END
		echo "\$*" >>'$PWD/made'
	END
	echo 'echo "$@" >ran; echo "1 passed, 0 failed, 0 skipped"' >x86_64
	project/scripts/check 6.1 kselftest:x86_64 >output 2>&1
	last_line_is '1 passed, 0 failed, 0 skipped'
	contains made 'kselftest-suite ARCH=x86_64 KERNEL=6.1'
	contains project/ran '--suite kselftest'
}

test_most_leaves_out_what_one_architecture_runs() {
	fake_project
	mkdir -p project/selftests/suture
	touch project/selftests/suture/{a,b,some-functions}.sh
	printf '%s\n' '# why' b.sh >project/selftests/suture/once
	cat >s390x <<-END
		printf '%s\n' "\$@" >'$PWD/arguments'
		echo "1 passed, 0 failed, 0 skipped"
	END
	project/scripts/check 6.1 most:s390x
	contains arguments --filter=a.sh
	lacks arguments b.sh
	lacks arguments functions
}

test_several_kernels_are_one_step_too() {
	fake_project
	stub bin/make <<-END
		echo "\$*" >>'$PWD/made'
	END
	stub project/build/host/klp-test/klp-test <<-END
		echo "\$*" >>'$PWD/asked'
		echo '4 passed, 0 failed, 0 skipped'
	END
	project/scripts/check 6.1,6.12 guest:ppc64le,s390x >output 2>&1
	last_line_is '4 passed, 0 failed, 0 skipped'
	contains asked 'run --arch ppc64le,s390x --kernel 6.1,6.12 '
	for guest in 'ARCH=ppc64le KERNEL=6.1' 'ARCH=ppc64le KERNEL=6.12' 'ARCH=s390x KERNEL=6.1' 'ARCH=s390x KERNEL=6.12'; do
		grep -qx ".*guest $guest" made
	done
}

test_reboots_go_by_the_maker_of_the_initramfs() {
	fake_project
	stub project/scripts/reboots <<-END
		echo "\$*" >>'$PWD/asked'
		echo '2 passed, 0 failed, 0 skipped'
	END
	project/scripts/check 6.1 reboots:s390x reboots-dracut:s390x >output 2>&1
	last_line_is '4 passed, 0 failed, 0 skipped'
	printf '%s\n' 's390x 6.1' 's390x 6.1 dracut' | diff - asked
}
