# What the tests of the scripts share. A test runs in an empty folder of its own.
# shellcheck shell=bash

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export XDG_CACHE_HOME=$PWD/cache

# skip WHY: ends the test, which cannot be run here. The status is that of a kselftest; the runner says why.
skip() {
	# shellcheck disable=SC2154 # it is the runner's
	echo "$*" >"$skip_reason"
	exit 4
}

# A copy of the scripts and the records, whose parts a test may replace.
copy_project() {
	mkdir project
	cp -r "$project/scripts" "$project/vm-images" project
}

# stub FILE <<body: makes an executable shell script.
stub() {
	mkdir -p "$(dirname "$1")"
	{ echo '#!/bin/bash' && cat; } >"$1"
	chmod +x "$1"
}

# An apt whose mirror is the folder `mirror`: a file PACKAGE=VERSION for each package that can be
# downloaded, and in `lost` one for each that is listed and cannot. Where an architecture has a folder
# of its own, mirror.ARCH, it has only that. It leaves the file `updated` when it is used.
fake_mirror() {
	mkdir -p mirror lost
	stub bin/apt-get <<-END
		state=\$(dirname "\$2") mirror=$PWD/mirror
		[[ ! -d \$mirror.\${state##*/} ]] || mirror+=.\${state##*/}
		shift 3
		case \$1 in
		update) touch '$PWD/updated' && mkdir -p "\$state/lists" && touch "\$state/lists/x_Packages" ;;
		download) cp "\$mirror/\$2" "\${2/=/_}_all.deb" ;;
		esac
	END
	stub bin/apt-cache <<-END
		state=\$(dirname "\$2") mirror=$PWD/mirror
		[[ ! -d \$mirror.\${state##*/} ]] || mirror+=.\${state##*/}
		case \$3 in
		search) ls "\$mirror" '$PWD'/lost | sed -n 's/=.*/ - a package/p' | grep -E "\${5%\\\$} " || true ;;
		madison) ls "\$mirror" '$PWD'/lost | sed -n 's/=/ | /p' | sed 's/\$/ | x Packages/' ;;
		esac
	END
	export PATH=$PWD/bin:$PATH
}

# refused COMMAND...: passes where the command fails; what it printed is in the file `output`.
refused() {
	if "$@" >output 2>&1; then
		echo "should have failed: $*"
		return 1
	fi
}

# contains FILE TEXT
contains() {
	grep -qF -- "$2" "$1" || {
		echo "not in $1: $2"
		cat "$1"
		return 1
	}
}

lacks() {
	! contains "$1" "$2" >/dev/null || {
		echo "unexpectedly in $1: $2"
		cat "$1"
		return 1
	}
}
