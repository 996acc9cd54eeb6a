# The packages of the programs: what they hold, and what they say to dpkg and to rpm.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# A cmake that installs a klp and its page, and an rpmbuild that keeps the description.
fake_tools() {
	copy_project
	cp -r "$project/packaging" "$project/kernel" "$project/arch" "$project/COPYING" project
	mkdir -p project/userspace build/s390x/userspace build/host
	echo 'project(suture-userspace VERSION 1.2.3 LANGUAGES CXX)' >project/userspace/CMakeLists.txt
	stub bin/cmake <<-'END'
		mkdir -p "$DESTDIR/usr/bin" "$DESTDIR/usr/share/man/man8"
		echo "$*" >"$DESTDIR/usr/bin/klp"
		echo page >"$DESTDIR/usr/share/man/man8/klp.8"
	END
	stub bin/rpmbuild <<-END
		echo "\$*" >>$PWD/rpmbuild
		cat "\${@: -1}" >>$PWD/specs
		rpms=\$(sed 's/.*_rpmdir \([^ ]*\).*/\1/' <<<"\$*") file=\$(sed 's/.*_rpmfilename \([^ ]*\).*/\1/' <<<"\$*")
		mkdir -p "\$rpms" && echo rpm >"\$rpms/\$file"
	END
	export PATH=$PWD/bin:$PATH SOURCE_DATE_EPOCH=1700000000
}

test_klp_is_packaged_for_both() {
	fake_tools
	project/scripts/packages s390x build out klp >output 2>&1
	[[ -e out/klp_1.2.3_s390x.deb && -e out/klp-1.2.3-1.s390x.rpm ]]
	dpkg-deb --info out/klp_1.2.3_s390x.deb >info
	contains info ' Version: 1.2.3'
	contains info ' Architecture: s390x'
	contains info 'libkmod2'
	contains info ' Description: controller of kernel live patches'
	dpkg-deb --contents out/klp_1.2.3_s390x.deb >contents
	contains contents ' root/root '
	contains contents './usr/share/man/man8/klp.8.gz'
	contains contents './usr/share/doc/klp/copyright'
	lacks contents DEBIAN
	dpkg-deb --ctrl-tarfile out/klp_1.2.3_s390x.deb | tar --list --verbose >control
	contains control './postinst'
	contains control '-rwxr-xr-x'
	contains specs 'Conflicts: kernel-livepatch-tools'
	contains specs '/usr/share/man/man8/klp.8.gz'
	contains specs '%preun'
	lacks specs AutoReqProv
	contains rpmbuild '--target s390x-linux'
}

test_the_modules_sources_are_packaged_for_every_architecture() {
	fake_tools
	project/scripts/packages x86_64 build out suture-dkms >output 2>&1
	[[ -e out/suture-dkms-1.2.3-1.noarch.rpm ]]
	dpkg-deb --info out/suture-dkms_1.2.3_all.deb >info
	contains info ' Provides: suture-module'
	contains specs 'Provides: suture-module'
	contains specs '%dir /usr/src/suture-1.2.3'
	dpkg-deb --extract out/suture-dkms_1.2.3_all.deb root
	cd root/usr/src/suture-1.2.3 || return
	contains dkms.conf 'PACKAGE_VERSION="1.2.3"'
	contains dkms.conf '/suture/1.2.3/build/kernel modules'
	[[ -e kernel/Kbuild && -e kernel/include/linux/livepatch.h && -e kernel/livepatch.mk ]]
	[[ -e arch/common/set_ip.c && -x scripts/build-id ]]
}

test_packages_of_the_same_are_the_same() {
	fake_tools
	project/scripts/packages x86_64 build one suture-dkms >output 2>&1
	sleep 1.1
	(umask 077 && project/scripts/packages x86_64 build two suture-dkms) >output 2>&1
	cmp one/suture-dkms_1.2.3_all.deb two/suture-dkms_1.2.3_all.deb
}

test_what_was_not_built_is_no_package() {
	fake_tools
	refused project/scripts/packages ppc64le build out klp
	contains output 'klp was not built in build/ppc64le/userspace'
	refused project/scripts/packages s390x build out nonsense
	contains output "no package 'nonsense'"
}
