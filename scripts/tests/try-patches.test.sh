# Patches whose trial is known to end well or badly: neither may be mistaken for the other.
# shellcheck shell=bash disable=SC2154 # see lib.sh

# A klp-test that says of each patch what it has to.
fake_trials() {
	copy_project
	stub project/build/host/klp-test/klp-test <<-'END'
		case $* in
		*--require-audit*) echo 's390x/6.1  failed' && echo '  failed: not ok: calls were audited' && exit 1 ;;
		*test_patch_forcing*)
			echo '  failed: not ok: 3 cycles under load; no task mixed old and new code; no transition was forced'
			exit 1
			;;
		*test_patch_format*)
			echo '  splat: warning: WARNING: CPU: 0 PID: 1 at patched_decode+0x1/0x2 [test_patch_format]'
			exit 1
			;;
		*) echo 's390x/6.1  passed  3' ;;
		esac
	END
}

last_line_is() {
	[[ $(tail -n 1 output) == "$1" ]] || {
		cat output
		return 1
	}
}

test_what_is_as_expected_passes() {
	fake_trials
	project/scripts/try-patches s390x 6.1 >output 2>/dev/null
	last_line_is '7 passed, 0 failed, 0 skipped'
}

test_a_patch_that_is_not_caught_fails() {
	fake_trials
	sed -i 's/^\*test_patch_forcing\*)/&\necho "s390x\/6.1  passed  3"; exit 0/' project/build/host/klp-test/klp-test
	refused project/scripts/try-patches s390x 6.1
	last_line_is '6 passed, 1 failed, 0 skipped'
	contains output 'not ok a patch that forces its own transition is caught: status 0 for 1'
}

test_a_patch_that_fails_for_another_reason_is_not_caught() {
	fake_trials
	sed -i 's/splat: warning: .*\[/boot failed [/' project/build/host/klp-test/klp-test
	refused project/scripts/try-patches s390x 6.1
	last_line_is '6 passed, 1 failed, 0 skipped'
	contains output "does not say 'splat: warning: WARNING: .*test_patch_format'"
}
