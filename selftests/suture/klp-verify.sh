#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# klp verify says what is wrong with a patch before it is loaded, by object and function, and of what it could not look at that it did not; klp load refuses what is wrong, and warns of what is doubtful.
. ./functions.sh
. ./klp-functions.sh

readonly PATCH=test_patch_redirect
readonly GOOD=modules/$PATCH.ko
readonly TRACING=/sys/kernel/tracing
readonly KPROBE_CHECKS=3 PROGRAM_CHECKS=3 PROTOTYPE_CHECKS=2 SIGNATURE_CHECKS=8
readonly SIG_ENFORCE=/sys/module/module/parameters/sig_enforce

# finds TEXT COMMAND...: it exits with status 1, and TEXT is part of what it prints as a result.
finds() {
	local text=$1 output
	shift
	output=$(exits 1 "$@" 2>"$scratch/stderr") && [[ $output == *"$text"* ]] && return
	echo "expected '$text' and a failure from: $*"
	echo "$output"
	cat "$scratch/stderr"
	return 1
}

# make_patch NAME SED-COMMAND: a copy of the good patch with one thing changed.
make_patch() {
	LC_ALL=C sed "$2" "$GOOD" >"$scratch/$1.ko" && ! cmp -s "$GOOD" "$scratch/$1.ko"
}

# The names of functions in the patch have a NUL on either side, and keep their room.
make_patches() {
	make_patch missing 's/\x00cmdline_proc_show\x00/\x00cmdline_proc_shox\x00/g' &&
		make_patch twin 's/\x00target_version\x00/\x00target_twin\x00\x00\x00\x00/g' &&
		make_patch untraceable 's/\x00target_version\x00/\x00target_notrace\x00/g' &&
		make_patch other_prototype 's/\x00cmdline_proc_show\x00/\x00vfs_read\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00/g' &&
		make_patch expired 's/expires=2999/expires=2000/' &&
		make_patch other_release 's/vmlinux release [0-9]/vmlinux release 0/' &&
		make_bad_files "$GOOD"
}

plain_kprobe() { # ACTION: its line in kprobe_events
	echo "$1" >>"$TRACING/kprobe_events"
}

kprobe() {
	check "a kprobe is set in the function" plain_kprobe 'p:suture_test/probe target_version'
	check "that is doubtful, and told" says \
		"warning: users: object 'test_target': function 'target_version': a kprobe at +0x" klp verify "$GOOD"
	check "it is removed" plain_kprobe '-:suture_test/probe'
}

# False where this kernel has no BPF trampolines.
takes_program() {
	./observe bpf-fexit cmdline_proc_show </dev/null >/dev/null 2>&1
	[[ $? != 4 ]]
}

start_program() {
	./observe bpf-fexit cmdline_proc_show <&"$never" >"$scratch/program" 2>&1 &
	observer=$!
	children+=("$observer")
	wait_for 30 grep -qx attached "$scratch/program"
}

program() {
	check "a BPF program is called where the function returns" start_program
	check "that is doubtful, and told" says \
		"warning: users: object 'vmlinux': function 'cmdline_proc_show': a BPF program or the like is called" klp verify "$GOOD"
	check "it goes" eval "kill $observer; ! wait $observer"
}

prototype() {
	check "a replacement of another prototype is found" finds \
		"error: prototype: object 'vmlinux': function 'vfs_read': it takes 4 parameters, the replacement 2 parameters" \
		klp verify "$scratch/other_prototype.ko"
	check "and the right one passes" says \
		"ok: prototype: object 'vmlinux': 1 of 1 functions have the prototypes of their replacements" klp verify "$GOOD"
}

# The signature at the end of a module: struct module_signature and what is before and behind it.
signature_of() { # FILE: prints
	local length=0 byte
	for byte in $(tail -c 32 "$1" | head -c 4 | od -An -tu1); do
		length=$((length * 256 + byte))
	done
	tail -c $((length + 40)) "$1"
}

# The first of the kernel's own modules that is signed, and not compressed.
own_signed_module() { # prints
	local file
	while read -r file; do
		! tail -c 28 "$file" | grep -aqx '~Module signature appended~' || {
			echo "$file"
			return
		}
	done < <(find "/lib/modules/$(uname -r)/kernel/" -name '*.ko' 2>/dev/null)
}

# Copies of the good patch with a signature that another module has, with the same as if somebody else
# had made it, and with the end of one.
make_signed() { # MODULE
	signature_of "$1" >"$scratch/signature" &&
		LC_ALL=C sed 's/kernel/kermel/g; s/Debian/Debiam/g' "$scratch/signature" >"$scratch/unknown" &&
		! cmp -s "$scratch/signature" "$scratch/unknown" &&
		cat "$GOOD" "$scratch/signature" >"$scratch/known_key.ko" &&
		cat "$GOOD" "$scratch/unknown" >"$scratch/unknown_key.ko" &&
		{ cat "$GOOD" && printf '\0\0\2\0\0\0\0\0\377\377\377\377~Module signature appended~\n'; } \
			>"$scratch/cut_signature.ko"
}

