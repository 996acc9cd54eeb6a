# That the runner of these tests takes each for what it is.
# shellcheck shell=bash disable=SC2154 # see lib.sh

# run_tests <<body: the runner, with just these tests.
run_tests() {
	mkdir -p tests
	cp "$project/scripts/tests/run" "$project/scripts/tests/lib.sh" tests
	cat >tests/few.test.sh
	tests/run
}

test_each_test_is_counted_as_what_it_was() {
	refused run_tests <<-'END'
		test_good() {
			true
		}
		test_bad() {
			echo how
			false
			true
		}
		test_not_here() {
			(skip "there is no moon")
			false
		}
	END
	contains output 'ok test_good'
	contains output 'not ok test_bad'
	contains output '# how'
	contains output 'ok test_not_here # SKIP there is no moon'
	[[ $(tail -n 1 output) == '1 passed, 1 failed, 1 skipped' ]]
}

test_a_program_that_ends_with_that_status_skips_nothing() {
	refused run_tests <<-'END'
		test_skipped() {
			skip "as it may be"
		}
		test_other() {
			bash -c 'exit 4'
		}
	END
	contains output 'not ok test_other'
	[[ $(tail -n 1 output) == '0 passed, 1 failed, 1 skipped' ]]
}

test_what_is_skipped_alone_is_no_success() {
	refused run_tests <<-'END'
		test_skipped() {
			skip "as it may be"
		}
	END
	[[ $(tail -n 1 output) == '0 passed, 0 failed, 1 skipped' ]]
}
