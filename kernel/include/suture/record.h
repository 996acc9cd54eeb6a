/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a patch says to Suture beyond mainline's structures, which have no room
 * for it: records, static objects that the macros in the other headers of this
 * folder make. Not to be used directly.
 *
 * The runtime finds them in the symbol table of the patch's module, by their
 * names, which start with suture_record_. That table has symbols of data only
 * while the module's init function runs; a patch that has records must call
 * klp_enable_patch() from there.
 */
#ifndef SUTURE_RECORD_H
#define SUTURE_RECORD_H

#include <linux/compiler.h>
#include <linux/stringify.h>
#include <linux/types.h>

#define SUTURE_RECORD_PREFIX	"suture_record_"
#define SUTURE_RECORD_MARKER	"suture_has_records"

enum suture_record_kind {
	SUTURE_RECORD_SYMBOL = 1,
	SUTURE_RECORD_REPLACE_SET = 2,
	SUTURE_RECORD_STATE = 3,
};

/**
 * struct suture_record - what every record starts with
 * @size: of the whole record, in bytes; tells a newer layout from an older one
 * @kind: enum suture_record_kind
 */
struct suture_record {
	u32 size;
	u32 kind;
};

/*
 * Functions stay in the symbol table for good: this one says that there are
 * records when they can no longer be seen.
 */
static void __used suture_has_records(void)
{
}

#define SUTURE_RECORD(type, record_kind, id, ...)                              \
	static const struct type __used suture_record_##id = {                 \
		.record = { .size = sizeof(struct type), .kind = record_kind }, \
		__VA_ARGS__                                                    \
	}

#endif /* SUTURE_RECORD_H */
