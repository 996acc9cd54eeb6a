// SPDX-License-Identifier: GPL-2.0
/*
 * Says in the kernel log which callback was called for which object. The second
 * of its kind includes this.
 */
#ifndef UNIVERSE
#define UNIVERSE 1
#endif
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include "test_patch.h"

static bool replace;
module_param(replace, bool, 0444);
MODULE_PARM_DESC(replace, "replace all other patches");

static char *refuse = "";
module_param(refuse, charp, 0644);
MODULE_PARM_DESC(refuse, "object whose pre_patch callback fails");

static bool no_pre_patch;
module_param(no_pre_patch, bool, 0444);
MODULE_PARM_DESC(no_pre_patch, "have no pre_patch callbacks");

static bool stay;
module_param(stay, bool, 0644);
MODULE_PARM_DESC(stay, "keep whoever comes into the replacement of test_busy_wait() there");

static bool inside;
module_param(inside, bool, 0444);
MODULE_PARM_DESC(inside, "somebody is there");

static const char *name_of(const struct klp_object *obj)
{
	return obj->name ?: "vmlinux";
}

static int said_pre_patch(struct klp_object *obj)
{
	pr_info("pre_patch %s\n", name_of(obj));
	/* A parameter that was written ends with a newline. */
	return sysfs_streq(name_of(obj), refuse) ? -ENODEV : 0;
}

static void said_post_patch(struct klp_object *obj)
{
	pr_info("post_patch %s\n", name_of(obj));
}

static void said_pre_unpatch(struct klp_object *obj)
{
	pr_info("pre_unpatch %s\n", name_of(obj));
}

static void said_post_unpatch(struct klp_object *obj)
{
	pr_info("post_unpatch %s\n", name_of(obj));
}

#define CALLBACKS                                                                                  \
	{                                                                                          \
		.pre_patch = said_pre_patch,                                                       \
		.post_patch = said_post_patch,                                                     \
		.pre_unpatch = said_pre_unpatch,                                                   \
		.post_unpatch = said_post_unpatch,                                                 \
	}

static void patched_busy_wait(void)
{
	while (READ_ONCE(stay)) {
		WRITE_ONCE(inside, true);
		schedule_timeout_idle(HZ / 50);
	}
	WRITE_ONCE(inside, false);
}

static struct klp_func no_functions[] = { {} };

static struct klp_func target_functions[] = { PATCHED(version), {} };

static struct klp_func busy_functions[] = {
	{ .old_name = "test_busy_wait", .new_func = patched_busy_wait },
	{}
};

static struct klp_object objects[] = {
	{ .funcs = no_functions, .callbacks = CALLBACKS },
	{ .name = "test_target", .funcs = target_functions, .callbacks = CALLBACKS },
	{ .name = "test_busy", .funcs = busy_functions, .callbacks = CALLBACKS },
	{}
};

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

static int __init test_patch_init(void)
{
	struct klp_object *object;

	for (object = objects; no_pre_patch && object->funcs; object++)
		object->callbacks.pre_patch = NULL;
	patch.replace = replace;
	return klp_enable_patch(&patch);
}

static void __exit test_patch_exit(void)
{
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Says which callbacks were called");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
