// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patches and their life: from klp_enable_patch() through resolving, enabling
 * and disabling to the moment when the module may be unloaded.
 *
 * A patch holds a reference on its module from klp_enable_patch() until, after
 * a completed disable, patch_free_work() has taken its directory out of sysfs.
 * A patch that was disabled can be loaded again only as a module.
 */
#include "log.h"

#include <linux/kobject.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/panic.h>
#include <linux/slab.h>

#include "builds.h"
#include "core.h"
#include "direct.h"
#include "force.h"
#include "imports.h"
#include "modules.h"
#include "patience.h"
#include "redirect.h"
#include "replace.h"
#include "state.h"
#include "symbols.h"
#include "sysfs.h"
#include "tasks.h"
#include "transition.h"

/* See core.h. */
DEFINE_MUTEX(suture_mutex);
LIST_HEAD(suture_patches);
struct workqueue_struct *suture_wq;

/* Callbacks. */

int object_pre_patch(struct klp_object *obj)
{
	int ret = 0;

	if (obj->callbacks.pre_patch)
		ret = obj->callbacks.pre_patch(obj);
	obj->callbacks.post_unpatch_enabled = !ret;
	return ret;
}

void object_post_patch(struct klp_object *obj)
{
	if (obj->callbacks.post_patch)
		obj->callbacks.post_patch(obj);
}

void object_pre_unpatch(struct klp_object *obj)
{
	if (obj->callbacks.pre_unpatch)
		obj->callbacks.pre_unpatch(obj);
}

void object_post_unpatch(struct klp_object *obj)
{
	if (obj->callbacks.post_unpatch_enabled && obj->callbacks.post_unpatch)
		obj->callbacks.post_unpatch(obj);
	obj->callbacks.post_unpatch_enabled = false;
}

/**
 * suture_lock_urgent() - take suture_mutex to start or turn a transition
 *
 * Whoever holds it then runs as the worker does that retries, with the highest
 * priority of ordinary tasks, since all that are in transition wait for it. That
 * somebody else changes the caller's nice value meanwhile is lost.
 *
 * Context: process context, suture_mutex not held.
 * Return: what suture_unlock_urgent() is to be given.
 */
int suture_lock_urgent(void)
{
	int nice = task_nice(current);

	tasks_prepare();
	set_user_nice(current, MIN_NICE);
	mutex_lock(&suture_mutex);
	return nice;
}

/* Undo suture_lock_urgent(). */
void suture_unlock_urgent(int nice)
{
	mutex_unlock(&suture_mutex);
	set_user_nice(current, nice);
}

/* Resolving. */

static int func_resolve(struct klp_patch *patch, struct klp_object *obj,
			struct klp_func *func)
{
	struct symbol sym;
	int ret;

	ret = symbols_find(obj->mod, func->old_name, func->old_sympos, &sym);
	if (ret == -EINVAL) {
		pr_err("unresolvable ambiguity for symbol '%s' in object '%s'\n",
		       func->old_name, object_name(obj));
		func_err(patch, obj, func,
			 "several symbols have this name; set old_sympos, counting in /proc/kallsyms from 1");
		return -EINVAL;
	}
	if (ret == -ERANGE) {
		pr_err("symbol position %lu for symbol '%s' in object '%s' not found\n",
		       func->old_sympos, func->old_name, object_name(obj));
		func_err(patch, obj, func,
			 "no symbol number %lu of this name; count in /proc/kallsyms from 1",
			 func->old_sympos);
		return -EINVAL;
	}
	if (ret == -EFAULT) {
		func_err(patch, obj, func,
			 "is in the module's init section, which is freed; patch what it leaves behind instead");
		return -EINVAL;
	}
	if (ret) {
		pr_err("symbol '%s' not found in symbol table\n",
		       func->old_name);
		func_err(patch, obj, func,
			 "no such symbol (misspelt, inlined, or another version of the object); compare with /proc/kallsyms and rebuild the patch for this kernel");
		return -EINVAL;
	}

