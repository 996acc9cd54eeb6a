// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cumulative patches: one that replaces those that are applied, in one
 * transition.
 *
 * A function that a replaced patch changes and the new one does not gets a nop
 * entry in the new patch: a redirect to where the call was going anyway, the
 * original. So every function of a replaced patch is decided by the transition,
 * and once all tasks are in the new patch's universe no call can reach a replaced
 * patch: its redirects go, and then the nops, which have nothing left to cover.
 *
 * Nops, and the objects of which the new patch has nothing else, are allocated
 * here. Their kobjects free them, see sysfs.c. suture_mutex guards all.
 */
#include "log.h"

#include <linux/module.h>
#include <linux/slab.h>

#include "core.h"
#include "redirect.h"
#include "replace.h"
#include "sysfs.h"

/* Taken out of their patches, with the last reference still to be put. */
static LIST_HEAD(discarded_funcs);
static LIST_HEAD(discarded_objects);

/**
 * replace_takes() - does a patch replace another one?
 * @patch: the new one, in suture_patches or about to be added
 * @old:   in suture_patches
 *
 * Only what was there before it: a patch that stands on a cumulative one stays
 * when the disabling of the latter is reversed.
 */
bool replace_takes(const struct klp_patch *patch, const struct klp_patch *old)
{
	const struct klp_patch *p;

	if (!patch->replace)
		return false;
	list_for_each_entry(p, &suture_patches, list) {
		if (p == patch)
			return false;
		if (p == old)
			return true;
	}
	return false;
}

/* Nops. */

static struct klp_object *find_object(struct klp_patch *patch, const char *name)
{
	struct klp_object *obj;

	klp_for_each_object(patch, obj)
		if (name ? obj->name && !strcmp(obj->name, name) : !obj->name)
			return obj;
	return NULL;
}

/* A sympos of 0 says that there is one symbol of the name: the first. */
static bool is_same_function(const struct klp_func *a, const struct klp_func *b)
{
	return !strcmp(a->old_name, b->old_name) &&
	       max(a->old_sympos, 1UL) == max(b->old_sympos, 1UL);
}

static bool has_function(struct klp_object *obj, const struct klp_func *wanted)
{
	struct klp_func *func;

	klp_for_each_func(obj, func)
		if (is_same_function(func, wanted))
			return true;
	return false;
}

static struct klp_object *add_object(struct klp_patch *patch, const char *name)
{
	struct klp_object *obj = kzalloc(sizeof(*obj), GFP_KERNEL);

	if (!obj)
		return NULL;
	if (name) {
		obj->name = kstrdup(name, GFP_KERNEL);
		if (!obj->name) {
			kfree(obj);
			return NULL;
		}
	}
	obj->dynamic = true;
	patch_init_object(patch, obj);
	return obj;
}

static int add_nop(struct klp_object *obj, const struct klp_func *old)
{
	struct klp_func *func = kzalloc(sizeof(*func), GFP_KERNEL);

	if (!func)
		return -ENOMEM;
	func->old_name = kstrdup(old->old_name, GFP_KERNEL);
	if (!func->old_name) {
		kfree(func);
		return -ENOMEM;
	}
	func->old_sympos = old->old_sympos;
	func->nop = true;
	patch_init_func(obj, func);
	return 0;
}

static int add_object_nops(struct klp_patch *patch, struct klp_object *old_obj)
{
	struct klp_object *obj = find_object(patch, old_obj->name);
	struct klp_func *old;
	int ret;

	if (!obj)
		obj = add_object(patch, old_obj->name);
	if (!obj)
		return -ENOMEM;
	klp_for_each_func(old_obj, old) {
		if (has_function(obj, old))
			continue;
		ret = add_nop(obj, old);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * replace_add_nops() - let a patch decide on all functions of those it replaces
 * @patch: initialised, not in sysfs yet
 *
 * Return: 0 or -ENOMEM; what was added goes with the patch.
 */
int replace_add_nops(struct klp_patch *patch)
{
	struct klp_patch *old;
	struct klp_object *obj;
	int ret;

	list_for_each_entry(old, &suture_patches, list) {
		if (!replace_takes(patch, old))
			continue;
		klp_for_each_object(old, obj) {
			ret = add_object_nops(patch, obj);
			if (ret)
				return ret;
		}
	}
	return 0;
}

/*
 * Not under suture_mutex: a directory goes only when nobody reads its files, and
 * readers may wait for the mutex.
 */
static void discard_work_fn(struct work_struct *work)
{
	struct klp_object *obj, *tmp_obj;
	struct klp_func *func, *tmp_func;
	LIST_HEAD(funcs);
	LIST_HEAD(objects);

	mutex_lock(&suture_mutex);
	list_splice_init(&discarded_funcs, &funcs);
	list_splice_init(&discarded_objects, &objects);
	mutex_unlock(&suture_mutex);

	list_for_each_entry_safe(func, tmp_func, &funcs, node)
		kobject_put(&func->kobj);
	list_for_each_entry_safe(obj, tmp_obj, &objects, node)
		kobject_put(&obj->kobj);
}

static DECLARE_WORK(discard_work, discard_work_fn);

static void discard_nops(struct klp_patch *patch)
{
	struct klp_object *obj, *tmp_obj;
	struct klp_func *func, *tmp_func;

	klp_for_each_object_safe(patch, obj, tmp_obj) {
		klp_for_each_func_safe(obj, func, tmp_func)
			if (func->nop)
				list_move(&func->node, &discarded_funcs);
		if (obj->dynamic)
			list_move(&obj->node, &discarded_objects);
	}
	queue_work(suture_wq, &discard_work);
}

/* Completion. */

/**
 * replace_unpatch() - take the replaced patches and the nops off their functions
 * @patch: in transition; every task is in its universe, or was forced there
 *
 * Handlers may still use what is removed: follow with transition_synchronize()
 * and redirect_reap().
 */
void replace_unpatch(struct klp_patch *patch)
{
	struct klp_patch *old;

	list_for_each_entry(old, &suture_patches, list) {
		if (!replace_takes(patch, old))
			continue;
		old->enabled = false;
		redirect_remove(old, NULL);
	}
	/*
	 * Only now. Without its nop a function would, for a moment, go to the
	 * replaced patch again.
	 */
	redirect_remove_nops(patch);
	discard_nops(patch);
}

/**
 * replace_release() - let go of the patches that one has replaced
 * @patch: its transition is complete
 */
void replace_release(struct klp_patch *patch)
{
	struct klp_patch *old, *tmp;

	list_for_each_entry_safe(old, tmp, &suture_patches, list)
		if (replace_takes(patch, old))
			patch_free_async(old);
}
