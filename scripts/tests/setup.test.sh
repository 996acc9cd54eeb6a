# What setup would install, and how it asks for it.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# A machine where nothing is installed, and an apt that only says how it was called.
fake_machine() {
	stub bin/dpkg-query <<<'exit 1'
	stub bin/apt-get <<<'echo "apt-get $*" >>"$XDG_CACHE_HOME.apt"'
	stub bin/sudo <<<'"$@"'
	# shellcheck disable=SC2016
	stub bin/env <<<'exec /usr/bin/env "$@"'
	export PATH=$PWD/bin:$PATH
}

test_what_is_installed_is_left_alone() {
	fake_machine
	stub bin/dpkg-query <<<'echo installed'
	"$project/scripts/setup" kernels userspace lint guest-s390x >output 2>&1
	[[ ! -s output && ! -e cache.apt ]]
}

test_what_is_missing_is_announced_and_installed() {
	fake_machine
	"$project/scripts/setup" guest-s390x >output 2>&1
	contains output 'installing with apt, for guest-s390x: cpio kmod qemu-system-misc'
	contains cache.apt 'install cpio kmod qemu-system-misc'
}

test_a_foreign_architecture_needs_a_cross_compiler_and_its_own_does_not() {
	fake_machine
	stub bin/dpkg <<<'echo amd64'
	"$project/scripts/setup" modules-ppc64le userspace-x86_64
	contains cache.apt gcc-powerpc64le-linux-gnu
	lacks cache.apt g++-x86
}

test_apt_failing_is_an_error() {
	fake_machine
	stub bin/apt-get <<<'[[ $* != *install* ]]'
	refused "$project/scripts/setup" lint
	contains output 'apt could not install'
}

test_without_root_or_sudo_the_packages_are_named() {
	((EUID == 0)) || skip "only root can become another user"
	fake_machine
	rm bin/sudo
	# Another user, with no sudo to be found.
	chmod -R a+rX . && chmod a+rx .. ../..
	cp -r "$project/scripts" "$project/vm-images" .
	PATH=$PWD/bin:/usr/bin:/bin refused setpriv --reuid 65534 --clear-groups \
		env HOME=/nonexistent bash -c 'command -v sudo && exit; scripts/setup lint'
	contains output 'not root, and no sudo here'
	contains output 'clang-format clang-tidy shellcheck'
	[[ ! -e cache.apt ]]
}

test_an_unknown_part_is_an_error() {
	refused "$project/scripts/setup" nonsense
	contains output "no part 'nonsense'"
}

test_nothing_goes_to_stdout() {
	fake_machine
	stub bin/apt-get <<<'echo Selecting previously unselected package'
	"$project/scripts/setup" lint >stdout
	[[ ! -s stdout ]]
}
