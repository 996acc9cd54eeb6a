# The packages of the programs: what they hold, and what they say to dpkg and to rpm.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# A cmake that installs some of what each package holds, and an rpmbuild that keeps the description.
fake_tools() {
	copy_project
	cp -r "$project/packaging" "$project/kernel" "$project/arch" "$project/COPYING" project
	mkdir -p project/userspace build/s390x/userspace build/host
	echo 'project(suture-userspace VERSION 1.2.3 LANGUAGES CXX)' >project/userspace/CMakeLists.txt
	stub bin/cmake <<-'END'
		case $(sed 's/.*--component \([^ ]*\).*/\1/' <<<"$*") in
		klp) files=$(echo bin/klp share/man/man8/klp.8 share/klp/{load.sh,kernel-update/{postinst,motd}}) ;;
		klp-initramfs-tools) files=share/initramfs-tools/hooks/klp ;;
		klp-dracut) files=lib/dracut/modules.d/90klp/module-setup.sh ;;
		esac
		for file in $files; do
			mkdir -p "$(dirname "$DESTDIR/usr/$file")"
			echo "$*" >"$DESTDIR/usr/$file"
		done
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
	contains contents './usr/share/klp/load.sh'
	lacks contents DEBIAN
	dpkg-deb --ctrl-tarfile out/klp_1.2.3_s390x.deb | tar --list --verbose >control
	contains control './postinst'
	contains control './postrm'
	contains control '-rwxr-xr-x'
	contains specs 'Conflicts: kernel-livepatch-tools'
	contains specs '/usr/share/man/man8/klp.8.gz'
	contains specs '%dir /usr/share/klp'
	contains specs '%preun'
	contains specs '%postun'
	lacks specs AutoReqProv
	contains rpmbuild '--target s390x-linux'
}

test_what_dpkg_has_in_etc_is_the_administrators() {
	fake_tools
	project/scripts/packages s390x build out klp >output 2>&1
	dpkg-deb --contents out/klp_1.2.3_s390x.deb >contents
	contains contents './etc/kernel/postinst.d/zz-klp'
	contains contents './etc/update-motd.d/95-klp'
	lacks contents kernel-update
	dpkg-deb --info out/klp_1.2.3_s390x.deb conffiles >listed
	printf '%s\n' /etc/kernel/postinst.d/zz-klp /etc/update-motd.d/95-klp | diff - listed
	# Nothing of an rpm system would run them there.
	contains specs '/usr/share/klp/kernel-update/motd'
	sed -n '/^%files/,/^%post/p' specs >files
	contains files kernel-update/motd
	lacks files '/etc/'
}