	func->ftrace_ip = hidden(ftrace_location)(sym.addr);
	if (!func->ftrace_ip) {
		pr_err("failed to find location for function '%s'\n",
		       func->old_name);
		func_err(patch, obj, func,
			 "cannot be traced (notrace, noinstr or __init), so its calls cannot be redirected; patch its callers");
		return -EINVAL;
	}
	if (func->nop)
		func->new_func = (void *)sym.addr;
	ret = symbols_size((unsigned long)func->new_func, &func->new_size);
	if (ret) {
		pr_err("kallsyms size lookup failed for '%s' replacement\n",
		       func->old_name);
		func_err(patch, obj, func,
			 "its replacement %pS is not a function that kallsyms knows",
			 func->new_func);
		return ret;
	}
	func->old_func = (void *)sym.addr;
	func->old_size = sym.size;
	return 0;
}

/**
 * object_resolve() - find the functions of a loaded object, and the symbols, if
 *	it is the build that the patch is for
 *
 * The build of vmlinux is checked, and its symbols are found, by patch_resolve(),
 * as it need not be an object.
 *
 * Context: process context, suture_mutex held, the object's module kept from
 * going by it.
 * Return: 0 or a negative error, with the log naming the function.
 */
int object_resolve(struct klp_patch *patch, struct klp_object *obj)
{
	struct klp_func *func;
	int ret;

	if (!object_is_vmlinux(obj)) {
		ret = builds_check(patch, obj->mod);
		if (ret)
			return ret;
	}
	klp_for_each_func(obj, func) {
		ret = func_resolve(patch, obj, func);
		if (ret)
			return ret;
	}
	return object_is_vmlinux(obj) ? 0 : imports_resolve(patch, obj);
}

/* Checks of what a patch's author wrote. */

/* sysfs would notice, too, with a trace of the stack and without our words. */
static int check_func_once(struct klp_patch *patch, struct klp_object *obj,
			   struct klp_func *func)
{
	struct klp_func *other;

	for (other = obj->funcs; other != func; other++) {
		if (strcmp(other->old_name, func->old_name) ||
		    func_position(other) != func_position(func))
			continue;
		func_err(patch, obj, func, "listed twice; remove one entry");
		return -EINVAL;
	}
	return 0;
}

static int check_object_name(struct klp_patch *patch, struct klp_object *obj)
{
	/* Without one it is vmlinux. */
	if (!obj->name)
		return 0;
	if (!*obj->name) {
		patch_err(patch,
			  "an object's name is empty; leave it out for vmlinux");
		return -EINVAL;
	}
	if (strlen(obj->name) >= MODULE_NAME_LEN) {
		patch_err(patch, "an object's name is too long");
		return -EINVAL;
	}
	return 0;
}

static int check_object_once(struct klp_patch *patch, struct klp_object *obj)
{
	struct klp_object *other;

	for (other = patch->objs; other != obj; other++) {
		if (strcmp(object_name(other), object_name(obj)))
			continue;
		patch_err(patch, "object '%s': listed twice; make it one entry",
			  object_name(obj));
		return -EINVAL;
	}
	return 0;
}

static int patch_check_func(struct klp_patch *patch, struct klp_object *obj,
			    struct klp_func *func)
{
	if (!func->old_name || !*func->old_name) {
		patch_err(patch,
			  "object '%s': a function without old_name; name the function to patch",
			  object_name(obj));
		return -EINVAL;
	}
	if (!func->new_func) {
		func_err(patch, obj, func, "no replacement; set new_func");
		return -EINVAL;
	}
	if (strlen(func->old_name) >= KSYM_NAME_LEN) {
		patch_err(patch, "object '%s': a name longer than any symbol",
			  object_name(obj));
		return -EINVAL;
	}
	return check_func_once(patch, obj, func);
}

static int patch_check(struct klp_patch *patch)
{
	struct klp_object *obj;
	struct klp_func *func;
	int ret;

	klp_for_each_object_static(patch, obj) {
		if (!obj->funcs) {
			patch_err(patch, "object '%s': no list of functions",
				  object_name(obj));
			return -EINVAL;
		}
		ret = check_object_name(patch, obj);
		if (ret)
			return ret;
		ret = check_object_once(patch, obj);
		if (ret)
			return ret;
		klp_for_each_func_static(obj, func) {
			ret = patch_check_func(patch, obj, func);
			if (ret)
				return ret;
		}
	}
	return 0;
}

