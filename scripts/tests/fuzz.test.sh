# That a fuzz target that fails, or says nothing, is never taken for a clean one.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# A project with three targets that are built already; what `good` and `other` were called with is
# in the file `calls`.
fake_project() {
	copy_project
	stub bin/cmake </dev/null
	stub bin/ninja </dev/null
	stub project/build/fuzz/fuzz/fuzz-seeds <<<'mkdir -p "$1"/{good,bad,silent}'
	stub project/build/fuzz/fuzz/fuzz-good <<-END
		echo "\$*" >>'$PWD/calls'
		echo 'stat::number_of_executed_units: 4711'
	END
	stub project/build/fuzz/fuzz/fuzz-bad <<<'echo "ERROR: AddressSanitizer"; exit 77'
	stub project/build/fuzz/fuzz/fuzz-silent </dev/null
	export PATH=$PWD/bin:$PATH
}

test_fuzz_says_how_often_it_ran() {
	fake_project
	project/scripts/fuzz 4711 good >output
	contains output 'good: 4711 runs, nothing found'
	contains calls '-runs=4711 '
	contains calls "$PWD/project/build/fuzz/corpus/good"
	lacks output bad
}

test_fuzz_finds_something_and_goes_on() {
	fake_project
	refused project/scripts/fuzz 4711
	contains output 'bad: failed'
	contains output 'AddressSanitizer'
	contains output 'silent: failed'
	contains output 'good: 4711 runs, nothing found'
	contains output 'found something: bad silent'
}

test_fuzz_knows_its_targets() {
	fake_project
	refused project/scripts/fuzz 4711 ../good
	contains output "no target '../good': it is one of bad good silent"
	refused project/scripts/fuzz 0 good
	contains output 'usage: fuzz RUNS'
	refused project/scripts/fuzz
	[[ ! -e calls ]]
}
