# Which kernel is chosen, and what makes a kernel whole.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# An apt whose mirror has two releases of 6.1 and one of 6.12, in the folder `mirror` a file for
# each package that can be downloaded, whose content is its dependencies.
fake_apt() {
	copy_project
	stub project/scripts/setup </dev/null
	mkdir -p mirror bin
	stub bin/apt-get <<-END
		shift 3
		case \$1 in
		update) touch '$PWD/updated' && mkdir -p \$XDG_CACHE_HOME/suture/apt/{s390x,amd64}/lists &&
			touch \$XDG_CACHE_HOME/suture/apt/{s390x,amd64}/lists/x_Packages ;;
		download)
			shift
			for package; do
				name=\${package%=*} version=\${package#*=}
				[[ -e '$PWD/mirror'/\$package ]] || { echo "E: no \$package" >&2; exit 100; }
				'$PWD/make-deb' "\$name" "\$version" "\$(<'$PWD/mirror'/\$package)"
			done ;;
		esac
	END
	stub bin/apt-cache <<-END
		case \$3 in
		search) ls '$PWD/mirror' | sed 's/=.*/ - a package/' | grep -E "\${5%\\\$} " || true ;;
		madison) shift 3; for p; do ls '$PWD/mirror' | sed -n "s/^\$p=/\$p | /p" | sed 's/\$/ | x Packages/'; done ;;
		esac
	END
	stub make-deb <<-'END'
		release=${1#linux-*-} tree=$(mktemp -d)
		mkdir -p "$tree"/DEBIAN
		printf '%s\n' "Package: $1" "Version: $2" 'Architecture: all' 'Maintainer: x' \
			'Description: x' "Depends: ${3:-libc6}" >"$tree/DEBIAN/control"
		case $1 in
		linux-image-*)
			mkdir -p "$tree"/boot "$tree/lib/modules/$release/kernel"
			touch "$tree"/boot/{vmlinuz,config}-"$release"
			touch "$tree/lib/modules/$release"/modules.{order,builtin} ;;
		linux-headers-*-s390x)
			mkdir -p "$tree/usr/src/$1"
			common=${3##* }
			echo "include /usr/src/$common/Makefile" >"$tree/usr/src/$1/Makefile"
			ln -s "../../lib/${3%%[ ,]*}/scripts" "$tree/usr/src/$1" ;;
		linux-headers-*-common*)
			mkdir -p "$tree/usr/src/$1"
			echo 'all:; @echo built by $(CURDIR)' >"$tree/usr/src/$1/Makefile" ;;
		linux-kbuild-*)
			mkdir -p "$tree/usr/lib/$1/scripts"
			touch "$tree/usr/lib/$1/scripts/tool" ;;
		esac
		dpkg-deb --build "$tree" "$1_$2_all.deb" >/dev/null
	END
	local release
	for release in 6.1.0-9=6.1.90-1 6.1.0-10=6.1.100-1 6.12.5+deb12=6.12.5-1; do
		touch "mirror/linux-image-${release/=/-s390x=}" "mirror/linux-headers-${release/=/-common=}"
		echo "linux-kbuild-6 (>= 1), gcc, linux-headers-${release%=*}-common" \
			>"mirror/linux-headers-${release/=/-s390x=}"
		touch "mirror/linux-kbuild-6=${release#*=}"
	done
	# A flavour that was not asked for.
	touch mirror/linux-image-6.1.0-11-cloud-s390x=6.1.110-1
	export PATH=$PWD/bin:$PATH
}

kernel() {
	project/scripts/kernel s390x "$1"
}

test_a_line_is_its_newest_release() {
	fake_apt
	[[ $(kernel 6.1) == */6.1.0-10-s390x ]]
	[[ $(kernel 6.12) == */6.12.5+deb12-s390x ]]
}

test_an_exact_release() {
	fake_apt
	folder=$(kernel 6.1.0-9)
	[[ $(<"$folder/release") == 6.1.0-9-s390x ]]
	[[ -e $folder/kernel && -e $folder/lib/modules/6.1.0-9-s390x/modules.dep ]]
}

test_a_flavour() {
	fake_apt
	printf '%s\tbookworm\tpackage\n' 6.1 6.1-rt >project/vm-images/kernels
	touch mirror/linux-image-6.1.0-9-rt-s390x=6.1.90-1 mirror/linux-headers-6.1.0-9-common-rt=6.1.90-1
	echo 'linux-kbuild-6 (>= 1), gcc, linux-headers-6.1.0-9-common-rt' \
		>mirror/linux-headers-6.1.0-9-rt-s390x=6.1.90-1
	folder=$(kernel 6.1-rt)
	[[ $folder == */6.1.0-9-rt-s390x && $(<"$folder/release") == 6.1.0-9-rt-s390x ]]
	make -s -C "$folder/build" >made
	contains made 'built by'
	[[ $(kernel 6.1) == */6.1.0-10-s390x ]]
	[[ $(kernel 6.1.0-9-rt) == "$folder" ]]
}