/* Life. */

/* Undo patch_init(). */
static void patch_fini(struct klp_patch *patch)
{
	records_free(patch);
	kfree(patch->suture);
	patch->suture = NULL;
}

/*
 * The last of a patch. Not under suture_mutex: removing the directory waits for
 * readers and writers of its files, who may wait for the mutex.
 */
static void patch_remove(struct klp_patch *patch)
{
	sysfs_remove_patch(patch);
	patch_fini(patch);
}

static void patch_free_work(struct work_struct *work)
{
	struct klp_patch *patch =
		container_of(work, struct suture_patch, free_work)->patch;
	struct module *mod = patch->mod;
	bool forced = patch->forced;

	patch_remove(patch);
	/*
	 * @patch is in the module's memory: not to be touched any more. Somebody
	 * may be in the code of a patch that was forced off, now and for ever: its
	 * module stays.
	 */
	if (!forced)
		module_put(mod);
}

/**
 * patch_free_async() - let go of a patch that is no longer applied
 *
 * The directory goes, and then the module can be unloaded. By a worker, since
 * it may be a write into that directory which got us here. suture_mutex held.
 */
void patch_free_async(struct klp_patch *patch)
{
	list_del_init(&patch->list);
	queue_work(suture_wq, &patch->suture->free_work);
}

void patch_init_func(struct klp_object *obj, struct klp_func *func)
{
	list_add_tail(&func->node, &obj->func_list);
	sysfs_init_func(func);
	func->old_func = NULL;
	func->redirect = NULL;
	func->patched = false;
	func->transition = false;
}

void patch_init_object(struct klp_patch *patch, struct klp_object *obj)
{
	INIT_LIST_HEAD(&obj->func_list);
	list_add_tail(&obj->node, &patch->obj_list);
	sysfs_init_object(obj);
	obj->mod = NULL;
	obj->patched = false;
}

/* From here on patch_remove() is owed. */
static int patch_init(struct klp_patch *patch)
{
	struct suture_patch *suture = kzalloc(sizeof(*suture), GFP_KERNEL);
	struct klp_object *obj;
	struct klp_func *func;

	if (!suture)
		return -ENOMEM;
	suture->patch = patch;
	suture->deadline_ms = patience_default_deadline();
	INIT_WORK(&suture->free_work, patch_free_work);
	init_completion(&suture->finish);
	patch->suture = suture;

	INIT_LIST_HEAD(&patch->list);
	INIT_LIST_HEAD(&patch->obj_list);
	sysfs_init_patch(patch);
	patch->enabled = false;
	patch->forced = false;

	klp_for_each_object_static(patch, obj) {
		obj->dynamic = false;
		patch_init_object(patch, obj);
		klp_for_each_func_static(obj, func) {
			func->nop = false;
			patch_init_func(obj, func);
		}
	}
	return 0;
}

static int patch_resolve(struct klp_patch *patch)
{
	struct klp_object *obj;
	int ret;

	ret = builds_check_names(patch);
	if (!ret)
		ret = builds_check(patch, NULL);
	if (!ret)
		ret = imports_check(patch);
	if (!ret)
		ret = imports_resolve(patch, NULL);
	if (ret)
		return ret;
	klp_for_each_object(patch, obj) {
		ret = modules_find_object(patch, obj);
		if (ret)
			return ret;
		if (!object_is_loaded(obj))
			continue;
		ret = object_resolve(patch, obj);
		if (ret)
			return ret;
	}
	return 0;
}

