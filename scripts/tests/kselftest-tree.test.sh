# The selftests in a kernel's tree.
# shellcheck shell=bash disable=SC2154 # see lib.sh

# A source as scripts/linux-source unpacks it, and a project with one test.
fake_source() {
	copy_project
	mkdir -p project/selftests/suture/modules source/{scripts,tools/testing/selftests/kselftest}
	touch project/selftests/suture/{Makefile,config,one.sh,functions.sh,modules/Kbuild}
	touch source/scripts/subarch.include \
		source/tools/testing/selftests/{Makefile,lib.mk,run_kselftest.sh,kselftest.h,kselftest/runner.sh}
}

test_the_tree_has_the_kernels_makefiles_and_our_tests() {
	fake_source
	project/scripts/kselftest-tree source tree
	(cd tree && find . -type f | LC_ALL=C sort) >files
	cat >expected <<-'END'
		./scripts/subarch.include
		./tools/testing/selftests/Makefile
		./tools/testing/selftests/kselftest.h
		./tools/testing/selftests/kselftest/runner.sh
		./tools/testing/selftests/lib.mk
		./tools/testing/selftests/run_kselftest.sh
		./tools/testing/selftests/suture/Makefile
		./tools/testing/selftests/suture/config
		./tools/testing/selftests/suture/functions.sh
		./tools/testing/selftests/suture/modules/Kbuild
		./tools/testing/selftests/suture/one.sh
	END
	diff expected files
}

test_a_test_that_is_gone_leaves_the_tree_and_objects_stay() {
	fake_source
	project/scripts/kselftest-tree source tree
	touch tree/tools/testing/selftests/suture/modules/one.ko
	mv project/selftests/suture/{one,two}.sh
	project/scripts/kselftest-tree source tree
	[[ $(cd tree/tools/testing/selftests/suture && echo *.sh) == 'functions.sh two.sh' ]]
	[[ -e tree/tools/testing/selftests/suture/modules/one.ko ]]
}

# What is in the folder is what the lists have: no test and no sourced file is missing or unknown.
test_the_collection_lists_each_of_its_scripts() {
	make --silent -C "$project/selftests/suture" COLLECTION=suture emit_tests >listed
	(cd "$project/selftests/suture" && printf 'suture:%s\n' *.sh | grep -v 'functions\.sh$') >expected
	diff expected listed
}
