# Which QEMU runs an architecture's guests.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

# A machine whose QEMU is 7.2, and a mirror that has the releases in the file `mirror`, a line
# `PACKAGE VERSION` each.
fake_machine() {
	copy_project
	sed -i '/^QEMU/d' project/vm-images/arch/s390x.env
	printf '%s\n' QEMU=qemu-s QEMU_PACKAGE=qemu QEMU_AT_LEAST=8.2 QEMU_BACKPORT=new-qemu,its-data \
		>>project/vm-images/arch/s390x.env
	stub project/scripts/setup </dev/null
	stub bin/qemu-s <<<'echo "QEMU emulator version 7.2.22 (Debian)"'
	printf '%s\n' 'new-qemu 1:8.2' 'new-qemu 1:10.0.2' 'its-data 1:10.0.1' >mirror
	stub bin/apt-get <<-END
		shift 3
		case \$1 in
		update) mkdir -p \$XDG_CACHE_HOME/suture/apt/amd64/lists && touch \$XDG_CACHE_HOME/suture/apt/amd64/lists/x_Packages ;;
		download) grep -qxF "\${2/=/ }" '$PWD/mirror' && echo "\$2" >>'$PWD/downloaded' && '$PWD/make-deb' \${2/=/ } ;;
		esac
	END
	stub bin/apt-cache <<-END
		case \$3 in
		search) sed 's/ .*/ - a package/' '$PWD/mirror' | grep -E "\${5%\\\$} " || true ;;
		madison) sed -n "s/^\$4 \(.*\)/\$4 | \1 | x Packages/p" '$PWD/mirror' ;;
		esac
	END
	stub make-deb <<-'END'
		tree=$(mktemp -d)
		mkdir -p "$tree"/{DEBIAN,usr/bin,usr/share/qemu}
		printf '%s\n' "Package: $1" "Version: $2" 'Architecture: all' 'Maintainer: x' \
			'Description: x' >"$tree/DEBIAN/control"
		if [[ $1 == new-qemu ]]; then
			printf '%s\n' '#!/bin/bash' "echo 'QEMU emulator version ${2#*:} (Debian)'" >"$tree/usr/bin/qemu-s"
			chmod +x "$tree/usr/bin/qemu-s"
		else
			touch "$tree/usr/share/qemu/firmware"
		fi
		dpkg-deb --build "$tree" "$1_${2#*:}_all.deb" >/dev/null
	END
	stub bin/dpkg <<<'[[ $* == --print-architecture ]] && echo amd64 || exec /usr/bin/dpkg "$@"'
	export PATH=$PWD/bin:$PATH
}

qemu() {
	project/scripts/qemu s390x
}

test_the_own_one_where_it_will_do() {
	fake_machine
	stub bin/qemu-s <<<'echo "QEMU emulator version 8.2.0"'
	[[ $(qemu) == "$PWD/bin/qemu-s" && ! -e downloaded ]]
}

test_the_own_one_where_the_record_asks_for_none() {
	fake_machine
	sed -i '/AT_LEAST\|BACKPORT/d' project/vm-images/arch/s390x.env
	[[ $(qemu) == "$PWD/bin/qemu-s" && ! -e downloaded ]]
}

test_a_newer_one_with_its_data_is_unpacked_once() {
	fake_machine
	local path
	path=$(qemu)
	[[ $("$path" --version) == *10.0.2* && -e ${path%/bin/*}/share/qemu/firmware ]]
	[[ $(<downloaded) == $'new-qemu=1:10.0.2\nits-data=1:10.0.1' ]]
	[[ $(qemu) == "$path" && $(wc -l <downloaded) == 2 ]]
}

test_one_that_is_too_old_is_refused() {
	fake_machine
	sed -i '/10.0.2/d; s/:8.2/:8.1.5/' mirror
	refused qemu
	contains output 'the newest qemu-s to be had is 8.1.5, and s390x needs 8.2'
}

test_none_to_be_had_is_named() {
	fake_machine
	sed -i '/new-qemu/d' mirror
	refused qemu
	contains output 'have no new-qemu for amd64'
}

test_one_that_does_not_run_is_refused() {
	fake_machine
	sed -i 's/echo .QEMU/exit 127; &/' make-deb
	refused qemu
	contains output 'does not run here'
	[[ ! -e cache/suture/qemu ]]
}
