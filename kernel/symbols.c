// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols: the one place that reaches what the kernel does not export, and that
 * turns names of functions into addresses.
 *
 * symbols_init() runs once, before anything else of the module; nothing here
 * keeps state after that but the targets of the static calls.
 */
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "log.h"
#include "symbols.h"

#define X(type, name, args) \
	DEFINE_STATIC_CALL_NULL(hidden_##name, hidden_##name##_t);
SUTURE_HIDDEN_SYMBOLS(X)
SUTURE_OPTIONAL_SYMBOLS(X)
#undef X

typedef unsigned long kallsyms_lookup_name_t(const char *name);
DEFINE_STATIC_CALL_NULL(hidden_kallsyms_lookup_name, kallsyms_lookup_name_t);

/*
 * A kprobe's address may lie past the entry: behind the TOC set-up on ppc64le,
 * behind ENDBR on x86.
 */
static int kprobe_entry(const struct kprobe *kp, unsigned long *entry)
{
	char text[KSYM_SYMBOL_LEN];
	unsigned long addr = (unsigned long)kp->addr;
	unsigned long offset;
	char *plus, *slash;

	sprint_symbol(text, addr);
	plus = strchr(text, '+');
	slash = plus ? strchr(plus, '/') : NULL;
	if (!slash)
		return -ENOENT;
	*slash = '\0';
	if (kstrtoul(plus + 1, 16, &offset))
		return -ENOENT;
	*entry = addr - offset;
	return 0;
}

static int find_kallsyms_lookup_name(void)
{
	/*
	 * Never armed, so no code is changed: and ftrace, which would do it, is not
	 * left with a mark on the function where it is switched off, over which it
	 * stumbles later.
	 */
	struct kprobe kp = {
		.symbol_name = "kallsyms_lookup_name",
		.flags = KPROBE_FLAG_DISABLED,
	};
	unsigned long entry;
	int ret;

	ret = register_kprobe(&kp);
	if (ret) {
		pr_err("cannot find kallsyms_lookup_name by a kprobe: error %d; Suture needs CONFIG_KPROBES and CONFIG_KALLSYMS\n",
		       ret);
		return ret;
	}
	ret = kprobe_entry(&kp, &entry);
	unregister_kprobe(&kp);
	if (ret) {
		pr_err("cannot tell where kallsyms_lookup_name starts\n");
		return ret;
	}
	static_call_update(hidden_kallsyms_lookup_name,
			   (kallsyms_lookup_name_t *)entry);
	return 0;
}

/**
 * symbols_init() - resolve all hidden symbols
 *
 * Context: process context, may sleep.
 * Return: 0, or -ENOENT when the kernel lacks one; the log names it.
 */
int symbols_init(void)
{
	unsigned long addr;
	int ret;

	ret = find_kallsyms_lookup_name();
	if (ret)
		return ret;

#define X(type, name, args)                                                    \
	addr = static_call(hidden_kallsyms_lookup_name)(#name);                \
	if (!addr) {                                                           \
		pr_err("this kernel has no function " #name                    \
		       ", which Suture needs\n");                              \
		return -ENOENT;                                                \
	}                                                                      \
	static_call_update(hidden_##name, (hidden_##name##_t *)addr);
	SUTURE_HIDDEN_SYMBOLS(X)
#undef X
#define X(type, name, args)                                                    \
	addr = static_call(hidden_kallsyms_lookup_name)(#name);                \
	if (addr)                                                              \
		static_call_update(hidden_##name, (hidden_##name##_t *)addr);
	SUTURE_OPTIONAL_SYMBOLS(X)
#undef X
	return 0;
}

typedef bool symbol_match_t(const char *symbol, const char *name);

static bool is_name(const char *symbol, const char *name)
{
	return !strcmp(symbol, name);
}

static bool starts_with(const char *symbol, const char *name)
{
	return !strncmp(symbol, name, strlen(name));
}

typedef int symbol_fn_t(void *data, const char *symbol, unsigned long addr);

/*
 * Call @fn for each symbol of a module that @match takes. The symbol table is
 * replaced when the module's init ends, and the old one freed after a grace
 * period: preemption stays off while it is read. @fn must not sleep.
 */
static int module_each_symbol(const struct module *mod, symbol_match_t *match,
			      const char *name, symbol_fn_t *fn, void *data)
{
	const struct mod_kallsyms *syms;
	unsigned int i;
	int ret = 0;

	preempt_disable();
	syms = rcu_dereference_sched(mod->kallsyms);
	for (i = 1; syms && i < syms->num_symtab && !ret; i++) {
		const Elf_Sym *sym = &syms->symtab[i];
		const char *symbol = syms->strtab + sym->st_name;

		if (sym->st_shndx != SHN_UNDEF && match(symbol, name))
			ret = fn(data, symbol, sym->st_value);
	}
	preempt_enable();
	return ret;
}

struct addr_args {
	int (*fn)(void *data, unsigned long addr);
	void *data;
};

static int addr_only(void *data, const char *symbol, unsigned long addr)
{
	struct addr_args *args = data;

	return args->fn(args->data, addr);
}

static int each_match(const struct module *mod, const char *name,
		      int (*fn)(void *data, unsigned long addr), void *data)
{
	struct addr_args args = { .fn = fn, .data = data };

	if (mod)
		return module_each_symbol(mod, is_name, name, addr_only, &args);
	return hidden(kallsyms_on_each_match_symbol)(fn, name, data);
}

/* Of the kernel itself, or of the module; not in what is freed after init. */
static bool is_code(const struct module *mod, unsigned long addr)
{
	unsigned long start, size;

	if (!mod)
		return hidden(core_kernel_text)(addr);
	compat_module_text(mod, &start, &size);
	return addr - start < size;
}

/*
 * Of vmlinux: what lies between the linker's marks. The marks are symbols of
 * data, which a kernel that knows no such has not got, nor anything between.
 */
static bool is_init(const struct module *mod, unsigned long addr)
{
	unsigned long start, end;

	if (mod)
		return within_module_init(addr, mod);
	start = static_call(hidden_kallsyms_lookup_name)("__init_begin");
	end = static_call(hidden_kallsyms_lookup_name)("__init_end");
	return addr >= start && addr < end;
}

struct find_args {
	const struct module *mod;
	bool function;
	unsigned long sympos;
	unsigned long count;
	unsigned long addr;
	unsigned long init_addr; /* one that is left out, as it will be freed */
};

/*
 * Counts as /proc/kallsyms lists them. That is all of vmlinux's, and of a module
 * what it has when it is live; while it loads its table has more: what is freed
 * after its init, and variables where the kernel keeps none
 * (CONFIG_KALLSYMS_ALL=n). Who wants a variable there counts these alone.
 */
static int find_one(void *data, unsigned long addr)
{
	struct find_args *args = data;

	if (args->mod && is_init(args->mod, addr)) {
		args->init_addr = addr;
		return 0;
	}
	if (args->mod && !IS_ENABLED(CONFIG_KALLSYMS_ALL) &&
	    is_code(args->mod, addr) != args->function)
		return 0;
	args->count++;
	if (!args->sympos || args->sympos == args->count)
		args->addr = addr;
	/* With no sympos a second match is an ambiguity: look for it. */
	return args->sympos ? args->count == args->sympos : args->count > 1;
}

/**
 * symbols_find() - find a function by name
 * @mod:    the module to look in, formed and kept from going by the caller;
 *	    NULL for vmlinux
 * @name:   of the symbol
 * @sympos: which of several of that name, from 1; 0: it must be the only one
 * @sym:    the result
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOENT: no such symbol; -EFAULT: only in memory of the module's that
 * is freed after initialisation; -ERANGE: fewer than @sympos; -EINVAL: several,
 * and @sympos was 0.
 */
int symbols_find(const struct module *mod, const char *name,
		 unsigned long sympos, struct symbol *sym)
{
	struct find_args args = {
		.mod = mod,
		.function = true,
		.sympos = sympos,
	};

	each_match(mod, name, find_one, &args);
	if (!args.count)
		return args.init_addr ? -EFAULT : -ENOENT;
	if (!args.addr)
		return -ERANGE;
	if (!sympos && args.count > 1)
		return -EINVAL;
	sym->addr = args.addr;
	return symbols_size(sym->addr, &sym->size);
}

/**
 * symbols_size() - size in bytes of the function that starts at @addr
 *
 * Return: 0 or -ENOENT, when kallsyms knows no function there.
 */
int symbols_size(unsigned long addr, unsigned long *size)
{
	unsigned long offset;

	if (!hidden(kallsyms_lookup_size_offset)(addr, size, &offset))
		return -ENOENT;
	return 0;
}

/**
 * symbols_each_cold_part() - where the compiler put a function's unlikely code
 * @mod:  as for symbols_find()
 * @name: of the function
 * @fn:   called for each symbol NAME.cold; must not sleep; non-zero ends
 * @data: for @fn
 *
 * gcc moves unlikely blocks to a symbol of their own; a task that sleeps there
 * is inside the function though no address of it is on the stack. Static
 * functions of one name share the name of the part: all are given, which at
 * worst makes a task wait for no reason.
 *
 * Return: what @fn returned last, 0 when there is none.
 */
int symbols_each_cold_part(const struct module *mod, const char *name,
			   int (*fn)(void *data, unsigned long addr),
			   void *data)
{
	char cold[KSYM_NAME_LEN];

	if (snprintf(cold, sizeof(cold), "%s.cold", name) >= sizeof(cold))
		return 0;
	return each_match(mod, cold, fn, data);
}

/**
 * symbols_all_visible() - does a module's symbol table have its data as well?
 * @mod: formed, and kept from going by the caller
 *
 * It has all symbols while the module loads, and on some kernels ever after;
 * on others only those of functions are kept.
 */
bool symbols_all_visible(const struct module *mod)
{
	return IS_ENABLED(CONFIG_KALLSYMS_ALL) ||
	       mod->state == MODULE_STATE_COMING;
}

/**
 * symbols_each_prefixed() - the symbols of a module whose names start alike
 * @mod:    as for symbols_find(), but not vmlinux
 * @prefix: of their names
 * @fn:     called for each; must not sleep; non-zero ends
 * @data:   for @fn
 *
 * Return: what @fn returned last, 0 when there is none.
 */
int symbols_each_prefixed(const struct module *mod, const char *prefix,
			  int (*fn)(void *data, unsigned long addr), void *data)
{
	struct addr_args args = { .fn = fn, .data = data };

	return module_each_symbol(mod, starts_with, prefix, addr_only, &args);
}

static int copy_name(void *data, const char *symbol, unsigned long addr)
{
	if (data)
		strscpy(data, symbol, KSYM_NAME_LEN);
	return 1;
}

/**
 * symbols_first_prefixed() - one of the symbols whose names start alike
 * @mod:    as for symbols_each_prefixed()
 * @prefix: of their names
 * @name:   where the name goes; KSYM_NAME_LEN bytes
 *
 * Return: whether there is one.
 */
bool symbols_first_prefixed(const struct module *mod, const char *prefix,
			    char *name)
{
	return module_each_symbol(mod, starts_with, prefix, copy_name, name);
}

/**
 * symbols_has() - is there a symbol of that name in a module?
 */
bool symbols_has(const struct module *mod, const char *name)
{
	return module_each_symbol(mod, is_name, name, copy_name, NULL);
}

/**
 * symbols_import() - find a function or variable for a patch to use
 * @mod:      as for symbols_find()
 * @name:     of the symbol
 * @sympos:   which of several of that name, from 1; 0: it must be the only one
 * @function: whether it must be a function; else it must be a variable
 * @addr:     the result
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOENT: no such symbol (or fewer than @sympos); -EINVAL: several,
 * and @sympos was 0; -EXDEV: of the other kind; -EFAULT: in memory that is
 * freed after initialisation; -ENODATA: the kernel knows no variables of @mod.
 */
int symbols_import(const struct module *mod, const char *name,
		   unsigned long sympos, bool function, unsigned long *addr)
{
	struct find_args args = {
		.mod = mod,
		.function = function,
		.sympos = sympos,
	};

	if (!function && !(mod ? symbols_all_visible(mod) :
				 IS_ENABLED(CONFIG_KALLSYMS_ALL)))
		return -ENODATA;
	each_match(mod, name, find_one, &args);
	if (!args.addr)
		return args.init_addr ? -EFAULT : -ENOENT;
	if (!sympos && args.count > 1)
		return -EINVAL;
	*addr = args.addr;
	if (is_init(mod, *addr))
		return -EFAULT;
	if (is_code(mod, *addr) == function)
		return 0;
	/* Without its variables, what a kernel lists besides code is init code. */
	return mod || IS_ENABLED(CONFIG_KALLSYMS_ALL) ? -EXDEV : -EFAULT;
}