static int patch_enable(struct klp_patch *patch)
{
	struct klp_object *obj;
	int ret;

	pr_notice("enabling patch '%s'\n", patch->mod->name);
	ret = transition_init(patch, KLP_PATCHED);
	if (ret)
		return ret;

	ret = states_pre_patch(patch);
	if (ret)
		goto err;
	klp_for_each_object(patch, obj) {
		if (!object_is_loaded(obj))
			continue;
		ret = object_pre_patch(obj);
		if (ret) {
			pr_warn("pre-patch callback failed for object '%s'\n",
				object_name(obj));
			goto err;
		}
	}
	ret = redirect_add(patch, NULL);
	if (ret)
		goto err;
	ret = transition_prepare();
	if (ret)
		goto err;

	states_pre_unpatch(patch, true);
	patch->enabled = true;
	transition_start();
	return 0;

err:
	pr_warn("failed to enable patch '%s'\n", patch->mod->name);
	transition_cancel();
	return ret;
}

static int patch_disable(struct klp_patch *patch)
{
	struct klp_object *obj;
	int ret;

	ret = transition_init(patch, KLP_UNPATCHED);
	if (ret)
		return ret;
	ret = transition_prepare();
	if (ret) {
		transition_abandon();
		return ret;
	}

	klp_for_each_object(patch, obj)
		if (obj->patched)
			object_pre_unpatch(obj);

	states_pre_unpatch(patch, false);
	patch->enabled = false;
	transition_start();
	return 0;
}

/**
 * patch_set_enabled() - enable, disable or reverse
 * @patch:   in suture_patches
 * @enabled: what it shall become
 *
 * Context: process context, suture_mutex held.
 * Return: 0: the transition has started; -EINVAL: it is so already, or the
 * patch cannot be enabled again; -EBUSY: another patch is in transition.
 */
int patch_set_enabled(struct klp_patch *patch, bool enabled)
{
	if (patch->enabled == enabled)
		return -EINVAL;
	if (patch == transition_patch())
		return transition_reverse();
	if (transition_patch()) {
		patch_err(patch,
			  "patch '%s' is in transition; wait until it is complete, or reverse it",
			  transition_patch()->mod->name);
		return -EBUSY;
	}
	/* A disabled patch outside a transition is on its way out. */
	return enabled ? -EINVAL : patch_disable(patch);
}

static struct klp_patch *patch_of(const struct module *mod)
{
	struct klp_patch *patch;

	list_for_each_entry(patch, &suture_patches, list)
		if (patch->mod == mod)
			return patch;
	return NULL;
}

/* Whether no other patch's transition is in the way of one of this patch's. */
static bool may_start(const struct klp_patch *patch)
{
	return !transition_patch() || transition_patch() == patch;
}

/*
 * One step on the way back of a patch whose module goes. Where another patch is in
 * transition, or there is no memory, it is for the next call. Returns whether the
 * module has no patch any more, but for what patch_free_work() does.
 */
static bool take_back_step(const struct module *mod)
{
	struct klp_patch *patch;

	mutex_lock(&suture_mutex);
	patch = patch_of(mod);
	if (patch) {
		/* It has to end, also where it is on its way back already. */
		patch->suture->deadline_ms = 0;
		if (patch == transition_patch())
			patience_set_deadline(0);
	}
	if (patch && patch->enabled && may_start(patch)) {
		pr_err("patch '%s': its module goes, since its init function failed after klp_enable_patch(); reverting it first\n",
		       mod->name);
		patch_set_enabled(patch, false);
		patch = patch_of(mod);
	}
	mutex_unlock(&suture_mutex);
	return !patch;
}

/**
 * patch_take_back() - revert the patch of a module that goes, if it has one
 * @mod: its text is still there
 *
 * That is the module of a patch whose init function has failed after it had called
 * klp_enable_patch(). The kernel frees such a module whatever references there are,
 * so we keep it from doing so until no task is in the patch: a module that takes
 * long to fail is better than one whose code is gone.
 *
 * Context: process context, suture_mutex not held; of the module notifier.
 */
void patch_take_back(struct module *mod)
{
	/* Those that are unloaded have no references left, such as our own. */
	if (module_refcount(mod) <= 0)
		return;
	while (!take_back_step(mod))
		schedule_timeout_idle(HZ / 10);
	/* The rest of it is patch_free_work()'s, which uses the module, too. */
	flush_workqueue(suture_wq);
}

