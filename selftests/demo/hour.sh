#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An administrator's hour with klp, on the selftests' patches. docs/an-hour.md is what it printed; to
# be run as root on a machine of its own:
#
#	build/host/klp-test/klp-test exec --arch x86_64 --kernel 6.1 --build-dir build -- \
#		/opt/suture/selftests/demo/hour.sh >docs/an-hour.md
set -euo pipefail
cd "$(dirname "$0")"
# shellcheck source=selftests/demo/transcript.sh
. ./transcript.sh
cd ../suture/modules

service=''

clean_up() {
	[[ -z $service ]] || kill -KILL "$service" 2>/dev/null || true
	for patch in test_patch_sleep test_patch_redirect; do
		[[ ! -d /sys/module/$patch ]] || klp revert "$patch" >&2 || true
	done
	for module in test_target suture; do
		[[ ! -d /sys/module/$module ]] || rmmod "$module" || true
	done
}
trap clean_up EXIT

# What stands for a service that waits inside the kernel, in a function of test_target.
start_service() {
	../call one target sleep direct task 1 >/dev/null &
	service=$!
	timeout 20 bash -c 'until grep -q "^sleepers 1$" /proc/suture_target; do sleep 0.1; done'
}

stop_service() {
	kill "$service"
	wait "$service" || true # it was killed
	service=''
}

cat <<'TEXT'
# An administrator's hour

What follows was printed by `selftests/demo/hour.sh` in a guest; its head says how to print it again.
The patches are two of the selftests': `test_patch_redirect` changes a function of the kernel and one
of a module, and says of itself which CVEs it fixes; `test_patch_sleep` changes a function in which
tasks sleep for long. Where they come in packages, [the store](klp.md#the-store) does the loading.

## Can this machine be patched?
TEXT
modprobe suture
insmod test_target.ko
say "Suture is loaded. What could be in the way?"
run 0 klp doctor
say "What would be wrong with this patch, here and now? Nothing is loaded yet."
run 0 klp verify test_patch_redirect.ko

say "## A fix goes in"
run 0 klp load test_patch_redirect.ko
run 0 klp status
say "Which CVEs are fixed, and what do inventories see?"
run 0 klp patches -v
run 0 klp uname

say "## A fix that something holds up"
start_service
say "A service has been waiting inside the kernel since the morning, in the very function that the next
patch changes."
run 3 klp load test_patch_sleep.ko --timeout 2
say "The exit status is 3: the transition goes on. Everything else on the machine has moved already:"
run 0 klp status
run 0 klp blocking -vv
say "It is not to be waited for now. The transition is turned round, and the machine is as it was:"
run 0 klp revert test_patch_sleep
run 0 klp status
say "Had nobody looked, the load's deadline would have done the same, here after three seconds and not
the usual thirty:"
run 1 klp load test_patch_sleep.ko --deadline 3

say "## When the service has been restarted"
stop_service
run 0 klp load test_patch_sleep.ko
run 0 klp check

say "## And back"
run 0 klp revert test_patch_sleep
run 0 klp revert test_patch_redirect
run 0 klp status
