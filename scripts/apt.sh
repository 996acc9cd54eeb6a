# Debian packages of any architecture, through an apt of the project's own: it keeps its state in
# the cache, has no package installed, and takes sources and keys from this machine, whose own apt
# and dpkg it leaves alone. Signatures are verified as apt always does. Sourced, never run.
# shellcheck shell=bash

# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# apt_open DEB_ARCH: sets up the state for one architecture, locks it, and refreshes its indexes
# where they are not of this hour.
apt_open() {
	local arch=$1 suites
	apt_state=$cache/apt/$arch
	lock "apt-$arch"
	mkdir -p "$apt_state"/{lists/partial,archives/partial,sources.list.d}
	[[ -e $apt_state/status ]] || : >"$apt_state/status"

	# shellcheck source=/dev/null
	suites=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	[[ -n $suites ]] || die "/etc/os-release names no Debian release (VERSION_CODENAME)"
	suites+=" $(awk '!/^#/ && NF > 1 && !seen[$2]++ { print $2 }' "$top/vm-images/kernels" | xargs)"
	# shellcheck disable=SC2086 # a list of words
	"$top/scripts/apt-sources" $suites >"$apt_state/sources.list.d/debian.sources"

	# Only what signs itself as Debian is ever a candidate, and of that backports come last.
	cat >"$apt_state/preferences" <<-'END'
		Package: *
		Pin: release o=Debian
		Pin-Priority: 500

		Package: *
		Pin: release o=Debian Backports
		Pin-Priority: 100

		Package: *
		Pin: release o=*
		Pin-Priority: -1
	END
	# A foreign package is never installed, so none of the machine's hooks has a part in this.
	# apt's own user cannot reach the home directory of whoever runs this.
	cat >"$apt_state/apt.conf" <<-END
		APT::Architecture "$arch";
		#clear APT::Architectures;
		APT::Architectures:: "$arch";
		APT::Install-Recommends "false";
		APT::Sandbox::User "";
		#clear APT::Update;
		#clear DPkg;
		Acquire::Languages "none";
		Acquire::GzipIndexes "true";
		Dir::State "$apt_state";
		Dir::State::status "$apt_state/status";
		Dir::Cache "$apt_state";
		Dir::Etc::sourcelist "/dev/null";
		Dir::Etc::sourceparts "$apt_state/sources.list.d";
		Dir::Etc::preferences "$apt_state/preferences";
		Dir::Etc::preferencesparts "/dev/null";
	END

	if [[ -z $(find "$apt_state/refreshed" -mmin -60 2>/dev/null) ]]; then
		apt_refresh "$arch"
	fi
}

# Mirrors are at times out of step for one suite of one architecture. Then that suite is missing
# and the others still serve, so all that apt says about it is worth a warning and no more.
apt_refresh() {
	local arch=$1 log=$apt_state/refresh.log
	say "getting Debian's package indexes for $arch"
	if ! apt-get --config-file "$apt_state/apt.conf" --quiet=2 update >"$log" 2>&1 || [[ -s $log ]]; then
		sed "s/^/$script: apt: /" "$log" >&2
	fi
	compgen -G "$apt_state/lists/*_Packages*" >/dev/null ||
		die "no package index for $arch could be had; see apt's messages above"
	touch "$apt_state/refreshed"
}

# apt_packages REGEX: lines `PACKAGE VERSION` of all packages whose name matches, newest first.
apt_packages() {
	apt-cache --config-file "$apt_state/apt.conf" search --names-only "$1" | cut -d ' ' -f 1 |
		xargs --no-run-if-empty apt-cache --config-file "$apt_state/apt.conf" madison |
		awk -F ' *[|] *' '$3 ~ /Packages$/ { print $1, $2 }' | tr -s ' ' | sort -u |
		sort -k 2,2Vr -k 1,1Vr
}

# apt_download FOLDER PACKAGE[=VERSION]...: puts exactly these packages' .deb files there.
apt_download() {
	local folder=$1
	shift
	mkdir -p "$folder"
	(cd "$folder" && apt-get --config-file "$apt_state/apt.conf" --quiet=2 download "$@")
}

# apt_unpack FOLDER PACKAGE...: unpacks packages and all that they depend on, as far as the
# function `unwanted PACKAGE` does not say otherwise. No package's scripts run. A dpkg in there knows
# of each.
apt_unpack() {
	local folder=$1 debs deb link
	shift
	debs=$(mktemp -d "$scratch/debs.XXXXXX")
	mkdir "$debs/partial"
	apt-get --config-file "$apt_state/apt.conf" --quiet=2 --yes --download-only \
		-o Dir::Cache::archives="$debs" install "$@" >&2

	mkdir -p "$folder/usr"
	for link in bin sbin lib lib64; do
		mkdir -p "$folder/usr/$link"
		ln -s "usr/$link" "$folder/$link"
	done
	for deb in "$debs"/*.deb; do
		! unwanted "$(dpkg-deb --field "$deb" Package)" || continue
		dpkg-deb --fsys-tarfile "$deb" |
			tar --extract --directory "$folder" --keep-directory-symlink \
				--exclude './usr/share/doc' --exclude './usr/share/man' \
				--exclude './usr/share/locale' --exclude './usr/share/lintian'
		dpkg_knows "$folder" "$deb"
	done
	rm -r "$debs"
}

# dpkg_knows FOLDER DEB: the dpkg of that root has the package in its database, as installed.
dpkg_knows() {
	local database=$1/var/lib/dpkg
	mkdir -p "$database"/{info,updates,triggers}
	{
		dpkg-deb --field "$2" | sed '1a Status: install ok installed'
		echo
	} >>"$database/status"
	dpkg-deb --fsys-tarfile "$2" | tar --list | sed 's|^\.||; s|/$||; s|^$|/.|' \
		>"$database/info/$(dpkg-deb --field "$2" Package).list"
}