static bool patch_is_known(const struct klp_patch *patch)
{
	struct klp_patch *p;

	list_for_each_entry(p, &suture_patches, list)
		if (p == patch)
			return true;
	return false;
}

/* Read what a patch declares, and see whether it may follow those that are there. */
static int patch_admit(struct klp_patch *patch)
{
	int ret = records_read(patch);

	if (!ret)
		ret = states_check(patch);
	if (ret)
		return ret;
	if (!states_are_compatible(patch))
		return -EINVAL;
	if (transition_patch()) {
		patch_err(patch,
			  "patch '%s' is in transition; wait until it is complete, or reverse it, and load this one again",
			  transition_patch()->mod->name);
		return -EBUSY;
	}
	ret = replace_check(patch);
	return ret ? ret : replace_add_nops(patch);
}

/*
 * Whether direct callers of its functions cannot be told now that they are patched.
 * Those of functions that somebody patches already were told then.
 */
static bool patch_must_wait(struct klp_patch *patch)
{
	struct klp_object *obj;
	struct klp_func *func;

	klp_for_each_object(patch, obj) {
		if (!object_is_loaded(obj))
			continue;
		klp_for_each_func(obj, func)
			if (!redirect_is_armed(func->ftrace_ip) &&
			    direct_is_busy(func->ftrace_ip))
				return true;
	}
	return false;
}

/* What there is to know of a patch_load() that failed. */
struct attempt {
	bool initialised;	/* patch_remove() is owed */
	bool too_early;		/* after a direct_wait() it may succeed */
};

/* On failure all is undone but for what cannot be done under suture_mutex. */
static int patch_load(struct klp_patch *patch, struct attempt *attempt)
{
	struct klp_object *obj;
	int ret;

	if (patch_is_known(patch)) {
		patch_err(patch, "is loaded already");
		return -EINVAL;
	}
	ret = patch_init(patch);
	if (ret) {
		patch_err(patch, "out of memory while loading it");
		return ret;
	}
	attempt->initialised = true;
	ret = patch_admit(patch);
	if (ret)
		return ret;
	ret = sysfs_add_patch(patch);
	if (ret) {
		patch_err(patch, "cannot make its directory in sysfs: error %d",
			  ret);
		return ret;
	}
	ret = patch_resolve(patch);
	if (!ret)
		ret = force_check(patch);
	if (ret)
		return ret;
	if (patch_must_wait(patch)) {
		/* Modules may go before the next try, and nobody would tell us. */
		klp_for_each_object(patch, obj)
			imports_reset(patch, obj);
		attempt->too_early = true;
		return -EBUSY;
	}
	list_add_tail(&patch->list, &suture_patches);
	ret = patch_enable(patch);
	if (ret)
		list_del_init(&patch->list);
	return ret;
}

/*
 * As mainline does as soon as it loads a module that is marked as a live patch,
 * whatever becomes of it.
 */
static void taint(struct module *mod)
{
	set_bit(TAINT_LIVEPATCH, &mod->taints);
	add_taint(TAINT_LIVEPATCH, LOCKDEP_STILL_OK);
	loader_notice_once("%s: tainting kernel with TAINT_LIVEPATCH",
			   mod->name);
}

/* On failure nothing of the patch is left. */
static int patch_try(struct klp_patch *patch)
{
	for (;;) {
		struct attempt attempt = {};
		int nice = suture_lock_urgent();
		int ret = patch_load(patch, &attempt);

		suture_unlock_urgent(nice);
		if (ret && attempt.initialised)
			patch_remove(patch);
		if (!attempt.too_early)
			return ret;
		ret = direct_wait();
		if (ret)
			return ret;
	}
}

int suture_enable_patch(struct klp_patch *patch)
{
	int ret;

	if (!patch || !patch->mod || !patch->objs)
		return -EINVAL;
	taint(patch->mod);
	ret = patch_check(patch);
	if (ret)
		return ret;
	if (!try_module_get(patch->mod))
		return -ENODEV;

	ret = modules_wait(patch);
	if (!ret)
		ret = patch_try(patch);
	if (ret)
		module_put(patch->mod);
	return ret;
}
EXPORT_SYMBOL_GPL(suture_enable_patch);
