// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sysfs ABI: mainline's, below /sys/kernel/suture. Where the kernel has no
 * livepatch of its own, /sys/kernel/livepatch leads to the same place.
 *
 *	<patch>/enabled			rw; 0 and 1 start or reverse a transition
 *	<patch>/transition		1 while one runs
 *	<patch>/force			w; 1 switches all remaining tasks, unsafely
 *	<patch>/replace			1: replaces all others
 *	<patch>/stack_order		1 for the patch that was applied first
 *	<patch>/pending_tasks		tasks that have yet to switch (Suture's own)
 *	<patch>/total_tasks		of how many (Suture's own)
 *	<patch>/deadline_ms		rw; how long a transition may take before it
 *					is reversed, 0: no limit; while one runs: of
 *					that one alone (Suture's own)
 *	<patch>/forced			1: a transition of it was forced over tasks
 *					(Suture's own)
 *	<patch>/<object>/patched	1 while its functions are redirected
 *	<patch>/<object>/<function>,<sympos>/live
 *					whose code runs (Suture's own)
 *
 * The kobjects are part of the patch's own structures. Removing a patch waits
 * until nobody uses them; then its module may go.
 */
#include "log.h"

#include <linux/kobject.h>
#include <linux/livepatch.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "core.h"
#include "patience.h"
#include "redirect.h"
#include "sysfs.h"
#include "tasks.h"
#include "transition.h"

static struct kobject *suture_kobj;

static struct klp_patch *to_patch(struct kobject *kobj)
{
	return container_of(kobj, struct klp_patch, kobj);
}

static ssize_t enabled_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t count)
{
	struct klp_patch *patch = to_patch(kobj);
	bool enabled;
	int nice, ret;

	ret = kstrtobool(buf, &enabled);
	if (ret)
		return ret;

	nice = suture_lock_urgent();
	ret = patch_set_enabled(patch, enabled);
	suture_unlock_urgent(nice);
	return ret ? ret : count;
}

static ssize_t enabled_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%d\n", to_patch(kobj)->enabled);
}

static ssize_t transition_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", to_patch(kobj) == transition_patch());
}

static ssize_t force_store(struct kobject *kobj, struct kobj_attribute *attr,
			   const char *buf, size_t count)
{
	bool force;
	int ret;

	ret = kstrtobool(buf, &force);
	if (ret)
		return ret;
	if (!force)
		return count;

	mutex_lock(&suture_mutex);
	if (to_patch(kobj) == transition_patch())
		ret = transition_force();
	else
		ret = -EINVAL;
	mutex_unlock(&suture_mutex);
	return ret ? ret : count;
}

static ssize_t replace_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%d\n", to_patch(kobj)->replace);
}

static ssize_t stack_order_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	struct klp_patch *patch;
	int order = 0;

	mutex_lock(&suture_mutex);
	list_for_each_entry(patch, &suture_patches, list) {
		order++;
		if (patch == to_patch(kobj))
			break;
	}
	mutex_unlock(&suture_mutex);
	return sysfs_emit(buf, "%d\n", order);
}

static void task_counts(struct kobject *kobj, unsigned int *pending,
			unsigned int *total)
{
	*pending = 0;
	*total = 0;
	if (to_patch(kobj) == transition_patch())
		tasks_counts(pending, total);
}

static ssize_t pending_tasks_show(struct kobject *kobj,
				  struct kobj_attribute *attr, char *buf)
{
	unsigned int pending, total;

	task_counts(kobj, &pending, &total);
	return sysfs_emit(buf, "%u\n", pending);
}

static ssize_t total_tasks_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	unsigned int pending, total;

	task_counts(kobj, &pending, &total);
	return sysfs_emit(buf, "%u\n", total);
}

static ssize_t deadline_ms_store(struct kobject *kobj,
				 struct kobj_attribute *attr, const char *buf,
				 size_t count)
{
	unsigned int ms;
	int ret;

	ret = kstrtouint(buf, 0, &ms);
	if (ret)
		return -EINVAL;
	mutex_lock(&suture_mutex);
	if (to_patch(kobj) == transition_patch())
		patience_set_deadline(ms);
	else
		to_patch(kobj)->suture->deadline_ms = ms;
	mutex_unlock(&suture_mutex);
	return count;
}

static ssize_t deadline_ms_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	unsigned int ms;

	mutex_lock(&suture_mutex);
	ms = to_patch(kobj) == transition_patch() ?
		     patience_deadline() :
		     to_patch(kobj)->suture->deadline_ms;
	mutex_unlock(&suture_mutex);
	return sysfs_emit(buf, "%u\n", ms);
}

static ssize_t forced_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%d\n", to_patch(kobj)->suture->overridden);
}

static struct kobj_attribute enabled_attr = __ATTR_RW(enabled);
static struct kobj_attribute transition_attr = __ATTR_RO(transition);
static struct kobj_attribute force_attr = __ATTR_WO(force);
static struct kobj_attribute replace_attr = __ATTR_RO(replace);
static struct kobj_attribute stack_order_attr = __ATTR_RO(stack_order);
static struct kobj_attribute pending_tasks_attr = __ATTR_RO(pending_tasks);
static struct kobj_attribute total_tasks_attr = __ATTR_RO(total_tasks);
static struct kobj_attribute deadline_ms_attr = __ATTR_RW(deadline_ms);
static struct kobj_attribute forced_attr = __ATTR_RO(forced);

