// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols that a patch uses though they are not exported: its records of
 * <suture/symbols.h>. Their addresses are written into the patch's own memory
 * when the object that has them is there, and taken out again when it goes.
 * All under suture_mutex.
 */
#include "log.h"

#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/static_call.h>

#include <suture/symbols.h>

#include "core.h"
#include "imports.h"
#include "symbols.h"

#define for_each_import(patch, i, import)                            \
	for (i = 0; (import = records_next(&(patch)->suture->records, &i, \
					   SUTURE_RECORD_SYMBOL));)

#define import_err(patch, import, fmt, ...)                         \
	patch_err(patch, "object '%s': symbol '%s': " fmt, (import)->object, \
		  (import)->name, ##__VA_ARGS__)

static bool is_of_vmlinux(const struct suture_symbol *import)
{
	return !strcmp(import->object, "vmlinux");
}

static bool is_of(const struct suture_symbol *import,
		  const struct klp_object *obj)
{
	return obj && !object_is_vmlinux(obj) ?
		       !strcmp(import->object, obj->name) :
		       is_of_vmlinux(import);
}

static void import_redirect_calls(const struct suture_symbol *import,
				  unsigned long addr)
{
	if (import->key)
		__static_call_update(import->key, import->tramp, (void *)addr);
}

/* Replacements in other objects may run, and ask suture_address() meanwhile. */
static void import_set(const struct suture_symbol *import, unsigned long addr)
{
	import_redirect_calls(import, addr);
	/*
	 * Pairs with smp_load_acquire() in suture_address(): whoever sees the
	 * address can make the call, and sees where it goes.
	 */
	smp_store_release(import->address, (void *)addr);
}

static void import_reset(const struct suture_symbol *import)
{
	/* Nobody begins to use it; who does already keeps the module. */
	WRITE_ONCE(*import->address, NULL);
	import_redirect_calls(import, 0);
}

/* The log's line about a symbol that symbols_import() did not find. */
static void import_explain(struct klp_patch *patch,
			   const struct suture_symbol *import,
			   const struct module *mod, int error)
{
	const char *kind = import->key ? "function" : "variable";

	if (error == -EINVAL)
		import_err(patch, import,
			   "several symbols have this name; say which, counting in /proc/kallsyms from 1");
	else if (error == -EXDEV)
		import_err(patch, import, "is not a %s; correct its declaration",
			   kind);
	else if (error == -EFAULT)
		import_err(patch, import,
			   "is in the init section, which is freed; do without it");
	else if (error == -ENODATA && mod)
		import_err(patch, import,
			   "is a variable, and this kernel keeps no symbols of variables once a module has loaded (CONFIG_KALLSYMS_ALL=n); load the patch before the module, or reach the variable through a function");
	else if (error == -ENODATA)
		import_err(patch, import,
			   "is a variable, and this kernel has no symbols of its variables (CONFIG_KALLSYMS_ALL=n); reach it through a function, or through a symbol that is exported");
	else if (import->sympos > 1)
		import_err(patch, import,
			   "no %s number %lu of this name; count in /proc/kallsyms from 1",
			   kind, import->sympos);
	else
		import_err(patch, import,
			   "no such %s (misspelt, inlined, or another version of the object); compare with /proc/kallsyms and rebuild the patch for this kernel",
			   kind);
}

static int import_resolve(struct klp_patch *patch,
			  const struct suture_symbol *import,
			  const struct module *mod)
{
	unsigned long addr;
	int ret;

	ret = symbols_import(mod, import->name, import->sympos, import->key,
			     &addr);
	if (!ret) {
		import_set(import, addr);
		return 0;
	}
	import_explain(patch, import, mod, ret);
	return -EINVAL;
}

/**
 * imports_check() - is each symbol's object one of the patch's?
 *
 * Only objects of a patch are watched as they come and go.
 *
 * Return: 0; -EINVAL: one is not, and the log says which.
 */
int imports_check(struct klp_patch *patch)
{
	const struct suture_symbol *import;
	struct klp_object *obj;
	unsigned int i;
	bool found;

	for_each_import(patch, i, import) {
		found = is_of_vmlinux(import);
		klp_for_each_object(patch, obj)
			found = found || is_of(import, obj);
		if (!found) {
			import_err(patch, import,
				   "the patch has no such object; add it to klp_patch.objs, with an empty list of functions if need be");
			return -EINVAL;
		}
	}
	return 0;
}

/**
 * imports_resolve() - make the symbols of an object usable
 * @patch: the patch
 * @obj:   a module that is loaded, or NULL for vmlinux
 *
 * Context: process context, suture_mutex held, no replacement in @obj live yet.
 * Return: 0, or a negative error with the log naming the symbol; what was
 * resolved before it stays so: imports_reset() is owed where @patch lives on.
 */
int imports_resolve(struct klp_patch *patch, struct klp_object *obj)
{
	const struct suture_symbol *import;
	unsigned int i;
	int ret;

	for_each_import(patch, i, import) {
		if (!is_of(import, obj))
			continue;
		ret = import_resolve(patch, import, obj ? obj->mod : NULL);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * imports_reset() - the module of an object goes, its symbols with it
 * @patch: the patch
 * @obj:   the module
 *
 * Context: as for imports_resolve(); no replacement in @obj is live any more.
 */
void imports_reset(struct klp_patch *patch, struct klp_object *obj)
{
	const struct suture_symbol *import;
	unsigned int i;

	for_each_import(patch, i, import)
		if (is_of(import, obj))
			import_reset(import);
}

static bool module_uses_suture(const struct module *mod)
{
	const struct module_use *use;

	list_for_each_entry(use, &mod->target_list, target_list)
		if (use->target == THIS_MODULE)
			return true;
	return false;
}

/**
 * imports_check_module() - is a module linked as far as its author meant it?
 * @mod: just loading
 *
 * Mainline's livepatch links symbols that are not exported late: their names
 * start with .klp.sym., what refers to them is in sections .klp.rela.*, and the
 * loader leaves both alone. Nobody would ever apply these for a patch of
 * Suture's, so its code would jump to nowhere.
 *
 * Return: 0, or -ENOEXEC with the log naming one of them.
 */
int imports_check_module(const struct module *mod)
{
	char name[KSYM_NAME_LEN];

	if (!module_uses_suture(mod) ||
	    !symbols_first_prefixed(mod, ".klp.sym.", name))
		return 0;
	pr_err("patch '%s': symbol '%s': is left to the kernel's own livepatch to link (.klp.rela sections), which Suture does not do; declare what it stands for with <suture/symbols.h> and build the patch anew\n",
	       mod->name, name);
	return -ENOEXEC;
}
