#!/bin/sh
# After the sources of Suture were installed, by dpkg ($1 is `configure`) or by rpm ($1 is a number),
# or stay since dpkg could not bring others ($1 is `abort-upgrade`) or another package in their place
# ($1 is `abort-remove`; pre-removal.sh has removed the modules by then): DKMS builds the module for
# each kernel whose headers are there. Where that fails it is said, and the package is installed all
# the same: DKMS tries again when that kernel is installed or booted.
set -u

case ${1-} in
configure | abort-upgrade | abort-remove | [1-9]*) ;;
*) exit 0 ;;
esac

# It may know these sources already.
dkms add -m suture -v '@VERSION@' --rpm_safe_upgrade >/dev/null 2>&1 || :
for headers in /lib/modules/*/build; do
	[ -e "$headers" ] || continue
	release=${headers#/lib/modules/}
	release=${release%/build}
	dkms install -m suture -v '@VERSION@' -k "$release" --force || cat >&2 <<END
suture-dkms: suture.ko was not built for the kernel $release: see above
  hint: after that: dkms install -m suture -v @VERSION@ -k $release
END
done
exit 0
