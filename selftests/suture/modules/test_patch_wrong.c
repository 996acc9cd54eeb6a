// SPDX-License-Identifier: GPL-2.0
/* Would be a good patch, but for the one mistake of its author's that the parameter names. */
#define UNIVERSE 1
#include "test_patch.h"

#include <suture/states.h>

static char *mistake = "none";
module_param(mistake, charp, 0444);
MODULE_PARM_DESC(mistake, "what is wrong with it; see the init function");

static char long_name[KSYM_NAME_LEN + 1];

static struct klp_func functions[] = { PATCHED(version), {}, {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {}, {} };

static struct klp_state states[] = { { .id = 0xa }, { .id = 0xb }, {} };

/* What SUTURE_STATE() makes, but not constant. */
static struct suture_state __used suture_record_state_a = {
	.record = { .size = sizeof(struct suture_state), .kind = SUTURE_RECORD_STATE },
	.id = 0xa,
};

static struct suture_state __used suture_record_state_b = {
	.record = { .size = sizeof(struct suture_state), .kind = SUTURE_RECORD_STATE },
	.id = 0xb,
};

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects, .states = states };

static bool is(const char *name)
{
	return !strcmp(mistake, name);
}

static int __init test_patch_init(void)
{
	memset(long_name, 'x', sizeof(long_name) - 1);
	if (is("functions"))
		objects[0].funcs = NULL;
	else if (is("object"))
		objects[0].name = long_name;
	else if (is("nameless"))
		functions[0].old_name = NULL;
	else if (is("name"))
		functions[0].old_name = long_name;
	else if (is("replacement"))
		functions[0].new_func = NULL;
	else if (is("nowhere"))
		functions[0].new_func = (void *)PAGE_SIZE;
	else if (is("twice"))
		functions[1] = functions[0];
	else if (is("object twice"))
		objects[1] = objects[0];
	else if (is("unlisted"))
		states[1].id = 0xc;
	else if (is("state"))
		suture_record_state_b.id = 0xa;
	else if (is("kind"))
		suture_record_state_a.record.kind = 99;
	else if (is("size"))
		suture_record_state_a.record.size += 8;
	else if (!is("none"))
		return -ENOENT;
	return klp_enable_patch(&patch);
}

static void __exit test_patch_exit(void)
{
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Has a mistake of its author's");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
