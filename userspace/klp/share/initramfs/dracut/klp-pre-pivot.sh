#!/bin/sh
# Loads the live patch that lies in this initramfs. Sourced by dracut.

if [ -r /usr/lib/klp/load.sh ]; then
	# shellcheck source=userspace/klp/share/initramfs/load.sh
	. /usr/lib/klp/load.sh
	# shellcheck disable=SC2154 # it is dracut's
	klp_boot "$NEWROOT"
fi
