// SPDX-License-Identifier: GPL-2.0
/* Would be a good patch, but for the one mistake of its author's that the parameter names. */
#define UNIVERSE 1
#include "test_patch.h"

#include <suture/replace.h>
#include <suture/states.h>
#include <suture/symbols.h>

static char *mistake = "none";
module_param(mistake, charp, 0444);
MODULE_PARM_DESC(mistake, "what is wrong with it; see the init function");

static char long_name[KSYM_NAME_LEN + 1];

static struct klp_func functions[] = { PATCHED(version), {}, {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {}, {} };

static struct klp_state states[] = { { .id = 0xa }, { .id = 0xb }, {} };

/* What SUTURE_STATE() and its like make, but not constant. */
union declaration {
	struct suture_record record;
	struct suture_state state;
	struct suture_symbol symbol;
	struct suture_replace_set set;
};

#define RECORD(type, kind_) { .size = sizeof(struct type), .kind = kind_ }
#define STATE(id_) \
	{ .state = { .record = RECORD(suture_state, SUTURE_RECORD_STATE), .id = id_ } }
#define SYMBOL(object_, name_) \
	{ .symbol = { .record = RECORD(suture_symbol, SUTURE_RECORD_SYMBOL), \
		      .object = object_, .name = name_ } }
#define SET(name_) \
	{ .set = { .record = RECORD(suture_replace_set, SUTURE_RECORD_REPLACE_SET), .name = name_ } }

static union declaration __used suture_record_state_a = STATE(0xa);
static union declaration __used suture_record_state_b = STATE(0xb);

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects, .states = states };

static bool is(const char *name)
{
	return !strcmp(mistake, name);
}

static void __init declare_two_sets(void)
{
	suture_record_state_a = (union declaration)SET("one");
	suture_record_state_b = (union declaration)SET("two");
}

static int __init test_patch_init(void)
{
	memset(long_name, 'x', sizeof(long_name) - 1);
	if (is("functions"))
		objects[0].funcs = NULL;
	else if (is("object"))
		objects[0].name = long_name;
	else if (is("empty object"))
		objects[0].name = "";
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
		suture_record_state_b.state.id = 0xa;
	else if (is("state twice"))
		suture_record_state_b.state.id = states[1].id = 0xa;
	else if (is("symbol"))
		suture_record_state_b = (union declaration)SYMBOL("test_target", NULL);
	else if (is("symbol of nobody"))
		suture_record_state_b = (union declaration)SYMBOL(NULL, "target_version");
	else if (is("address"))
		suture_record_state_b = (union declaration)SYMBOL("test_target", "target_version");
	else if (is("set"))
		suture_record_state_b = (union declaration)SET(NULL);
	else if (is("sets"))
		declare_two_sets();
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
