// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cumulative patches: one that replaces those that are applied, or those of its
 * replace set, in one transition.
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

#include <suture/replace.h>

#include "core.h"
#include "records.h"
#include "redirect.h"
#include "replace.h"
#include "sysfs.h"

/* Taken out of their patches, with the last reference still to be put. */
static LIST_HEAD(discarded_funcs);
static LIST_HEAD(discarded_objects);

/* The set that a patch has declared, or NULL; see suture/replace.h. */
static const char *set_of(const struct klp_patch *patch)
{
	const struct suture_replace_set *set;
	unsigned int i = 0;

	set = records_next(&patch->suture->records, &i,
			   SUTURE_RECORD_REPLACE_SET);
	return set ? set->name : NULL;
}

static bool is_of_set(const struct klp_patch *patch, const char *set)
{
	const char *own = set_of(patch);

	return own && !strcmp(own, set);
}

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
	const char *set = set_of(patch);
	const struct klp_patch *p;

	if (!patch->replace || (set && !is_of_set(old, set)))
		return false;
	list_for_each_entry(p, &suture_patches, list) {
		if (p == patch)
			return false;
		if (p == old)
			return true;
	}
	return false;
}

static struct klp_object *find_object(struct klp_patch *patch, const char *name)
{
	struct klp_object *obj;

	klp_for_each_object(patch, obj)
		if (name ? obj->name && !strcmp(obj->name, name) : !obj->name)
			return obj;
	return NULL;
}

static bool is_same_function(const struct klp_func *a, const struct klp_func *b)
{
	return !strcmp(a->old_name, b->old_name) &&
	       func_position(a) == func_position(b);
}

static bool has_function(struct klp_object *obj, const struct klp_func *wanted)
{
	struct klp_func *func;

	klp_for_each_func(obj, func)
		if (is_same_function(func, wanted))
			return true;
	return false;
}

/* Refused, if both change a function: see suture/replace.h. */
static int check_conflict(struct klp_patch *patch, struct klp_patch *other)
{
	struct klp_object *obj, *theirs;
	struct klp_func *func;

	klp_for_each_object(patch, obj) {
		theirs = find_object(other, obj->name);
		if (!theirs)
			continue;
		klp_for_each_func(obj, func) {
			if (!has_function(theirs, func))
				continue;
			func_err(patch, obj, func,
				 "patch '%s' of replace set '%s' changes it, and this patch is of set '%s'; revert that patch, or have its supplier bring both changes",
				 other->mod->name, set_of(other), set_of(patch));
			return -EBUSY;
		}
	}
	return 0;
}

/**
 * replace_check() - may a patch be applied beside those of other replace sets?
 * @patch: initialised, its records read, without nops
 *
 * Return: 0 or -EBUSY: a function is another set's, which the log names.
 */
int replace_check(struct klp_patch *patch)
{
	const char *set = set_of(patch);
	struct klp_patch *other;
	int ret;

	if (!set)
		return 0;
	list_for_each_entry(other, &suture_patches, list) {
		if (!set_of(other) || is_of_set(other, set))
			continue;
		ret = check_conflict(patch, other);
		if (ret)
			return ret;
	}
	return 0;
}

/* Nops. */

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

/* An installed patch that changes the function, too, and is not replaced. */
static struct klp_patch *other_owner(const struct klp_patch *patch,
				     const char *name,
				     const struct klp_func *func)
{
	struct klp_patch *other;
	struct klp_object *obj;

	list_for_each_entry(other, &suture_patches, list) {
		if (replace_takes(patch, other))
			continue;
		obj = find_object(other, name);
		if (obj && has_function(obj, func))
			return other;
	}
	return NULL;
}

static int add_object_nops(struct klp_patch *patch, struct klp_object *old_obj)
{
	struct klp_object *obj = find_object(patch, old_obj->name);
	struct klp_patch *other;
	struct klp_func *old;
	int ret;

	if (!obj)
		obj = add_object(patch, old_obj->name);
	if (!obj)
		return -ENOMEM;
	klp_for_each_func(old_obj, old) {
		if (has_function(obj, old))
			continue;
		/* A nop would lead past that patch, to the original. */
		other = other_owner(patch, obj->name, old);
		if (other) {
			func_err(patch, obj, old,
				 "goes back to the original, but patch '%s', which is not replaced, changes it; revert that patch first",
				 other->mod->name);
			return -EBUSY;
		}
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
 * Return: 0; -EBUSY: a patch that stays has one of them, as the log says; or
 * -ENOMEM. What was added goes with the patch.
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
			if (ret == -ENOMEM)
				patch_err(patch, "out of memory while loading it");
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
 * Handlers may still use what is removed: follow with synchronize_handlers()
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