test_parts_of_an_initramfs_are_packages_of_their_own() {
	local name
	fake_tools
	project/scripts/packages s390x build out klp-initramfs-tools klp-dracut >output 2>&1
	for name in klp-initramfs-tools klp-dracut; do
		dpkg-deb --info "out/${name}_1.2.3_all.deb" >info
		contains info " Depends: klp (= 1.2.3), ${name#klp-}"
		dpkg-deb --ctrl-tarfile "out/${name}_1.2.3_all.deb" | tar --list >control
		contains control ./postinst
		contains control ./postrm
		lacks control ./prerm
		lacks control ./conffiles
		[[ $(dpkg-deb --info "out/${name}_1.2.3_all.deb" triggers) == 'interest-noawait suture-livepatch' ]]
	done
	[[ -e out/klp-dracut-1.2.3-1.noarch.rpm && ! -e out/klp-initramfs-tools-1.2.3-1.noarch.rpm ]]
	contains specs 'Requires: klp = 1.2.3, dracut'
	contains specs 'Requires(postun): dracut'
	contains specs '%dir /usr/lib/dracut/modules.d/90klp'
	contains specs '%post'
	contains specs '%postun'
	[[ $(grep -A 1 '^%transfiletrigger' specs) == '%transfiletriggerin -- /usr/lib/suture
set -- triggered
--
%transfiletriggerpostun -- /usr/lib/suture
set -- triggered' ]]
}

# systemd_calls CALL...: what the scripts of klp tell systemd, each CALL being one, as SCRIPT ARGUMENT...
systemd_calls() {
	local call words
	rm -f log
	for call; do
		read -ra words <<<"$call"
		sed "s|/etc/|$PWD/etc/|g; s|/run/systemd/system|$PWD/run|g" \
			"$project/packaging/klp/${words[0]}.sh" >script
		sh script "${words[@]:1}"
	done
	touch log
}

test_the_unit_is_enabled_once_and_as_it_was_when_klp_comes_back() {
	local link=etc/systemd/system/sysinit.target.wants/klp-apply.service
	mkdir -p run "$(dirname "$link")"
	stub bin/systemctl <<-END
		echo "\$*" >>$PWD/log
	END
	PATH=$PWD/bin:$PATH
	systemd_calls 'post-install configure '
	printf '%s\n' '--no-reload preset klp-apply.service' daemon-reload | diff - log
	systemd_calls 'post-install 1'
	contains log preset
	touch "$link"
	# What dpkg calls where klp is removed, and installed again.
	systemd_calls 'pre-removal remove' 'post-removal remove' 'post-install configure 1.2.3'
	printf '%s\n' daemon-reload daemon-reload | diff - log
	systemd_calls 'pre-removal upgrade 1.2.4' 'post-removal upgrade 1.2.4' 'post-removal 1'
	[[ -e $link && ! -s log ]]
	systemd_calls 'pre-removal 0' 'post-removal 0'
	printf '%s\n' '--no-reload disable klp-apply.service' daemon-reload | diff - log
	systemd_calls 'post-removal purge'
	[[ ! -e $link ]]
}

# The script of those packages, with other places than the machine's.
test_each_initramfs_with_a_patch_is_made_anew() {
	mkdir -p bin boot {store,modules}/6.1.0-5{0,1,2,3}-amd64
	touch store/6.1.0-5{0,1}-amd64/.active boot/initrd.img-6.1.0-5{0,2,3}-amd64
	stub bin/update-initramfs <<-END
		echo "update-initramfs \$*" >>$PWD/log
		exit 1
	END
	# One still has a patch that is not active any more, another one only what would load it.
	stub bin/lsinitramfs <<-'END'
		echo usr/lib/modules
		[[ $1 != *6.1.0-52* ]] || echo usr/lib/klp/load.sh
		[[ $1 != *6.1.0-53* ]] || echo usr/lib/klp/active
	END
	sed "s|/boot/|$PWD/boot/|g; s|/var/lib/suture|$PWD/store|g; s|/lib/modules/|$PWD/modules/|g" \
		"$project/packaging/klp-dracut/post-change.sh" >script
	PATH=$PWD/bin:$PATH
	for call in upgrade purge abort-upgrade ''; do
		sh script "$call" >output 2>&1
	done
	[[ ! -e log && ! -s output ]]
	for call in configure remove 1 0; do
		sh script "$call" >said 2>output
		contains said 'klp: making the initramfs of 6.1.0-53-amd64 anew'
		contains output 'klp: the initramfs of 6.1.0-50-amd64 was not made anew'
	done
	made_anew configure 0 3
	made_anew remove 0 2 3
	made_anew 1 0 3
	made_anew 0 0 2 3
	# What is older than its initramfs is in there.
	touch -d '1 hour ago' store/6.1.0-50-amd64/.active
	made_anew 'triggered suture-livepatch' 3
	touch -d '1 hour' store/6.1.0-50-amd64/.active
	made_anew 'triggered suture-livepatch' 0 3
}

# made_anew ARGUMENTS NUMBER...: calls the script, which makes the initramfs of 6.1.0-5NUMBER-amd64 anew.
made_anew() {
	local arguments
	read -ra arguments <<<"$1"
	rm -f log
	sh script "${arguments[@]}" >output 2>&1
	printf 'update-initramfs -u -k 6.1.0-5%s-amd64\n' "${@:2}" | diff - log
}

test_the_modules_sources_are_packaged_for_every_architecture() {
	fake_tools
	project/scripts/packages x86_64 build out suture-dkms >output 2>&1
	[[ -e out/suture-dkms-1.2.3-1.noarch.rpm ]]
	dpkg-deb --info out/suture-dkms_1.2.3_all.deb >info
	contains info ' Provides: suture-module'
	contains specs 'Provides: suture-module'
	printf 'Requires%s: dkms\n' '' '(post)' '(preun)' | diff - <(grep '^Requires' specs)
	contains specs '%dir /usr/src/suture-1.2.3'
	dpkg-deb --extract out/suture-dkms_1.2.3_all.deb root
	cd root/usr/src/suture-1.2.3 || return
	contains dkms.conf 'PACKAGE_VERSION="1.2.3"'
	contains dkms.conf '/suture/1.2.3/build/kernel modules'
	[[ -e kernel/Kbuild && -e kernel/include/linux/livepatch.h && -e kernel/livepatch.mk ]]
	[[ -e arch/common/set_ip.c && -x scripts/build-id ]]
}

# dkms_calls SCRIPT ARGUMENT...: what the scripts of suture-dkms have DKMS do where one kernel has headers.
dkms_calls() {
	rm -f log
	sed "s|/lib/modules/|$PWD/modules/|g; s|@VERSION@|1.2.3|g" \
		"$project/packaging/suture-dkms/$1.sh" >script
	sh script "${@:2}"
	touch log
}

test_the_module_is_built_again_where_its_removal_is_called_off() {
	local call words
	mkdir -p modules/6.1.0-50-amd64/build modules/6.1.0-51-amd64
	stub bin/dkms <<-END
		echo "\$*" >>$PWD/log
	END
	PATH=$PWD/bin:$PATH
	dkms_calls pre-removal remove in-favour other-module 1
	contains log 'remove -m suture -v 1.2.3 --all'
	for call in configure 'abort-upgrade 1.2.4' 'abort-remove in-favour other-module 1' 1; do
		read -ra words <<<"$call"
		dkms_calls post-install "${words[@]}"
		printf '%s\n' 'add -m suture -v 1.2.3 --rpm_safe_upgrade' \
			'install -m suture -v 1.2.3 -k 6.1.0-50-amd64 --force' | diff - log
	done
	dkms_calls post-install abort-deconfigure
	[[ ! -s log ]]
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