test_a_flavour_that_only_others_have_is_an_error() {
	fake_apt
	printf '6.1-rt\tbookworm\tpackage\tx86_64,ppc64le\n' >project/vm-images/kernels
	refused kernel 6.1-rt
	contains output 'there is no kernel 6.1-rt for s390x, only for x86_64,ppc64le'
	[[ ! -e updated ]]
}

test_headers_find_their_common_part_wherever_the_cache_lies() {
	fake_apt
	folder=$(kernel 6.1)
	mv cache moved
	make -s -C "moved${folder#"$PWD/cache"}/build" >made
	contains made 'built by'
}

test_a_release_without_headers_gives_way_to_the_one_before() {
	fake_apt
	rm mirror/linux-headers-6.1.0-10-s390x=*
	[[ $(kernel 6.1 2>messages) == */6.1.0-9-s390x ]]
	contains messages '6.1.0-10-s390x (6.1.100-1) for s390x is not to be had whole'
}

test_build_tools_of_another_version_will_do() {
	fake_apt
	rm mirror/linux-kbuild-6=6.1.100-1
	# Where no version is asked for, apt takes what there is.
	touch mirror/linux-kbuild-6
	sed -i 's/version=${package#\*=}/&; [[ $version != "$name" ]] || version=1/' bin/apt-get
	[[ $(kernel 6.1) == */6.1.0-10-s390x ]]
}

test_build_tools_of_another_release_of_the_line_will_do() {
	fake_apt
	sed -i 's/linux-kbuild-6 /linux-kbuild-6.12.5+deb12 /' mirror/linux-headers-6.12.5+deb12-s390x=6.12.5-1
	refused kernel 6.12
	touch mirror/linux-kbuild-6.1{,2.4+deb12,2.9+deb12}=1
	folder=$(kernel 6.12 2>messages)
	[[ $folder == */6.12.5+deb12-s390x && -e $folder/build/scripts/tool ]]
	contains messages 'no linux-kbuild-6.12.5+deb12'
	contains messages 'taking linux-kbuild-6.12.9+deb12'
}

test_none_whole_is_an_error_and_leaves_nothing() {
	fake_apt
	rm mirror/linux-headers-6.1.0-*-common=*
	refused kernel 6.1
	contains output 'no kernel 6.1 for s390x could be had whole'
	[[ -z $(find cache/suture/kernels cache/suture/tmp -mindepth 2 2>/dev/null) ]]
}

test_an_unknown_release_is_an_error_that_names_the_known() {
	fake_apt
	refused kernel 6.1.0-77
	contains output 'have no kernel 6.1.0-77 for s390x'
	contains output '6.1.0-9'
}

test_a_cached_kernel_needs_no_apt() {
	fake_apt
	folder=$(kernel 6.1)
	rm bin/* updated
	[[ $(PATH=${PATH#*:} kernel 6.1) == "$folder" ]]
	[[ ! -e updated ]]
}

test_two_at_once_fetch_it_once() {
	fake_apt
	# Long enough for the other to come while the kernel is half there.
	stub bin/depmod <<-END
		sleep 1
		exec $(PATH=$PATH:/usr/sbin:/sbin command -v depmod) "\$@"
	END
	kernel 6.1 >first 2>>messages &
	kernel 6.1 >second 2>>messages
	wait $!
	[[ -s first ]]
	diff first second
	[[ $(grep -c 'getting kernel' messages) == 1 ]]
}

test_the_cache_may_be_deleted() {
	fake_apt
	folder=$(kernel 6.1)
	rm -r cache
	[[ $(kernel 6.1) == "$folder" && -e $folder/kernel ]]
}

test_an_unsigned_mirror_is_refused() {
	copy_project
	stub project/scripts/setup </dev/null
	mkdir mirror
	printf '%s\n' 'Package: linux-image-6.1.0-1-s390x' 'Version: 6.1.1-1' \
		'Architecture: s390x' 'Filename: a.deb' 'Size: 1' >mirror/Packages
	printf '%s\n' 'Origin: Debian' 'Suite: x' 'SHA256:' \
		" $(sha256sum <mirror/Packages | cut -d ' ' -f 1) $(stat -c %s mirror/Packages) Packages" \
		>mirror/Release
	stub project/scripts/apt-sources <<-END
		printf '%s\n' 'Types: deb' 'URIs: file:$PWD/mirror' 'Suites: ./'
	END
	refused kernel 6.1
	contains output 'is not signed'
	contains output 'no package index for s390x could be had'
}
