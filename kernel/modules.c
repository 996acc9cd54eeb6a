// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Modules that come and go: patches find the modules that they change, and
 * modules that load are patched before their init function runs.
 *
 * A module is patched from our notifier's call for MODULE_STATE_COMING to that
 * for MODULE_STATE_GOING, which runs after its exit function. In between, while
 * suture_mutex is held, it cannot go: the notifier waits for the mutex. That is
 * what keeps obj->mod valid; no reference is held, so that a patch never keeps
 * a module from being unloaded.
 */
#include "log.h"

#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>

#include "core.h"
#include "imports.h"
#include "modules.h"
#include "redirect.h"
#include "symbols.h"
#include "synchronize.h"
#include "transition.h"

/*
 * Modules whose init has not finished, but that our notifier has seen: they are
 * to be patched like live ones. suture_mutex.
 */
struct coming {
	struct list_head node;
	const struct module *mod;
};

static LIST_HEAD(coming_modules);

static struct coming *coming_find(const struct module *mod)
{
	struct coming *coming;

	list_for_each_entry(coming, &coming_modules, node)
		if (coming->mod == mod)
			return coming;
	return NULL;
}

static void coming_remove(const struct module *mod)
{
	struct coming *coming = coming_find(mod);

	if (!coming)
		return;
	list_del(&coming->node);
	kfree(coming);
}

static int coming_add(const struct module *mod)
{
	struct coming *coming = kmalloc(sizeof(*coming), GFP_KERNEL);

	if (!coming)
		return -ENOMEM;
	coming->mod = mod;
	list_add(&coming->node, &coming_modules);
	return 0;
}

/**
 * modules_find_object() - set obj->mod if the object's module is there
 *
 * Context: process context, suture_mutex held.
 * Return: 0, found or not; -EBUSY: it is on its way in or out, with no word
 * from the notifier yet, so it could be missed; -EINVAL: it is this one.
 */
int modules_find_object(struct klp_patch *patch, struct klp_object *obj)
{
	struct module *mod;
	int ret = 0;

	if (object_is_vmlinux(obj))
		return 0;
	if (!strcmp(obj->name, THIS_MODULE->name)) {
		patch_err(patch,
			  "object '%s' is Suture, which cannot change itself; unload it and load the mended one",
			  obj->name);
		return -EINVAL;
	}
	/* Modules are freed after a grace period of this. */
	preempt_disable();
	mod = hidden(find_module)(obj->name);
	if (mod) {
		if (mod->state == MODULE_STATE_LIVE || coming_find(mod))
			obj->mod = mod;
		else if (mod->state == MODULE_STATE_GOING)
			ret = -EBUSY;
		/* Else the notifier is still to be called, and will see us. */
	}
	preempt_enable();
	if (ret)
		patch_err(patch,
			  "object '%s' is being unloaded; load the patch again when it is gone",
			  obj->name);
	return ret;
}

static bool patch_wants(const struct klp_patch *patch)
{
	return patch->enabled || patch == transition_patch();
}

/* Its addresses mean nothing any more. */
static void object_forget(struct klp_object *obj)
{
	struct klp_func *func;

	obj->mod = NULL;
	klp_for_each_func(obj, func) {
		func->old_func = NULL;
		if (func->nop)
			func->new_func = NULL;
	}
}

/* Take one patch off a module's object. */
static void object_leave(struct klp_patch *patch, struct klp_object *obj)
{
	bool in_transition = patch == transition_patch();

	if (patch_wants(patch)) {
		if (!in_transition)
			object_pre_unpatch(obj);
		pr_notice("reverting patch '%s' on unloading module '%s'\n",
			  patch->mod->name, obj->mod->name);
		redirect_remove(patch, obj);
		synchronize_handlers();
		redirect_reap();
		if (in_transition)
			/* The former ranges, if kept, cover more than needed. */
			transition_update_ranges();
		object_post_unpatch(obj);
	}
	imports_reset(patch, obj);
	object_forget(obj);
}

static int object_enter(struct klp_patch *patch, struct klp_object *obj,
			struct module *mod)
{
	int ret;

	obj->mod = mod;
	ret = object_resolve(patch, obj);
	if (ret) {
		pr_warn("failed to initialize patch '%s' for module '%s' (%d)\n",
			patch->mod->name, mod->name, ret);
		goto err;
	}
	if (!patch_wants(patch))
		return 0;

	pr_notice("applying patch '%s' to loading module '%s'\n",
		  patch->mod->name, mod->name);
	ret = object_pre_patch(obj);
	if (ret) {
		pr_warn("pre-patch callback failed for object '%s'\n",
			obj->name);
		goto err;
	}
	ret = redirect_add(patch, obj);
	if (!ret && patch == transition_patch())
		ret = transition_update_ranges();
	if (ret) {
		pr_warn("failed to apply patch '%s' to module '%s' (%d)\n",
			patch->mod->name, mod->name, ret);
		redirect_remove(patch, obj);
		synchronize_handlers();
		redirect_reap();
		object_post_unpatch(obj);
		goto err;
	}
	if (patch != transition_patch())
		object_post_patch(obj);
	return 0;

err:
	imports_reset(patch, obj);
	object_forget(obj);
	pr_warn("patch '%s' failed for module '%s', refusing to load module '%s'\n",
		patch->mod->name, mod->name, mod->name);
	return ret;
}

static void module_leave(const struct module *mod)
{
	struct klp_patch *patch;
	struct klp_object *obj;

	list_for_each_entry(patch, &suture_patches, list)
		klp_for_each_object(patch, obj)
			if (obj->mod == mod)
				object_leave(patch, obj);
}

static int module_enter(struct module *mod)
{
	struct klp_patch *patch;
	struct klp_object *obj;
	int ret = 0;

	/* Oldest first: the order in which they stand on a function. */
	list_for_each_entry(patch, &suture_patches, list) {
		klp_for_each_object(patch, obj) {
			if (object_is_vmlinux(obj) ||
			    strcmp(obj->name, mod->name))
				continue;
			ret = object_enter(patch, obj, mod);
			if (ret)
				goto err;
		}
	}
	return 0;

err:
	module_leave(mod);
	return ret;
}

static int modules_notify(struct notifier_block *nb, unsigned long state,
			  void *data)
{
	struct module *mod = data;
	int ret = 0;

	mutex_lock(&suture_mutex);
	switch (state) {
	case MODULE_STATE_COMING:
		ret = imports_check_module(mod);
		if (!ret) {
			ret = coming_add(mod);
			if (ret)
				pr_err("out of memory, refusing to load module '%s'\n",
				       mod->name);
		}
		if (!ret)
			ret = module_enter(mod);
		if (ret)
			coming_remove(mod);
		break;
	case MODULE_STATE_LIVE:
		coming_remove(mod);
		break;
	case MODULE_STATE_GOING:
		coming_remove(mod);
		module_leave(mod);
		redirect_leave_module(mod);
		break;
	}
	mutex_unlock(&suture_mutex);
	return notifier_from_errno(ret);
}

/* Last on the way in, first on the way out is not ours to choose: one number. */
static struct notifier_block modules_nb = {
	.notifier_call = modules_notify,
	.priority = INT_MIN,
};

int modules_init(void)
{
	return register_module_notifier(&modules_nb);
}

/* No patch is left, so no module is patched. */
void modules_exit(void)
{
	struct coming *coming, *tmp;

	unregister_module_notifier(&modules_nb);
	list_for_each_entry_safe(coming, tmp, &coming_modules, node)
		kfree(coming);
}
