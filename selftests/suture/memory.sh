#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A transition takes memory for as many tasks as there are, not for as many as there may be.
. ./functions.sh

readonly PATCH=test_patch_redirect TRACING=/sys/kernel/tracing
# In bytes: far more than for the few hundred tasks of a guest, far less than for 65536.
readonly LARGE=131072

watch_allocations() {
	write "bytes_req >= $LARGE" "$TRACING/events/kmem/kmalloc/filter" &&
		write 1 "$TRACING/events/kmem/kmalloc/enable"
}

stop_watching() {
	write 0 "$TRACING/events/kmem/kmalloc/enable" && write 0 "$TRACING/events/kmem/kmalloc/filter"
}

none_large() {
	local seen=0
	grep 'kmalloc:' "$TRACING/trace" && seen=1
	: >"$TRACING/trace"
	return "$seen"
}

is_suture || skip_all "the tables of the kernel's own engine are not ours to judge"
[[ -d $TRACING/events/kmem/kmalloc ]] || skip_all "there is no event kmem:kmalloc"
begin 7
check "the module loads" load_module test_target
check "a patch is loaded" load_patch "$PATCH"
check "large allocations are watched from here on" watch_allocations
check "the patch is reverted" revert_patch "$PATCH"
check "and no more" stop_watching
check "there was none" none_large
finish
