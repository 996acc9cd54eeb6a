// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Modules that come and go: patches find the modules that they change, and
 * modules that load are patched before their init function runs.
 *
 * A module is patched from our notifier's call for MODULE_STATE_COMING to that
 * for MODULE_STATE_GOING, which runs after its exit function. In between, while
 * suture_mutex is held, it cannot go: the notifier waits for the mutex. That is
 * what keeps obj->mod valid; no reference is held, so that a patch never keeps
 * a module from being unloaded. For one whose init function was running already
 * when Suture was loaded, a patch waits until that has ended: tasks may be in the
 * module, so it takes a transition to patch it, and nobody can say how its loading
 * ends.
 */
#include "log.h"

#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/sched/signal.h>
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

/* How long a patch waits for a module to be loaded, and how often it looks. In jiffies. */
#define WAIT_AT_MOST (30 * HZ)
#define WAIT_STEP (HZ / 50)

/* One whose init function fails is going, and still there for a moment. */
static bool is_unsettled(const char *name)
{
	const struct module *mod = hidden(find_module)(name);

	return mod && (mod->state == MODULE_STATE_GOING ||
		       (mod->state == MODULE_STATE_COMING &&
			!coming_find(mod)));
}

/* An object of the patch whose module goes, or loads unseen by our notifier; or NULL. */
static const struct klp_object *find_unsettled(struct klp_patch *patch)
{
	const struct klp_object *obj, *unsettled = NULL;

	mutex_lock(&suture_mutex);
	/* Modules are freed after a grace period of this. */
	preempt_disable();
	klp_for_each_object_static(patch, obj) {
		if (obj->name && is_unsettled(obj->name)) {
			unsettled = obj;
			break;
		}
	}
	preempt_enable();
	mutex_unlock(&suture_mutex);
	return unsettled;
}

/**
 * modules_wait() - wait for those of a patch's modules whose coming Suture missed
 * @patch: checked, but not loaded yet
 *
 * They were loading when Suture was loaded. One that is loaded now looks the same
 * until our notifier is called, which is soon. Those that come after this wait are
 * seen by the notifier, so no module is missed. One that goes is waited for as well.
 *
 * Context: process context, suture_mutex not held.
 * Return: 0; -EBUSY: one takes too long; -EINTR: the caller is being killed.
 */
int modules_wait(struct klp_patch *patch)
{
	unsigned long end = jiffies + WAIT_AT_MOST;
	const struct klp_object *unsettled;

	while ((unsettled = find_unsettled(patch))) {
		if (time_after(jiffies, end)) {
			patch_err(patch,
				  "object '%s' is still being unloaded, or has been loading since before Suture was; load the patch again when it is gone or loaded",
				  unsettled->name);
			return -EBUSY;
		}
		schedule_timeout_killable(WAIT_STEP);
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

/**
 * modules_find_object() - set obj->mod if the object's module is there
 *
 * Context: process context, suture_mutex held.
 * Return: 0, found or not; -EBUSY: it is on its way out, and could be missed;
 * -EINVAL: it is this one.
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
		/* Else the notifier is still to be called, see modules_wait(). */
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

/* Put one patch on a module's object. A failure leaves nothing behind. */
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

/* The object that @mod is for a patch, unless it has been found already. */
static struct klp_object *object_to_enter(struct klp_patch *patch,
					  const struct module *mod)
{
	struct klp_object *obj;

	klp_for_each_object(patch, obj)
		if (!object_is_vmlinux(obj) && !obj->mod &&
		    !strcmp(obj->name, mod->name))
			return obj;
	return NULL;
}

/* All patches, or none and an error: then the module is not to be loaded. */
static int module_enter(struct module *mod)
{
	struct klp_patch *patch;
	struct klp_object *obj;
	int ret;

	/* Oldest first: the order in which they stand on a function. */
	list_for_each_entry(patch, &suture_patches, list) {
		obj = object_to_enter(patch, mod);
		ret = obj ? object_enter(patch, obj, mod) : 0;
		if (ret) {
			pr_warn("patch '%s' failed for module '%s', refusing to load module '%s'\n",
				patch->mod->name, mod->name, mod->name);
			module_leave(mod);
			return ret;
		}
	}
	return 0;
}

static int module_come(struct module *mod)
{
	int ret = imports_check_module(mod);

	if (ret)
		return ret;
	ret = coming_add(mod);
	if (ret) {
		pr_err("out of memory, refusing to load module '%s'\n",
		       mod->name);
		return ret;
	}
	ret = module_enter(mod);
	if (ret)
		coming_remove(mod);
	return ret;
}

static void module_go(struct module *mod)
{
	coming_remove(mod);
	module_leave(mod);
}

/*
 * Wait until nothing of ours points into a module that goes. It takes longer than
 * the first look only where there is no memory; suture_mutex is not held then.
 */
static void wait_until_left(const struct module *mod)
{
	for (;;) {
		bool left;

		mutex_lock(&suture_mutex);
		left = redirect_leave_module(mod);
		mutex_unlock(&suture_mutex);
		if (left)
			return;
		schedule_timeout_idle(HZ / 10);
	}
}

static int modules_notify(struct notifier_block *nb, unsigned long state,
			  void *data)
{
	struct module *mod = data;
	int ret = 0;

	if (state == MODULE_STATE_GOING)
		patch_take_back(mod);

	mutex_lock(&suture_mutex);
	if (state == MODULE_STATE_COMING)
		ret = module_come(mod);
	else if (state == MODULE_STATE_LIVE)
		coming_remove(mod);
	else if (state == MODULE_STATE_GOING)
		module_go(mod);
	mutex_unlock(&suture_mutex);

	if (ret || state == MODULE_STATE_GOING)
		wait_until_left(mod);
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
