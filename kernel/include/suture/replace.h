/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replace sets: whose cumulative patch takes the place of whose.
 *
 *	#include <suture/replace.h>
 *
 *	SUTURE_REPLACE_SET("example.org/kernel-fixes");
 *
 * once in a patch, at file scope. A patch of a set that has klp_patch.replace
 * replaces the patches of that set, and leaves those of others and of none
 * alone. So two suppliers, each with cumulative patches, do not remove each
 * other's.
 *
 * Patches of different sets may not change the same function: neither knows what
 * the other has done to it. The one that comes second is refused, and the log
 * names both patches and the function.
 *
 * Without this a patch does as in mainline: with .replace it replaces all that
 * are applied, whatever their set, and otherwise it stands on top of them.
 */
#ifndef SUTURE_REPLACE_API_H
#define SUTURE_REPLACE_API_H

#include <suture/record.h>

/**
 * struct suture_replace_set - the set that a patch belongs to
 * @record: the head
 * @name:   of the set; patches with the same name are of the same set
 */
struct suture_replace_set {
	struct suture_record record;
	const char *name;
};

#define SUTURE_REPLACE_SET(set_name)                                           \
	SUTURE_RECORD(suture_replace_set, SUTURE_RECORD_REPLACE_SET,           \
		      replace_set, .name = set_name)

#endif /* SUTURE_REPLACE_API_H */
