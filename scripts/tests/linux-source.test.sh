# Which source is taken, and which part of it is kept.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# make_package VERSION [LACKING-PATH]: a package in the folder `mirror`, with an archive of a source
# tree in it that says which version it is of.
make_package() {
	local tree=tree/linux-source-6.1 deb=package/usr/src
	rm -rf tree package
	mkdir -p $tree/{Documentation/{ABI/testing,livepatch},include/linux,lib/livepatch,kernel/sched,scripts} \
		$tree/{samples/livepatch,tools/testing/selftests/{livepatch,kselftest,other}} $deb package/DEBIAN
	echo "$1" | tee $tree/lib/livepatch/test.c $tree/Documentation/livepatch/x.rst \
		$tree/samples/livepatch/sample.c $tree/kernel/sched/core.c \
		$tree/Documentation/ABI/testing/{sysfs-kernel-livepatch,sysfs-other} \
		$tree/include/linux/{livepatch,other}.h $tree/scripts/{subarch.include,other.sh} \
		$tree/tools/testing/selftests/{lib.mk,kselftest.h,kselftest/runner.sh,livepatch/functions.sh} \
		$tree/tools/testing/selftests/{Makefile,run_kselftest.sh,other.sh} \
		$tree/tools/testing/selftests/other/other.sh >/dev/null
	[[ -z ${2-} ]] || rm -r "${tree:?}/$2"
	tar --create --xz --file $deb/linux-source-6.1.tar.xz --directory tree linux-source-6.1
	printf '%s\n' 'Package: linux-source-6.1' "Version: $1" 'Architecture: all' 'Maintainer: x' \
		'Description: x' >package/DEBIAN/control
	mkdir -p mirror
	dpkg-deb --build package "mirror/linux-source-6.1=$1" >/dev/null
}

# An apt with two versions of it.
fake_apt() {
	copy_project
	stub project/scripts/setup </dev/null
	make_package 6.1.9-1
	make_package 6.1.10-1
	fake_mirror
}

source_of() {
	project/scripts/linux-source "$1"
}

test_the_newest_of_a_line() {
	fake_apt
	folder=$(source_of 6.1)
	[[ $(<"$folder/version") == 6.1.10-1 && $(<"$folder/lib/livepatch/test.c") == 6.1.10-1 ]]
}

test_only_what_is_used_is_kept() {
	fake_apt
	(cd "$(source_of 6.1)" && find . -type f | LC_ALL=C sort) >kept
	cat >expected <<-'END'
		./Documentation/ABI/testing/sysfs-kernel-livepatch
		./Documentation/livepatch/x.rst
		./include/linux/livepatch.h
		./lib/livepatch/test.c
		./samples/livepatch/sample.c
		./scripts/subarch.include
		./tools/testing/selftests/Makefile
		./tools/testing/selftests/kselftest.h
		./tools/testing/selftests/kselftest/runner.sh
		./tools/testing/selftests/lib.mk
		./tools/testing/selftests/livepatch/functions.sh
		./tools/testing/selftests/run_kselftest.sh
		./version
	END
	diff expected kept
}

test_a_version_that_cannot_be_had_gives_way_to_the_one_before() {
	fake_apt
	touch lost/linux-source-6.1=6.1.11-1
	folder=$(source_of 6.1 2>messages)
	[[ $(<"$folder/version") == 6.1.10-1 ]]
	contains messages '(6.1.11-1) is not to be had'
}

test_another_architecture_may_have_what_is_not_there_for_this_machine() {
	fake_apt
	mkdir "mirror.$(dpkg --print-architecture)"
	folder=$(source_of 6.1 2>messages)
	[[ $(<"$folder/version") == 6.1.10-1 ]]
	rm -r cache
	touch lost/linux-source-6.1=6.1.11-1
	folder=$(source_of 6.1 2>messages)
	[[ $(<"$folder/version") == 6.1.10-1 ]]
	contains messages '(6.1.11-1) is not to be had'
}

test_a_package_without_the_selftests_is_an_error_and_leaves_nothing() {
	fake_apt
	make_package 6.1.12-1 tools/testing/selftests/livepatch
	refused source_of 6.1
	contains output 'does not have what is looked for'
	[[ -z $(find cache/suture/linux-source cache/suture/tmp -mindepth 1 2>/dev/null) ]]
}

test_a_damaged_archive_is_an_error_and_leaves_nothing() {
	fake_apt
	make_package 6.1.12-1
	head -c 500 package/usr/src/linux-source-6.1.tar.xz >part
	mv part package/usr/src/linux-source-6.1.tar.xz
	dpkg-deb --build package mirror/linux-source-6.1=6.1.12-1 >/dev/null
	refused source_of 6.1
	[[ -z $(find cache/suture/linux-source cache/suture/tmp -mindepth 1 2>/dev/null) ]]
}

test_a_line_that_debian_lacks_is_an_error() {
	fake_apt
	refused source_of 6.2
	contains output 'have no source of Linux 6.2'
	refused source_of 6.1.0-9
	contains output 'is no kernel line'
}

test_a_cached_source_needs_no_apt() {
	fake_apt
	folder=$(source_of 6.1)
	rm bin/* updated
	[[ $(PATH=${PATH#*:} source_of 6.1) == "$folder" ]]
	[[ ! -e updated ]]
}

test_the_cache_of_sources_may_be_deleted() {
	fake_apt
	folder=$(source_of 6.1)
	rm -r cache
	[[ $(source_of 6.1) == "$folder" && -e $folder/version ]]
}

test_two_at_once_fetch_the_source_once() {
	fake_apt
	source_of 6.1 >first 2>>messages &
	source_of 6.1 >second 2>>messages
	wait $!
	[[ -s first ]]
	diff first second
	[[ $(grep -c 'getting the source' messages) == 1 ]]
}