static struct attribute *patch_attrs[] = {
	&enabled_attr.attr,	&transition_attr.attr,
	&force_attr.attr,	&replace_attr.attr,
	&stack_order_attr.attr, &pending_tasks_attr.attr,
	&total_tasks_attr.attr, &deadline_ms_attr.attr,
	&forced_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(patch);

static ssize_t patched_show(struct kobject *kobj, struct kobj_attribute *attr,
			    char *buf)
{
	struct klp_object *obj = container_of(kobj, struct klp_object, kobj);

	return sysfs_emit(buf, "%d\n", obj->patched);
}

static struct kobj_attribute patched_attr = __ATTR_RO(patched);

static struct attribute *object_attrs[] = {
	&patched_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(object);

/*
 * Whose replacement of a function is live; in a transition first what tasks leave
 * and then what they go to. The mutex may be taken, since functions' directories
 * are never removed under it.
 */
static ssize_t live_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct klp_func *func = container_of(kobj, struct klp_func, kobj);
	struct redirect_live live;
	int ret;

	mutex_lock(&suture_mutex);
	if (func->old_func)
		redirect_live(func, &live);
	else
		live.patched = live.unpatched = "unloaded";

	if (live.patched == live.unpatched)
		ret = sysfs_emit(buf, "%s\n", live.patched);
	else if (transition_target() == KLP_PATCHED)
		ret = sysfs_emit(buf, "%s -> %s\n", live.unpatched,
				 live.patched);
	else
		ret = sysfs_emit(buf, "%s -> %s\n", live.patched,
				 live.unpatched);
	mutex_unlock(&suture_mutex);
	return ret;
}

static struct kobj_attribute live_attr = __ATTR_RO(live);

static struct attribute *func_attrs[] = {
	&live_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(func);

/* The last reference on a patch's directory: sysfs_remove_patch() waits. */
static void patch_release(struct kobject *kobj)
{
	complete(&to_patch(kobj)->suture->finish);
}

/*
 * Objects and functions are part of their patch, which outlives them, since each
 * holds its parent; but for those that replace.c has allocated.
 */
static void object_release(struct kobject *kobj)
{
	struct klp_object *obj = container_of(kobj, struct klp_object, kobj);

	if (!obj->dynamic)
		return;
	kfree(obj->name);
	kfree(obj);
}

static void func_release(struct kobject *kobj)
{
	struct klp_func *func = container_of(kobj, struct klp_func, kobj);

	if (!func->nop)
		return;
	kfree(func->old_name);
	kfree(func);
}

static const struct kobj_type patch_ktype = {
	.release = patch_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = patch_groups,
};

static const struct kobj_type object_ktype = {
	.release = object_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = object_groups,
};

static const struct kobj_type func_ktype = {
	.release = func_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = func_groups,
};

/*
 * Start a kobject afresh: the memory is the module's and may have been one
 * before, which kobject_init() would complain about.
 */
static void init_kobject(struct kobject *kobj, const struct kobj_type *type)
{
	memset(kobj, 0, sizeof(*kobj));
	kobject_init(kobj, (struct kobj_type *)type);
}

void sysfs_init_patch(struct klp_patch *patch)
{
	init_kobject(&patch->kobj, &patch_ktype);
}

void sysfs_init_object(struct klp_object *obj)
{
	init_kobject(&obj->kobj, &object_ktype);
}

void sysfs_init_func(struct klp_func *func)
{
	init_kobject(&func->kobj, &func_ktype);
}

static int add_object(struct klp_patch *patch, struct klp_object *obj)
{
	struct klp_func *func;
	int ret;

	ret = kobject_add(&obj->kobj, &patch->kobj, "%s", object_name(obj));
	if (ret)
		return ret;
	klp_for_each_func(obj, func) {
		ret = kobject_add(&func->kobj, &obj->kobj, "%s,%lu",
				  func->old_name, func_position(func));
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * sysfs_add_patch() - make a patch's directory with all that is in it
 * @patch: all its kobjects have been initialised
 *
 * Mainline sends no uevents for any of them, and neither do we.
 *
 * Return: 0 or a negative error; sysfs_remove_patch() is owed in both cases.
 */
int sysfs_add_patch(struct klp_patch *patch)
{
	struct klp_object *obj;
	int ret;

	ret = kobject_add(&patch->kobj, suture_kobj, "%s", patch->mod->name);
	if (ret)
		return ret;
	klp_for_each_object(patch, obj) {
		ret = add_object(patch, obj);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * sysfs_remove_patch() - remove a patch's directory, if it was made
 *
 * Ends the life of all its kobjects; waits until nobody uses the directory's
 * files. Never from one of them.
 */
void sysfs_remove_patch(struct klp_patch *patch)
{
	struct klp_object *obj, *tmp_obj;
	struct klp_func *func, *tmp_func;

	klp_for_each_object_safe(patch, obj, tmp_obj) {
		klp_for_each_func_safe(obj, func, tmp_func) {
			list_del(&func->node);
			kobject_put(&func->kobj);
		}
		list_del(&obj->node);
		kobject_put(&obj->kobj);
	}
	kobject_put(&patch->kobj);
	wait_for_completion(&patch->suture->finish);
}

int sysfs_init(void)
{
	int ret = 0;

	suture_kobj = kobject_create_and_add("suture", kernel_kobj);
	if (!suture_kobj)
		return -ENOMEM;
	if (!compat_kernel_has_livepatch())
		ret = sysfs_create_link(kernel_kobj, suture_kobj, "livepatch");
	if (ret)
		kobject_put(suture_kobj);
	return ret;
}

void sysfs_exit(void)
{
	if (!compat_kernel_has_livepatch())
		sysfs_remove_link(kernel_kobj, "livepatch");
	kobject_put(suture_kobj);
}
