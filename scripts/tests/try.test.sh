# What a trial of a patch says of what it found, with this folder in place of the guest.
# shellcheck shell=bash disable=SC2154,SC2034,SC2317 # see lib.sh; the trial has a use for the rest

# trial AUDIT CHECKS VIOLATIONS: has it say whether code was mixed, where the audit has counted so much.
# What it prints is in the file `said`.
trial() (
	AUDIT=$1
	printf 'audit_checks %s\naudit_violations %s\n' "$2" "$3" >stats
	echo 'FILE=patch.ko' >given
	stub bin/modinfo <<<'echo a_patch'
	printf '%s\n' booted marked 'livepatch: audit: a mixture' >log
	stub bin/dmesg <<<"cat '$PWD/log'"
	PATH=$PWD/bin:$PATH scratch=$PWD log_mark=marked
	sed -e '/^begin /,$d' -e "s,/opt/suture/,$project/," -e "s,/proc/suture/,$PWD/," \
		"$project/userspace/klp-test/guest/try.sh" >try
	# shellcheck source=userspace/klp-test/guest/try.sh
	. ./try
	check_mixtures >said
)

test_no_mixture_is_proven_where_calls_were_audited() {
	trial 1 12 0
	diff said - <<<'ok 1 no task mixed old and new code'
}

test_a_mixture_is_a_failure() {
	trial 1 12 1
	contains said 'not ok 1 no task mixed old and new code'
	contains said '# livepatch: audit: a mixture'
}

test_a_mixture_counts_even_where_no_call_was_counted() {
	trial 1 0 1
	contains said 'not ok 1 no task mixed old and new code'
}

test_no_mixture_is_claimed_where_nobody_looked() {
	trial 0 0 0
	diff said - <<<'ok 1 no task mixed old and new code # SKIP the audit was not wanted'
	trial 1 0 0
	diff said - <<<'ok 1 no task mixed old and new code # SKIP no call was audited'
}

test_counts_that_cannot_be_read_prove_nothing() {
	trial 1 '' ''
	contains said 'not ok 1 no task mixed old and new code'
}
