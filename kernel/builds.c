// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Builds: a patch is made for one build of the objects that it changes, and may
 * say so (SUTURE_PATCH_OBJECT_* in <suture/metadata.h>). Then it is never applied
 * to another one of the same name.
 *
 * What it says is in ELF notes in its own read-only data, and there the build-id
 * of a module is, too: both are looked for by their headers, since the kernel
 * keeps no list of a module's sections, and a module that is just loading has no
 * notes in sysfs yet. What is found wrongly cannot be taken for the build-id that
 * is looked for, as that is a hash of the whole file.
 *
 * Nothing is kept here. suture_mutex keeps modules from going.
 */
#include "log.h"

#include <linux/kernel.h>
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/utsname.h>

#include <suture/metadata.h>

#include "builds.h"
#include "core.h"

/* Of the note; and as long as any that linkers make. */
enum { NOTE_GNU_BUILD_ID = 3, BUILD_ID_MAX = 32 };

struct memory {
	const void *start;
	size_t size;
};

/* The words of "object=OBJECT KIND ID"; the last one ends with a NUL. */
struct build {
	const char *object;
	size_t object_len;
	const char *kind;
	size_t kind_len;
	const char *id;
};

/*
 * Whether there is a note of that name and type, with a description of at most
 * @desc_max bytes. What is read need not be one: it may be the memory that KASAN
 * has between a module's constants, which nobody else should read.
 */
static __no_sanitize_address bool is_note(const struct elf32_note *note,
					  const char *name, u32 type,
					  size_t desc_max)
{
	const char *found = (const char *)(note + 1);
	const size_t name_size = strlen(name) + 1;
	size_t i;

	if (note->n_namesz != name_size || note->n_type != type ||
	    note->n_descsz > desc_max)
		return false;
	for (i = 0; i < name_size; i++)
		if (found[i] != name[i])
			return false;
	return true;
}

/*
 * The first note in @mem of that name and type, or NULL. What follows it is put
 * into @mem, to go on with.
 */
static const void *next_note(struct memory *mem, const char *name, u32 type,
			     size_t *desc_size)
{
	const size_t head = sizeof(struct elf32_note) +
			    ALIGN(strlen(name) + 1, 4);
	const struct elf32_note *note;

	for (; mem->size >= head; mem->start += 4, mem->size -= 4) {
		note = mem->start;
		if (!is_note(note, name, type, mem->size - head))
			continue;
		mem->start += head;
		mem->size -= head;
		*desc_size = note->n_descsz;
		return (const void *)note + head;
	}
	return NULL;
}

static bool build_parse(const char *field, size_t size, struct build *build)
{
	static const char key[] = "object=";
	const size_t key_len = sizeof(key) - 1;

	if (strnlen(field, size) == size || strncmp(field, key, key_len))
		return false;
	build->object = field + key_len;
	build->object_len = strcspn(build->object, " ");
	build->kind = build->object + build->object_len;
	build->kind += *build->kind == ' ';
	build->kind_len = strcspn(build->kind, " ");
	build->id = build->kind + build->kind_len;
	build->id += *build->id == ' ';
	return true;
}

static bool word_is(const char *word, size_t len, const char *wanted)
{
	return strlen(wanted) == len && !memcmp(word, wanted, len);
}

static bool next_build(struct memory *mem, struct build *build)
{
	const char *field;
	size_t size;

	while ((field = next_note(mem, SUTURE_NOTE_NAME, SUTURE_NOTE_FIELD,
				  &size)))
		if (build_parse(field, size, build))
			return true;
	return false;
}

static struct memory module_memory(const struct module *mod)
{
	struct memory mem;
	unsigned long start;

	compat_module_rodata(mod, &start, &mem.size);
	mem.start = (const void *)start;
	return mem;
}

/*
 * The kernel's own notes, as /sys/kernel/notes has them: on kernels without
 * symbols of data nothing else leads there. For kfree(); NULL in .start: there
 * are none, or no memory.
 */
static struct memory kernel_notes(void)
{
	struct memory mem = { NULL, 0 };
	struct kernfs_node *node;
	struct bin_attribute *notes;
	void *copy;

