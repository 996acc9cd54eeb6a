# What the agent of a test guest does, with this folder in place of the guest.
# shellcheck shell=bash disable=SC2154,SC2034,SC2317 # see lib.sh; the agent has a use for the rest

# in_guest COMMAND...: with the agent's functions, short of what it does as it starts. What it sends is
# in the file `frames`.
in_guest() (
	sed -e '/^mount_all ||/,$d' -e "s,=/sys/kernel/debug/,=$PWD/," "$project/vm-images/init" >init
	# shellcheck source=vm-images/init
	. ./init
	power_off() { exit 1; }
	sleep() { ((SECONDS += 1)); }
	nonce=n suite=$PWD
	exec {channel}>frames
	"$@"
)

test_a_kernel_without_kmemleak_has_no_leaks_to_find() {
	in_guest forget_leaks
	in_guest report_leaks
}

test_leaks_are_forgotten_before_the_first_test() {
	touch kmemleak
	in_guest forget_leaks
	contains kmemleak clear
	lacks frames error
}

test_a_kmemleak_that_does_not_scan_is_an_error() {
	# It refuses what is written to it.
	mkdir kmemleak
	refused in_guest forget_leaks
	contains frames 'n error kmemleak is there, but does not scan'
	rm frames
	refused in_guest report_leaks
	contains frames 'n error kmemleak is there, but does not scan'
}

# lists LINE...: whether these are the frames for the file kselftest-list.txt.
lists() {
	in_guest list_tests
	diff <(grep . frames) <(printf 'n %s\n' "$@")
}

test_the_last_line_of_a_list_may_have_no_end() {
	printf 'a:first\na:last' >kselftest-list.txt
	lists 'list 0 a:first' 'list 0 a:last' 'ready 2'
}

test_a_line_that_names_no_test_does_not_count() {
	printf 'a:first\n\n' >kselftest-list.txt
	lists 'list 0 a:first' 'ready 1'
}

test_the_last_time_limit_of_a_collection_counts() {
	mkdir {once,twice,never}
	echo timeout=45 >once/settings
	printf 'timeout=45\n#timeout=60\ntimeout=90\nother=1\n' >twice/settings
	echo timeout=0 >never/settings
	printf '%s:t\n' once twice never none >kselftest-list.txt
	lists 'list 45 once:t' 'list 90 twice:t' 'list -1 never:t' 'list 0 none:t' 'ready 4'
}

test_a_cgroup_goes_with_those_that_a_test_made_in_it() {
	mkdir -p used/frozen/inner used/other
	in_guest remove_cgroup used
	[[ ! -e used ]]
}
