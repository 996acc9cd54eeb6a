// SPDX-License-Identifier: GPL-2.0
/*
 * Declares one symbol, which its parameters name: how the bad ones are made.
 * /proc/cmdline tells what the function returns, or the variable holds.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include <suture/symbols.h>

static char *object = "vmlinux";
module_param(object, charp, 0444);
MODULE_PARM_DESC(object, "module that has the symbol, or vmlinux");

static char *symbol = "nr_processes";
module_param(symbol, charp, 0444);
MODULE_PARM_DESC(symbol, "name of an int function(void), or an int");

static unsigned long sympos;
module_param(sympos, ulong, 0444);
MODULE_PARM_DESC(sympos, "which of several symbols of that name");

static bool variable;
module_param(variable, bool, 0444);
MODULE_PARM_DESC(variable, "it is a variable");

/* What the macros make, but with room for the parameters. */
static int *suture_address_import;
DEFINE_STATIC_CALL_NULL(suture_call_import, int (void));

static struct suture_symbol __used suture_record_symbol_import = {
	.record = { .size = sizeof(struct suture_symbol), .kind = SUTURE_RECORD_SYMBOL },
	.address = (void **)&suture_address_import,
	.tramp = STATIC_CALL_TRAMP_ADDR(suture_call_import),
};

static int patched_cmdline_proc_show(struct seq_file *m, void *v)
{
	if (!suture_address(import))
		seq_puts(m, "away\n");
	else if (variable)
		seq_printf(m, "is %d\n", suture_variable(import));
	else
		seq_printf(m, "is %d\n", suture_call(import)());
	return 0;
}

static struct klp_func vmlinux_functions[] = {
	{ .old_name = "cmdline_proc_show", .new_func = patched_cmdline_proc_show },
	{}
};

/* Here to be watched only. */
static struct klp_func no_functions[] = { {} };

static struct klp_object objects[] = {
	{ .funcs = vmlinux_functions },
	{ .name = "test_target", .funcs = no_functions },
	{}
};

static struct klp_patch patch = { .mod = THIS_MODULE, .objs = objects };

static int __init test_patch_init(void)
{
	suture_record_symbol_import.object = object;
	suture_record_symbol_import.name = symbol;
	suture_record_symbol_import.sympos = sympos;
	if (!variable)
		suture_record_symbol_import.key = &STATIC_CALL_KEY(suture_call_import);
	return klp_enable_patch(&patch);
}

static void __exit test_patch_exit(void)
{
}

module_init(test_patch_init);
module_exit(test_patch_exit);
MODULE_DESCRIPTION("Uses the symbol that its parameters name");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