	node = kernfs_find_and_get(kernel_kobj->sd, "notes");
	if (!node)
		return mem;
	notes = node->priv;
	copy = kmalloc(notes->size, GFP_KERNEL);
	if (copy && notes->read(NULL, kernel_kobj, notes, copy, 0,
				notes->size) == notes->size) {
		mem.start = copy;
		mem.size = notes->size;
	} else {
		kfree(copy);
	}
	kernfs_put(node);
	return mem;
}

/*
 * @found: set to a build-id that is there: the wanted one, else the first, else ""
 */
static void find_build_id(struct memory mem, const char *wanted,
			  char found[2 * BUILD_ID_MAX + 1])
{
	char id[2 * BUILD_ID_MAX + 1];
	const void *desc;
	size_t size;

	*found = '\0';
	while ((desc = next_note(&mem, "GNU", NOTE_GNU_BUILD_ID, &size))) {
		if (size > BUILD_ID_MAX)
			continue;
		*bin2hex(id, desc, size) = '\0';
		if (!*found || !strcasecmp(id, wanted))
			strscpy(found, id, sizeof(id));
		if (!strcasecmp(id, wanted))
			return;
	}
}

static void build_id_of(const struct module *mod, const char *wanted,
			char found[2 * BUILD_ID_MAX + 1])
{
	struct memory mem = mod ? module_memory(mod) : kernel_notes();

	find_build_id(mem, wanted, found);
	if (!mod)
		kfree(mem.start);
}

static int build_check(struct klp_patch *patch, const struct build *build,
		       const struct module *mod)
{
	const char *name = mod ? mod->name : "vmlinux";
	char build_id[2 * BUILD_ID_MAX + 1];
	const char *found;

	if (word_is(build->kind, build->kind_len, "build-id")) {
		build_id_of(mod, build->id, build_id);
		found = build_id;
	} else if (mod && word_is(build->kind, build->kind_len, "srcversion")) {
		found = mod->srcversion ? mod->srcversion : "";
	} else if (!mod && word_is(build->kind, build->kind_len, "release")) {
		found = init_utsname()->release;
	} else {
		patch_err(patch,
			  "object '%s': is told from its other builds by '%s', which this Suture does not know; use a build-id",
			  name, build->kind);
		return -EINVAL;
	}
	if (*found && !strcasecmp(found, build->id))
		return 0;
	patch_err(patch,
		  "object '%s': is not the build that the patch was made for: its %.*s is %s, not %s; get the patch for this build",
		  name, (int)build->kind_len, build->kind,
		  *found ? found : "unknown", build->id);
	return -ENOEXEC;
}

/**
 * builds_check() - is an object the build that a patch was made for?
 * @patch: the patch
 * @mod:   the module, kept from going by suture_mutex; NULL for vmlinux
 *
 * Context: process context, suture_mutex held.
 * Return: 0: it is, or the patch does not say; -ENOEXEC: it is another one;
 * -EINVAL: the patch says it in an unknown way. The log has the reason.
 */
int builds_check(struct klp_patch *patch, const struct module *mod)
{
	struct memory mem = module_memory(patch->mod);
	struct build build;
	int ret;

	while (next_build(&mem, &build)) {
		if (!word_is(build.object, build.object_len,
			     mod ? mod->name : "vmlinux"))
			continue;
		ret = build_check(patch, &build, mod);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * builds_check_names() - is each object of which a patch names the build its own?
 * @patch: the patch
 *
 * Return: 0; -EINVAL: one is not, and the log says which.
 */
int builds_check_names(struct klp_patch *patch)
{
	struct memory mem = module_memory(patch->mod);
	struct klp_object *obj;
	struct build build;
	bool found;

	while (next_build(&mem, &build)) {
		found = word_is(build.object, build.object_len, "vmlinux");
		klp_for_each_object(patch, obj)
			found = found ||
				word_is(build.object, build.object_len,
					object_name(obj));
		if (!found) {
			patch_err(patch,
				  "object '%.*s': the patch names the build that it is for, but has no such object; correct the name",
				  (int)build.object_len, build.object);
			return -EINVAL;
		}
	}
	return 0;
}
