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
	struct kprobe kp = { .symbol_name = "kallsyms_lookup_name" };
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

/*
 * Call @fn for each symbol @name of a module. The symbol table is replaced when
 * the module's init ends, and the old one freed after a grace period:
 * preemption stays off while it is read. @fn must not sleep.
 */
static int module_each_match(const struct module *mod, const char *name,
			     int (*fn)(void *data, unsigned long addr),
			     void *data)
{
	const struct mod_kallsyms *syms;
	unsigned int i;
	int ret = 0;

	preempt_disable();
	syms = rcu_dereference_sched(mod->kallsyms);
	for (i = 1; syms && i < syms->num_symtab && !ret; i++) {
		const Elf_Sym *sym = &syms->symtab[i];

		if (sym->st_shndx == SHN_UNDEF ||
		    strcmp(syms->strtab + sym->st_name, name))
			continue;
		ret = fn(data, sym->st_value);
	}
	preempt_enable();
	return ret;
}

static int each_match(const struct module *mod, const char *name,
		      int (*fn)(void *data, unsigned long addr), void *data)
{
	if (mod)
		return module_each_match(mod, name, fn, data);
	return hidden(kallsyms_on_each_match_symbol)(fn, name, data);
}

struct find_args {
	unsigned long sympos;
	unsigned long count;
	unsigned long addr;
};

static int find_one(void *data, unsigned long addr)
{
	struct find_args *args = data;

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
 * Return: 0; -ENOENT: no such symbol (or fewer than @sympos); -EINVAL: several,
 * and @sympos was 0.
 */
int symbols_find(const struct module *mod, const char *name,
		 unsigned long sympos, struct symbol *sym)
{
	struct find_args args = { .sympos = sympos };

	each_match(mod, name, find_one, &args);
	if (!args.addr)
		return -ENOENT;
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