# Which keys it has the kernel shows itself: the signature is of another module, so it refuses that
# of a key that it has, and goes on where it has none to compare it with.
signature() {
	check "copies of the patch are signed" make_signed "$1"
	check "of the kernel's own key it is told that it has it" says ", whose key this kernel has" \
		klp verify "$scratch/known_key.ko"
	check "and the kernel knows it, as the signature is wrong" refused "Key was rejected" \
		insmod "$scratch/known_key.ko"
	check "of another key it is told that it does not have it" says ", whose key this kernel does not have; " \
		klp verify "$scratch/unknown_key.ko"
	check "with which the kernel loads it, as it would without" says "loaded and enabled" \
		klp load "$scratch/unknown_key.ko"
	check "the patch is reverted" klp revert "$PATCH"
	check "a signature that is cut off is found" finds "error: signature: its signature is cut off" \
		klp verify "$scratch/cut_signature.ko"
	check "and refused by the kernel, which demands none" refused "Bad message" \
		insmod "$scratch/cut_signature.ko"
}

skip_some() { # NUMBER WHAT WHY
	local left
	for ((left = $1; left > 0; left--)); do
		skip "$2" "$3"
	done
}

expired_loads() {
	says "loaded and enabled" klp load "$scratch/expired.ko" &&
		grep -q "klp: warning: patch '$PATCH': it was meant to be used until 2000-12-31" "$scratch/stderr"
}

begin $((27 + KPROBE_CHECKS + PROGRAM_CHECKS + PROTOTYPE_CHECKS + SIGNATURE_CHECKS))
check "patches are made with one thing wrong each" make_patches
check "without its module the patch is checked in part" says \
	"unknown: object: object 'test_target': it is not loaded: checked when it comes" klp verify "$GOOD"
check "the module to be patched loads" load_module test_target
remember_loaded

check "nothing is wrong with a good patch" says "$PATCH: 0 errors, 0 warnings, " klp verify "$GOOD"
check "its functions in the kernel are there" says "ok: function: object 'vmlinux': 1 of 1" klp verify "$GOOD"
check "and those in the module" says "ok: function: object 'test_target': 1 of 1" klp verify "$GOOD"
check "they can be redirected" says "ok: traceable: object 'test_target': 1 of 1" klp verify "$GOOD"
check "nobody else hooks them" says "ok: users: object 'vmlinux': 1 of 1" klp verify "$GOOD"
check "it was built as the kernel's own modules were" says "ok: vermagic: " klp verify "$GOOD"
check "it is for this release" says "ok: build: object 'vmlinux': its release is the one" klp verify "$GOOD"
check "the same as JSON" says '"check": "traceable"' klp verify --json "$GOOD"
check "without root less can be looked at, which is said" says "unknown: traceable: " as_nobody klp verify "$GOOD"

check "a function that is not there" finds \
	"error: function: object 'vmlinux': function 'cmdline_proc_shox': there is no such function" klp verify "$scratch/missing.ko"
check "one that is there twice" finds \
	"error: function: object 'test_target': function 'target_twin': 2 functions have that name" klp verify "$scratch/twin.ko"
check "one that cannot be redirected" finds \
	"error: traceable: object 'test_target': function 'target_notrace': it cannot be redirected" klp verify "$scratch/untraceable.ko"
check "another release" finds "error: build: object 'vmlinux': its release is $(uname -r), and " klp verify "$scratch/other_release.ko"
check "another kernel" finds "error: kernel: " klp verify "$scratch/other_kernel.ko"
check "one that has expired is doubtful" says "warning: expiry: it was meant to be used until 2000-12-31" klp verify "$scratch/expired.ko"
check "a damaged file" complains 1 "cannot verify" klp verify "$scratch/truncated.ko"

if [[ -e $TRACING/kprobe_events ]]; then
	kprobe
else
	skip_some $KPROBE_CHECKS "a kprobe in the function" "this kernel sets none from user space"
fi
if takes_program; then
	program
else
	skip_some $PROGRAM_CHECKS "a BPF program on the function" "this kernel has no BPF trampolines"
fi
if [[ -e /sys/kernel/btf/vmlinux ]]; then
	prototype
else
	skip_some $PROTOTYPE_CHECKS "prototypes" "this kernel has no BTF"
fi
signed=$(own_signed_module)
if [[ -n $signed && $(cat "$SIG_ENFORCE" 2>/dev/null) == N ]]; then
	signature "$signed"
else
	skip_some $SIGNATURE_CHECKS "signatures" "this kernel has no signed modules here, or takes no others"
fi

check "a kprobe that may redirect is set" load_module test_kprobe function=target_version
check "that is an error, by name" finds \
	"error: users: object 'test_target': function 'target_version': something else redirects it already" klp verify "$GOOD"
check "it is removed" unload_module test_kprobe

check "klp load refuses what is wrong" complains 1 \
	"patch '$PATCH': object 'vmlinux': function 'cmdline_proc_shox': there is no such function" klp load "$scratch/missing.ko"
check "and has left nothing behind" as_if_never_tried
check "klp load warns of what is doubtful" expired_loads
check "the patch is reverted" klp revert "$PATCH"
finish
