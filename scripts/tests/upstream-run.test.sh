# What is reported of a script of mainline's, with this folder in place of the guest.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# reports STATUS <<body: runs a script with that body, and compares what is reported of it with the file
# `expected`, and the exit status.
reports() {
	local status=0
	mkdir -p upstream livepatch
	cp "$project/selftests/upstream/run.sh" upstream/test-it.sh
	stub livepatch/test-it.sh
	for program in modprobe mount umount rmmod; do
		[[ -e bin/$program ]] || stub "bin/$program" </dev/null
	done
	PATH=$PWD/bin:$PATH upstream/test-it.sh >said || status=$?
	diff <(grep -v '^# ' said) expected
	((status == $1))
}

# As mainline's functions.sh has it.
functions='
start_test() { echo -n "TEST: $1 ... "; }
check_result() { echo ok; }
skip() { echo "SKIP: $1" >&2; exit 4; }'

test_each_test_of_a_script_is_reported() {
	cat >expected <<-'END'
		KTAP version 1
		1..5
		ok 1 Suture is in place of the kernel's livepatch
		ok 2 one
		not ok 3 two
		not ok 4 the script ends with success
		ok 5 Suture can be unloaded
	END
	reports 1 <<-END
		$functions
		start_test "one"
		check_result
		start_test "two"
		echo "not ok"
		exit 1
	END
}

test_a_script_that_skips_itself_is_skipped() {
	cat >expected <<-'END'
		KTAP version 1
		1..0 # SKIP no such thing
	END
	reports 4 <<-END
		$functions
		skip "no such thing"
		start_test "one"
	END
	reports 4 <<-END
		echo "skip all tests: no such thing"
		exit 4
	END
}

test_what_a_script_skips_after_some_of_its_tests_is_skipped() {
	cat >expected <<-'END'
		KTAP version 1
		1..5
		ok 1 Suture is in place of the kernel's livepatch
		ok 2 one
		ok 3 a test that was not reached # SKIP no such thing
		ok 4 the script ends with success # SKIP no such thing
		ok 5 Suture can be unloaded
	END
	reports 0 <<-END
		$functions
		start_test "one"
		check_result
		skip "no such thing"
		start_test "two"
	END
}

test_a_test_that_gives_up_has_failed() {
	cat >expected <<-'END'
		KTAP version 1
		1..4
		ok 1 Suture is in place of the kernel's livepatch
		not ok 2 one
		not ok 3 the script ends with success
		ok 4 Suture can be unloaded
	END
	reports 1 <<-END
		$functions
		start_test "one"
		skip "cannot be loaded"
	END
}

test_nothing_is_skipped_where_suture_cannot_be_unloaded() {
	stub bin/rmmod <<<'exit 1'
	cat >expected <<-'END'
		KTAP version 1
		1..4
		ok 1 Suture is in place of the kernel's livepatch
		ok 2 a test that was not reached # SKIP no such thing
		ok 3 the script ends with success # SKIP no such thing
		not ok 4 Suture can be unloaded
	END
	reports 1 <<-END
		$functions
		skip "no such thing"
		start_test "one"
	END
}
