#!/bin/sh
# After a package of live patches was installed, by dpkg ($1 is `configure`) or by rpm ($1 is 1, or
# more where it takes the place of another version): the patch goes into klp's store, becomes the
# active version of its kernel and, where that runs, is loaded. What fails is said, and leaves the
# store, the kernel and the package manager in order.
set -u

case ${1-} in
configure | [1-9]*) ;;
*) exit 0 ;;
esac

package='@PACKAGE@' release='@RELEASE@' module='@MODULE@' runtime='@RUNTIME@'

# klp says what it means if that fails.
if [ -n "$runtime" ] && [ "$(uname -r)" = "$release" ]; then
	modprobe --quiet "$runtime" || :
fi

klp install --activate --non-interactive --package "$package" "$module" && exit 0
cat >&2 <<END
$package: installed, but not in use: klp says above why, and what to do
  hint: after that: klp install --activate --package $package $module
END
exit 0
