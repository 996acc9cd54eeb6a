/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a live patch says about itself: which version it is, what it fixes, until
 * when it is meant to be used. It goes into ELF notes of the patch's module, so
 * that it can be read from the running kernel with the file long gone, in
 * /sys/module/NAME/notes/.note.Suture.
 *
 *	SUTURE_PATCH_VERSION("3");
 *	SUTURE_PATCH_DESCRIPTION("Hide the build details in /proc/version");
 *	SUTURE_PATCH_CVE("CVE-2026-1234", "7.8");
 *	SUTURE_PATCH_BUG("https://bugs.debian.org/1000000");
 *	SUTURE_PATCH_EXPIRES("2027-06-30");
 *
 * The first of a series may change nothing at all, so that machines have a version to
 * come from and to go back to; it says so with SUTURE_PATCH_INITIAL.
 *
 * Nothing of Suture's runtime is needed: a patch for the kernel's own livepatch
 * can include this too. All are optional; at most one on a line of the source.
 *
 * The section .note.Suture is a sequence of ELF notes in the byte order of the
 * machine, each aligned to 4 bytes:
 *
 *	u32 size of the name, 7
 *	u32 size of the field, its NUL included
 *	u32 type, 0x53550001
 *	"Suture", a NUL, padding to 4 bytes
 *	"KEY=VALUE", a NUL, padding to 4 bytes
 *
 * The fields come in no particular order. A reader skips notes of other names and
 * types, and fields whose KEY it does not know; what would change the form of a
 * field gets another type. Keys:
 *
 *	version		once
 *	kernel		once: the release that it was built for
 *	description	once: a line for people
 *	expires		once: the last day, YYYY-MM-DD
 *	initial		once: "yes", if it changes nothing
 *	cve		any number: NAME, or NAME SCORE
 *	bug		any number: an address or a name that people can look up
 *	object		any number: OBJECT KIND ID, the one build of an object that the
 *			patch is for; KIND is build-id, or srcversion (modules), or
 *			release (vmlinux)
 *
 * Of all of them Suture's runtime looks at the last alone: it refuses a patch of an
 * object that is another build, and where the module loads after the patch, that
 * module.
 */
#ifndef SUTURE_METADATA_H
#define SUTURE_METADATA_H

#include <linux/elfnote.h>
#include <generated/utsrelease.h>

#define SUTURE_NOTE_NAME	"Suture"
#define SUTURE_NOTE_FIELD	0x53550001

/* Any field; KEY and VALUE are string literals. */
#define SUTURE_PATCH_INFO(key, value) \
	ELFNOTE32(SUTURE_NOTE_NAME, SUTURE_NOTE_FIELD, key "=" value)

/* The version of the patch, to which its kernel is added. */
#define SUTURE_PATCH_VERSION(version) \
	ELFNOTE(32, SUTURE_NOTE_NAME, SUTURE_NOTE_FIELD, "version=" version); \
	_ELFNOTE(32, SUTURE_NOTE_NAME, kernel, SUTURE_NOTE_FIELD, "kernel=" UTS_RELEASE)

#define SUTURE_PATCH_DESCRIPTION(line)	SUTURE_PATCH_INFO("description", line)

/* The last day on which it is meant to be used, "YYYY-MM-DD". */
#define SUTURE_PATCH_EXPIRES(day)	SUTURE_PATCH_INFO("expires", day)

/* It changes nothing, and is the first of its series. */
#define SUTURE_PATCH_INITIAL		SUTURE_PATCH_INFO("initial", "yes")

/* A vulnerability that it fixes, and its CVSS base score, such as "7.8". */
#define SUTURE_PATCH_CVE(name, score)	SUTURE_PATCH_INFO("cve", name " " score)

#define SUTURE_PATCH_BUG(reference)	SUTURE_PATCH_INFO("bug", reference)

/*
 * The one build of an object, a module or "vmlinux", that it is for: its GNU
 * build-id, in hexadecimal.
 */
#define SUTURE_PATCH_OBJECT_BUILD_ID(object, build_id) \
	SUTURE_PATCH_INFO("object", object " build-id " build_id)

/* The same, for one of the files that SUTURE_BUILDS names on make's command line. */
#define SUTURE_PATCH_OBJECT_BUILD(object) \
	SUTURE_PATCH_OBJECT_BUILD_ID(#object, SUTURE_BUILD_ID_##object)

/* By what a module's srcversion is, which many have not got. */
#define SUTURE_PATCH_OBJECT_SRCVERSION(module, srcversion) \
	SUTURE_PATCH_INFO("object", module " srcversion " srcversion)

/*
 * Only for kernels of the release that it is built for. With CONFIG_MODVERSIONS
 * the kernel itself takes modules of other releases, too.
 */
#define SUTURE_PATCH_SAME_RELEASE \
	SUTURE_PATCH_INFO("object", "vmlinux release " UTS_RELEASE)

#endif /* SUTURE_METADATA_H */
