# Which of a machine's apt sources are taken for Debian.
# shellcheck shell=bash disable=SC2154,SC2016 # see lib.sh; stubs are quoted

sources() {
	"$project/scripts/apt-sources" --etc etc "$@" >sources
}

one_line() {
	mkdir -p etc/sources.list.d
	cat >etc/sources.list
}

deb822() {
	mkdir -p etc/sources.list.d
	cat >etc/sources.list.d/debian.sources
}

test_one_line_format_keeps_the_key_and_drops_trust() {
	one_line <<-'END'
		# deb http://old.example/debian bookworm main
		deb [ arch=amd64 trusted=yes signed-by=/keys/a.gpg ] http://a.example/debian bookworm main contrib # ours
		deb-src http://a.example/debian bookworm main
		deb [check-valid-until=no] http://a.example/debian-security bookworm-security main
	END
	sources bookworm
	cat >expected <<-'END'
		Types: deb
		URIs: http://a.example/debian
		Suites: bookworm
		Components: main
		Signed-By: /keys/a.gpg

		Types: deb
		URIs: http://a.example/debian-security
		Suites: bookworm-security
		Components: main
		Check-Valid-Until: no

	END
	diff expected sources
}

test_deb822_format_with_an_embedded_key() {
	deb822 <<-'END'
		# a comment
		Types: deb deb-src
		URIs: http://a.example/debian
		suites: bookworm bookworm-updates
		Components: main
		 non-free-firmware
		Trusted: yes
		Signed-By:
		 -----BEGIN PGP PUBLIC KEY BLOCK-----
		 .
		 mQINB

		Types: deb-src
		URIs: http://src.example/debian
		Suites: bookworm
		Components: main

		Enabled: no
		Types: deb
		URIs: http://off.example/debian
		Suites: bookworm
		Components: main
	END
	sources bookworm
	[[ $(grep -c ' mQINB' sources) == 2 ]]
	contains sources 'Suites: bookworm-updates'
	lacks sources rusted
	lacks sources src.example
	lacks sources off.example
}

test_other_vendors_and_releases_are_left_out() {
	one_line <<-'END'
		deb http://a.example/debian bookworm main
		deb http://b.example/debian trixie main
		deb http://c.example/linux/debian bookworm stable
		deb http://d.example/apt bookworm-pgdg main
		deb cdrom:[Debian]/ bookworm main
		deb http://e.example/flat ./
	END
	sources bookworm
	[[ $(grep -c URIs sources) == 1 ]]
	contains sources 'URIs: http://a.example/debian'
}

test_a_further_suite_comes_from_the_same_mirror_with_the_same_key() {
	one_line <<<'deb [signed-by=/keys/a.gpg] http://a.example/debian bookworm main'
	sources bookworm bookworm-backports
	tail -n 6 sources >last
	contains last 'Suites: bookworm-backports'
	contains last 'URIs: http://a.example/debian'
	contains last 'Signed-By: /keys/a.gpg'
}

test_a_suite_that_is_configured_is_not_added_again() {
	one_line <<-'END'
		deb http://a.example/debian bookworm main
		deb http://b.example/debian bookworm-backports main
	END
	sources bookworm bookworm-backports
	[[ $(grep -c bookworm-backports sources) == 1 ]]
	contains sources b.example
}

test_no_debian_is_an_error_that_says_what_to_do() {
	one_line <<<'deb http://c.example/linux/debian bookworm stable'
	refused sources bookworm
	contains output 'have no Debian mirror'
}
