/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions and variables that the kernel or a module does not export, for use
 * in a patch that is otherwise plain mainline:
 *
 *	#include <suture/symbols.h>
 *
 *	SUTURE_FUNCTION(flush, int (struct queue *, bool), "mymod", "queue_flush", 0);
 *	SUTURE_VARIABLE(limit, unsigned int, "vmlinux", "queue_limit", 0);
 *	...
 *		if (count > suture_variable(limit))
 *			return suture_call(flush)(queue, true);
 *
 * at file scope, with an identifier of the patch's own, the type, the object,
 * the symbol's name, and which of several of that name it is, counted from 1 in
 * the order of /proc/kallsyms, as for klp_func.old_sympos; 0: it must be the
 * only one.
 *
 * They are there before the object's pre_patch callback and before any
 * replacement can run: from klp_enable_patch() on, or, where the module comes
 * later, from then on. When a module has gone they are not there any more; code
 * that can run without it, such as a replacement in another object, asks
 * suture_address() first and sees to it that the module cannot go meanwhile.
 *
 * A module must be among the patch's objects, if need be with an empty list of
 * functions. A symbol that is missing, ambiguous, of the other kind or in memory
 * that is freed after initialisation makes the patch, or the module that is
 * loading, be refused, and the log names patch, object, symbol and reason.
 *
 * Kernels with CONFIG_KALLSYMS_ALL=n know no variables, but those of a module
 * that is just loading: there a patch that needs one of vmlinux, or of a module
 * that is loaded before it, is refused.
 */
#ifndef SUTURE_SYMBOLS_API_H
#define SUTURE_SYMBOLS_API_H

#include <linux/compiler.h>
#include <linux/moduleparam.h>
#include <linux/static_call.h>

#include <asm/barrier.h>

#include <suture/record.h>

/**
 * struct suture_symbol - a symbol that a patch wants; see the macros
 * @record:  the head
 * @object:  the module's name, or "vmlinux"
 * @name:    of the symbol
 * @sympos:  which of that name, from 1; 0: the only one
 * @address: where its address goes; NULL while it is not there
 * @key:     of the static call to a function; NULL for a variable
 * @tramp:   of the static call, where the architecture has one
 */
struct suture_symbol {
	struct suture_record record;
	const char *object;
	const char *name;
	unsigned long sympos;
	void **address;
	struct static_call_key *key;
	void *tramp;
};

/*
 * The tag lets tools see what a patch needs without loading it.
 */
#define SUTURE_SYMBOL(id, type, object_, name_, sympos_, ...)                  \
	static typeof(type) *suture_address_##id __maybe_unused;               \
	__MODULE_INFO(suture_symbol, suture_symbol_##id,                       \
		      object_ " " name_ " " __stringify(sympos_));             \
	SUTURE_RECORD(suture_symbol, SUTURE_RECORD_SYMBOL, symbol_##id,        \
		.object = object_,                                             \
		.name = name_,                                                 \
		.sympos = sympos_,                                             \
		.address = (void **)&suture_address_##id,                      \
		__VA_ARGS__)

/**
 * SUTURE_FUNCTION() - declare a function that is not exported
 * @id:     an identifier of the patch's own
 * @type:   of the function, such as int (struct file *, bool)
 * @object: the module's name, or "vmlinux"; a string literal
 * @name:   of the symbol; a string literal
 * @sympos: which of that name
 *
 * It is called through a static call: on x86 kernels with IBT a plain pointer
 * to a function that the kernel itself calls only directly would fault.
 */
#define SUTURE_FUNCTION(id, type, object, name, sympos)                        \
	DEFINE_STATIC_CALL_NULL(suture_call_##id, type);                       \
	SUTURE_SYMBOL(id, type, object, name, sympos,                          \
		.key = &STATIC_CALL_KEY(suture_call_##id),                     \
		.tramp = STATIC_CALL_TRAMP_ADDR(suture_call_##id))

/**
 * SUTURE_VARIABLE() - declare a variable that is not exported
 *
 * Parameters as for SUTURE_FUNCTION(); @type is the variable's.
 */
#define SUTURE_VARIABLE(id, type, object, name, sympos)                        \
	SUTURE_SYMBOL(id, type, object, name, sympos, .key = NULL)

/**
 * suture_call() - the function, to be called: suture_call(id)(arguments)
 * @id: as in SUTURE_FUNCTION(); it must be there
 */
#define suture_call(id)		static_call(suture_call_##id)

/**
 * suture_variable() - the variable itself
 * @id: as in SUTURE_VARIABLE(); it must be there
 */
#define suture_variable(id)	(*READ_ONCE(suture_address_##id))

/**
 * suture_address() - where a symbol is
 * @id: as in SUTURE_FUNCTION() or SUTURE_VARIABLE()
 *
 * Where it is there, suture_call() and suture_variable() after this will find it.
 *
 * Return: its address, with its type, or NULL while its module is not there.
 */
#define suture_address(id)	smp_load_acquire(&suture_address_##id)

#endif /* SUTURE_SYMBOLS_API_H */
