# Folders with live patches, made ready to be built against Suture.
# shellcheck shell=bash disable=SC2154 # see lib.sh

link() {
	"$project/scripts/link-patch" "$@"
}

# patch_sources DIR: with a makefile of its own in each of two folders, and what a build left there.
patch_sources() {
	mkdir -p "$1/more"
	touch "$1"/{fix.c,fix.h,fix.mod.c,fix.o,Makefile} "$1"/more/{other.c,Kbuild}
}

test_sources_become_links_and_what_was_built_stays_behind() {
	patch_sources patch
	link patch out
	[[ out/fix.c -ef patch/fix.c && out/fix.h -ef patch/fix.h && out/more/other.c -ef patch/more/other.c ]]
	[[ ! -e out/fix.mod.c && ! -e out/fix.o ]]
}

test_each_makefile_gets_the_include_in_front() {
	patch_sources patch
	link patch out
	[[ out/Makefile -ef patch/Makefile && out/more/Kbuild.patch -ef patch/more/Kbuild ]]
	diff - out/Kbuild <<-END
		# Made by link-patch.
		SUTURE := $project
		include \$(SUTURE)/kernel/livepatch.mk
		include \$(src)/Makefile
	END
	contains out/more/Kbuild "SUTURE := $project"
	contains out/more/Kbuild "include \$(src)/Kbuild.patch"
	[[ ! -s patch/Makefile && ! -s patch/more/Kbuild ]]
}

test_again_removes_what_is_gone_and_keeps_what_was_built() {
	patch_sources patch
	link patch out
	touch out/fix.o
	rm patch/fix.h
	link patch out
	[[ ! -L out/fix.h && -e out/fix.o ]]
}

test_no_module_of_an_earlier_build_is_left() {
	patch_sources patch
	link patch out
	touch out/renamed.{o,ko} out/more/gone.ko
	link patch out
	[[ ! -e out/renamed.ko && ! -e out/more/gone.ko && -e out/renamed.o ]]
}

test_another_folder_of_the_same_name_starts_afresh() {
	patch_sources one/patch
	patch_sources two/patch
	link one/patch out
	touch out/fix.o
	link two/patch out
	[[ ! -e out/fix.o && out/fix.c -ef two/patch/fix.c ]]
}

test_a_folder_that_is_no_patch_is_refused() {
	refused link absent out
	contains output "no folder 'absent'"
	refused link '' out
	contains output "no folder ''"
	mkdir empty
	refused link empty out
	contains output 'neither a Kbuild file nor a Makefile'
	[[ ! -e out ]]
}

test_links_never_go_into_the_sources() {
	patch_sources patch
	refused link patch patch/out
	contains output 'lies in patch itself'
	[[ ! -e patch/out ]]
}
