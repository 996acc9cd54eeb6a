// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records of a patch: what it says to Suture beyond mainline's structures.
 *
 * They are read once, when the patch loads, since they are found by symbols that
 * go when the module's init function ends. The list of them is in struct
 * suture_patch and lives as long; the records are the patch's own memory.
 * suture_mutex.
 */
#include "log.h"

#include <linux/bitmap.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/slab.h>

#include <suture/replace.h>
#include <suture/states.h>
#include <suture/symbols.h>

#include "core.h"
#include "records.h"
#include "symbols.h"

static int count_one(void *data, unsigned long addr)
{
	struct records *records = data;

	records->count++;
	return 0;
}

struct take_args {
	struct records *records;
	unsigned int room;
};

static int take_one(void *data, unsigned long addr)
{
	struct take_args *args = data;
	struct records *records = args->records;

	if (records->count < args->room)
		records->list[records->count++] = (void *)addr;
	return 0;
}

/* By kind. Records only ever grow at their end. */
static const u32 record_sizes[] = {
	[SUTURE_RECORD_SYMBOL] = sizeof(struct suture_symbol),
	[SUTURE_RECORD_REPLACE_SET] = sizeof(struct suture_replace_set),
	[SUTURE_RECORD_STATE] = sizeof(struct suture_state),
};

/* Whether a name is there and may be one: @size counts the NUL that ends it. */
static bool is_name(const char *name, size_t size)
{
	return name && *name && strnlen(name, size) < size;
}

/* What is wrong with what a symbol's record says, NULL: nothing. */
static const char *symbol_flaw(const struct suture_symbol *symbol)
{
	if (!is_name(symbol->object, MODULE_NAME_LEN) ||
	    !is_name(symbol->name, KSYM_NAME_LEN))
		return "declares a symbol without a name, or with one that is too long; see <suture/symbols.h>";
	if (!symbol->address)
		return "declares a symbol without a place for its address; see <suture/symbols.h>";
	return NULL;
}

static const char *record_flaw(const struct suture_record *record)
{
	if (record->kind == SUTURE_RECORD_SYMBOL)
		return symbol_flaw(container_of(record, struct suture_symbol,
						record));
	if (record->kind == SUTURE_RECORD_REPLACE_SET &&
	    !is_name(container_of(record, struct suture_replace_set, record)->name,
		     KSYM_NAME_LEN))
		return "declares a replace set without a name, or with one that is too long; see <suture/replace.h>";
	return NULL;
}

static int record_check(struct klp_patch *patch,
			const struct suture_record *record)
{
	const char *flaw;

	if (record->kind >= ARRAY_SIZE(record_sizes) ||
	    record_sizes[record->kind] != record->size) {
		patch_err(patch,
			  "has a record of kind %u with %u bytes, which this Suture does not know; build the patch with the headers of the Suture that is loaded",
			  record->kind, record->size);
		return -EINVAL;
	}
	flaw = record_flaw(record);
	if (flaw) {
		patch_err(patch, "%s", flaw);
		return -EINVAL;
	}
	return 0;
}

/* A patch is in one replace set; each of its source files may say in which. */
static int replace_set_check(struct klp_patch *patch)
{
	const struct records *records = &patch->suture->records;
	const struct suture_replace_set *set, *other;
	unsigned int i = 0;

	set = records_next(records, &i, SUTURE_RECORD_REPLACE_SET);
	while ((other = records_next(records, &i, SUTURE_RECORD_REPLACE_SET))) {
		if (!strcmp(other->name, set->name))
			continue;
		patch_err(patch,
			  "declares two replace sets, '%s' and '%s'; leave one",
			  set->name, other->name);
		return -EINVAL;
	}
	return 0;
}

/**
 * records_read() - find the records of a patch
 * @patch: whose ->suture->records is empty
 *
 * Context: process context, suture_mutex held.
 * Return: 0; -EINVAL: they cannot be read, as the log says; -ENOMEM.
 */
int records_read(struct klp_patch *patch)
{
	struct records *records = &patch->suture->records;
	struct take_args args = { .records = records };
	unsigned int i;
	int ret;

	if (!symbols_all_visible(patch->mod)) {
		if (!symbols_has(patch->mod, SUTURE_RECORD_MARKER))
			return 0;
		patch_err(patch,
			  "its records for Suture can be read only while its module's init function runs; call klp_enable_patch() from there");
		return -EINVAL;
	}
	symbols_each_prefixed(patch->mod, SUTURE_RECORD_PREFIX, count_one,
			      records);
	args.room = records->count;
	records->count = 0;
	if (!args.room)
		return 0;
	records->list = kcalloc(args.room, sizeof(*records->list), GFP_KERNEL);
	records->marks = bitmap_zalloc(args.room, GFP_KERNEL);
	if (!records->list || !records->marks)
		return -ENOMEM;
	symbols_each_prefixed(patch->mod, SUTURE_RECORD_PREFIX, take_one,
			      &args);
	for (i = 0; i < records->count; i++) {
		ret = record_check(patch, records->list[i]);
		if (ret)
			return ret;
	}
	return replace_set_check(patch);
}

/**
 * records_next() - go through the records of a kind
 * @records: of a patch
 * @i:       where to go on; starts as 0, moved past the one that is returned
 * @kind:    which ones
 *
 * Return: the whole record, of the type that belongs to @kind; NULL at the end.
 */
const void *records_next(const struct records *records, unsigned int *i,
			 enum suture_record_kind kind)
{
	while (*i < records->count) {
		const struct suture_record *record = records->list[(*i)++];

		/* It is the first member of each kind. */
		if (record->kind == kind)
			return record;
	}
	return NULL;
}

/**
 * records_free() - forget the records of a patch; the list may be empty
 */
void records_free(struct klp_patch *patch)
{
	kfree(patch->suture->records.list);
	bitmap_free(patch->suture->records.marks);
	memset(&patch->suture->records, 0, sizeof(patch->suture->records));
}
