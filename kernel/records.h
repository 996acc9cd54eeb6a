/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_RECORDS_H
#define SUTURE_RECORDS_H

#include <suture/record.h>

struct klp_patch;

/**
 * struct records - what a patch says to Suture beyond mainline's structures
 * @list:  pointers into the patch's module
 * @marks: a bit for each, for whom its kind belongs to
 * @count: of them
 */
struct records {
	const struct suture_record **list;
	unsigned long *marks;
	unsigned int count;
};

int records_read(struct klp_patch *patch);
void records_free(struct klp_patch *patch);
const void *records_next(const struct records *records, unsigned int *i,
			 enum suture_record_kind kind);

#endif /* SUTURE_RECORDS_H */
