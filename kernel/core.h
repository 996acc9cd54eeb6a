/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_CORE_H
#define SUTURE_CORE_H

#include <linux/completion.h>
#include <linux/livepatch.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "records.h"

/*
 * Guards all patches, sites, transitions and what hangs on them. Outermost of
 * Suture's locks; taken inside the module notifier chain. Under it we take
 * ftrace's and the CPU hotplug lock, so neither may be held when it is taken.
 */
extern struct mutex suture_mutex;

/* All patches with a directory in sysfs, oldest first. Under suture_mutex. */
extern struct list_head suture_patches;

/* Retries of transitions, and patches to be let go; drained when we go. */
extern struct workqueue_struct *suture_wq;

/*
 * No part of the version of what patches import: they hold a pointer to it only.
 */
#ifndef __GENKSYMS__
/**
 * struct suture_patch - what Suture keeps of a patch beside mainline's fields
 * @patch:     the patch, whose ->suture leads here
 * @free_work: lets go of it, see patch_free_async()
 * @deadline_ms: how long its transitions may take before they are reversed; 0:
 *	       no limit. The one that runs has its own, see patience.c
 * @finish:    completed when nobody uses its directory in sysfs any more
 * @overridden: a transition of it was forced over tasks, see force.c
 * @records:   what its author declared beside mainline's structures
 *
 * From patch_load(), before anything of the patch can be found, until its
 * directory has gone. Under suture_mutex.
 */
struct suture_patch {
	struct klp_patch *patch;
	unsigned int deadline_ms;
	struct work_struct free_work;
	struct completion finish;
	bool overridden;
	struct records records;
};
#endif

static inline bool object_is_vmlinux(const struct klp_object *obj)
{
	return !obj->name;
}

static inline bool object_is_loaded(const struct klp_object *obj)
{
	return object_is_vmlinux(obj) || obj->mod;
}

static inline const char *object_name(const struct klp_object *obj)
{
	return obj->name ? obj->name : "vmlinux";
}

/* Which of the symbols of its name. 0 says that there is one: the first. */
static inline unsigned long func_position(const struct klp_func *func)
{
	return func->old_sympos ? func->old_sympos : 1;
}

int suture_lock_urgent(void);
void suture_unlock_urgent(int nice);

int object_resolve(struct klp_patch *patch, struct klp_object *obj);

void patch_init_object(struct klp_patch *patch, struct klp_object *obj);
void patch_init_func(struct klp_object *obj, struct klp_func *func);

int object_pre_patch(struct klp_object *obj);
void object_post_patch(struct klp_object *obj);
void object_pre_unpatch(struct klp_object *obj);
void object_post_unpatch(struct klp_object *obj);

int patch_set_enabled(struct klp_patch *patch, bool enabled);
void patch_free_async(struct klp_patch *patch);
void patch_take_back(struct module *mod);

#endif /* SUTURE_CORE_H */
