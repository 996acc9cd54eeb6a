/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Patches with system states: what each callback does is a line in the log. A
 * patch defines VERSION, REPLACE and STATES, includes this, and declares which
 * of the states have callbacks. One that defines OBJECT_CALLBACKS has callbacks of
 * its object, too, which say what version of the first state was there before it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#define UNIVERSE VERSION
#include "test_patch.h"

#include <suture/states.h>

enum { STATE_A = 0xa, STATE_B = 0xb, STATE_PLAIN = 0xc };

static unsigned long fail;
module_param(fail, ulong, 0444);
MODULE_PARM_DESC(fail, "the state whose pre_patch fails");

/* Data for the next owner, and a shadow variable that is the state's. */
static __maybe_unused int pre_patch(struct klp_patch *patch, struct klp_state *state)
{
	pr_info("state %lx: %s\n", state->id, __func__);
	if (state->id == fail)
		return -EPERM;
	state->data = (void *)(state->id * 16 + state->version);
	if (!klp_shadow_alloc(&init_task, state->id, 8, GFP_KERNEL, NULL, NULL))
		return -ENOMEM;
	return 0;
}

static __maybe_unused void post_patch(struct klp_patch *patch, struct klp_state *state)
{
	pr_info("state %lx: %s\n", state->id, __func__);
}

static __maybe_unused void pre_unpatch(struct klp_patch *patch, struct klp_state *state)
{
	pr_info("state %lx: %s\n", state->id, __func__);
}

static __maybe_unused void post_unpatch(struct klp_patch *patch, struct klp_state *state)
{
	pr_info("state %lx: %s, data %lx, shadow %s\n", state->id, __func__,
		(unsigned long)state->data,
		klp_shadow_get(&init_task, state->id) ? "there" : "gone");
}

static __maybe_unused void destroy(void *object, void *data)
{
	pr_info("shadow variable destroyed\n");
}

static __maybe_unused unsigned int version_before(void)
{
	struct klp_state *state = klp_get_prev_state(STATE_A);

	return state ? state->version : 0;
}

static __maybe_unused int object_pre_patch(struct klp_object *object)
{
	pr_info("object: pre_patch after version %u\n", version_before());
	return 0;
}

static __maybe_unused void object_post_unpatch(struct klp_object *object)
{
	pr_info("object: post_unpatch to version %u\n", version_before());
}

#define DECLARE(name, id)                                                                          \
	SUTURE_STATE(name, id, .pre_patch = pre_patch, .post_patch = post_patch,                   \
		     .pre_unpatch = pre_unpatch, .post_unpatch = post_unpatch, .shadow = true,     \
		     .shadow_dtor = destroy)

static struct klp_func functions[] = { PATCHED(sleep), {} };

#ifndef OBJECT_CALLBACKS
#define OBJECT_CALLBACKS
#endif
static struct klp_object objects[] = {
	{ .name = "test_target", .funcs = functions, .callbacks = { OBJECT_CALLBACKS } },
	{}
};

static struct klp_state states[] = { STATES, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objects,
	.states = states,
	.replace = REPLACE,
};

static int __init test_patch_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit test_patch_exit(void)
{
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Has system states");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
