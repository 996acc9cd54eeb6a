/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The livepatch API, as patch modules see it: source compatible with the
 * mainline header of the same name, served by suture.ko.
 *
 * A build of a patch puts this directory first on its header path
 * (NOSTDINC_FLAGS += -I.../kernel/include); nothing else changes in its source.
 *
 * Layouts equal mainline's, field for field or, where Suture keeps something
 * else in an internal field, size for size: a module that was built against
 * mainline's header describes the same memory.
 */
#ifndef _LINUX_LIVEPATCH_H_
#define _LINUX_LIVEPATCH_H_

#include <linux/completion.h>
#include <linux/ftrace.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/workqueue.h>

/*
 * Universes. A function in transition runs in one of two versions; the universe
 * of the current task decides which.
 */
#define KLP_UNDEFINED	-1
#define KLP_UNPATCHED	 0
#define KLP_PATCHED	 1

/*
 * Every name that the kernel's own livepatch exports is renamed, so that a
 * module built with this header can never bind to it by accident.
 */
#define klp_enable_patch	suture_enable_patch
#define klp_get_state		suture_get_state
#define klp_get_prev_state	suture_get_prev_state
#define klp_shadow_get		suture_shadow_get
#define klp_shadow_alloc	suture_shadow_alloc
#define klp_shadow_get_or_alloc	suture_shadow_get_or_alloc
#define klp_shadow_free		suture_shadow_free
#define klp_shadow_free_all	suture_shadow_free_all

/*
 * MODULE_INFO(livepatch, "Y") makes a kernel without CONFIG_LIVEPATCH refuse
 * the module. Of all tags this header renames just that one, to "livepatch:",
 * which the loader does not know and which modinfo still prints as a line that
 * starts with "livepatch:" and ends with "Y".
 *
 * A tag other than livepatch leaves SUTURE_TAG_<tag> undefined, a plain
 * identifier; for livepatch it expands to a comma and the new tag, which moves
 * the arguments by one.
 */
#define SUTURE_TAG_livepatch	, livepatch:
#define SUTURE_PICK_TAG(_probe, chosen, ...)	chosen
#define SUTURE_TAG(probe, tag)	SUTURE_PICK_TAG(probe, tag, )
#define SUTURE_MODULE_INFO(chosen, tag, info)	__MODULE_INFO(chosen, tag, info)
#undef MODULE_INFO
#define MODULE_INFO(tag, info) \
	SUTURE_MODULE_INFO(SUTURE_TAG(SUTURE_TAG_##tag, tag), tag, info)

struct suture_redirect;
struct suture_patch;

/**
 * struct klp_func - one function and its replacement
 * @old_name:	name of the function to patch
 * @new_func:	the replacement
 * @old_sympos:	which of several symbols of that name in the object, counted
 *		from 1 in the order of kallsyms; 0: the name must be unique
 *
 * While a patch is applied, @patched and @transition go through
 *
 *   patched=0 transition=0   not applied
 *   patched=0 transition=1   about to be applied
 *   patched=1 transition=1   some tasks run it
 *   patched=1 transition=0   all tasks run it
 *
 * and the same way back.
 */
struct klp_func {
	/* external */
	const char *old_name;
	void *new_func;
	unsigned long old_sympos;

	/* internal */
	void *old_func;			/* resolved; NULL while not loaded */
	struct kobject kobj;
	struct list_head node;		/* klp_object.func_list */
	struct suture_redirect *redirect;	/* while @patched */
	unsigned long ftrace_ip;	/* where the call to ftrace is */
	unsigned long old_size, new_size;
	bool nop;
	bool patched;
	bool transition;
};

struct klp_object;

/**
 * struct klp_callbacks - called around the patching of an object
 * @pre_patch:		before its functions are redirected; non-zero refuses
 * @post_patch:		once every task runs the replacements
 * @pre_unpatch:	before the way back starts
 * @post_unpatch:	once no task runs the replacements any more
 * @post_unpatch_enabled: internal: pre_patch succeeded, so post_unpatch is owed
 */
struct klp_callbacks {
	int (*pre_patch)(struct klp_object *obj);
	void (*post_patch)(struct klp_object *obj);
	void (*pre_unpatch)(struct klp_object *obj);
	void (*post_unpatch)(struct klp_object *obj);
	bool post_unpatch_enabled;
};

/**
 * struct klp_object - vmlinux or a module, and what is patched in it
 * @name:	the module's name; NULL for vmlinux
 * @funcs:	its functions, ended by an empty entry
 * @callbacks:	optional
 */
struct klp_object {
	/* external */
	const char *name;
	struct klp_func *funcs;
	struct klp_callbacks callbacks;

	/* internal */
	struct kobject kobj;
	struct list_head func_list;
	struct list_head node;		/* klp_patch.obj_list */
	struct module *mod;		/* NULL for vmlinux, or not loaded */
	bool dynamic;
	bool patched;
};

/**
 * struct klp_state - a state of the system that a patch modifies
 * @id:		identifier, not zero
 * @version:	of the change
 * @data:	for the patch's own use
 */
struct klp_state {
	unsigned long id;
	unsigned int version;
	void *data;
};

/**
 * struct klp_patch - a live patch
 * @mod:	the module that carries it
 * @objs:	its objects, ended by an empty entry
 * @states:	system states that it modifies, ended by an empty entry
 * @replace:	replace all patches that are applied now
 */
struct klp_patch {
	/* external */
	struct module *mod;
	struct klp_object *objs;
	struct klp_state *states;
	bool replace;

	/* internal */
	struct list_head list;
	struct kobject kobj;
	struct list_head obj_list;
	bool enabled;
	bool forced;
	union {
		struct suture_patch *suture;	/* while loaded */
		struct {
			struct work_struct free_work;
			struct completion finish;
		} mainline;		/* for the size; not used */
	};
};

#define klp_for_each_object_static(patch, obj) \
	for (obj = (patch)->objs; (obj)->funcs || (obj)->name; (obj)++)

#define klp_for_each_object_safe(patch, obj, tmp_obj) \
	list_for_each_entry_safe(obj, tmp_obj, &(patch)->obj_list, node)

#define klp_for_each_object(patch, obj) \
	list_for_each_entry(obj, &(patch)->obj_list, node)

#define klp_for_each_func_static(obj, func) \
	for (func = (obj)->funcs; \
	     (func)->old_name || (func)->new_func || (func)->old_sympos; \
	     (func)++)

#define klp_for_each_func_safe(obj, func, tmp_func) \
	list_for_each_entry_safe(func, tmp_func, &(obj)->func_list, node)

#define klp_for_each_func(obj, func) \
	list_for_each_entry(func, &(obj)->func_list, node)

/**
 * klp_enable_patch() - apply a live patch
 * @patch: must live as long as its module; usually static
 *
 * To be called from the init function of the patch's module. Starts the
 * transition and returns; the module cannot be unloaded until the patch was
 * disabled and every task has left it.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL for a malformed patch, a symbol that the object lacks or has
 * several times, or a function that ftrace cannot redirect; -ENOENT for a
 * replacement that kallsyms does not know; -ENOEXEC where the patch says that it
 * is for another build of an object; -EBUSY while another transition runs or where
 * another user changes the function's ip; -ENOMEM; or what a pre_patch callback
 * returned. Nothing is left behind then, and the kernel log names patch, object,
 * function and reason.
 */
int klp_enable_patch(struct klp_patch *patch);

/**
 * klp_get_state() - find a system state among those that a patch lists
 * @patch:	the patch; its list is in klp_patch.states
 * @id:		of the state
 *
 * Context: any in which @patch is loaded, which in its own code it is.
 * Return: the state, or NULL.
 */
struct klp_state *klp_get_state(struct klp_patch *patch, unsigned long id);

/**
 * klp_get_prev_state() - find a system state that an earlier patch has installed
 * @id:		of the state
 *
 * "Earlier" than the patch in transition; of several such, the latest one's.
 *
 * Context: callbacks, while a patch is in transition; elsewhere it warns.
 * Return: the state, or NULL.
 */
struct klp_state *klp_get_prev_state(unsigned long id);

/*
 * Shadow variables: data that a patch attaches to an object of the kernel's
 * whose structure has no room for it. <object, id> names one; the object is
 * known by its address only.
 *
 * They do not go with their object: the patch frees them where the object is
 * freed. They do not go with the patch either: a later one that knows the id
 * finds them, and the last one has to free_all() them, in its post_unpatch
 * callback. What is left when suture.ko itself is unloaded is freed then,
 * without destructors.
 *
 * Locking: finding, attaching and freeing are safe against each other, from any
 * number of tasks and interrupts. The data are the caller's to guard, and so is
 * their life: nobody may go on using what another one frees.
 */

/**
 * typedef klp_shadow_ctor_t - fills a new shadow variable
 * @obj:	the object that it is attached to
 * @shadow_data: its data, all zero so far
 * @ctor_data:	as it was handed to the allocating function
 *
 * Runs only when the variable is really new, and before anybody can find it.
 *
 * Context: atomic: under a spinlock with interrupts off. It must not call any
 * function here but klp_shadow_get().
 * Return: 0; anything else makes the allocation fail, with nothing attached.
 */
typedef int (*klp_shadow_ctor_t)(void *obj, void *shadow_data, void *ctor_data);

/**
 * typedef klp_shadow_dtor_t - releases what a shadow variable refers to
 * @obj:	the object that it was attached to
 * @shadow_data: its data, which nobody can find any more
 *
 * Readers that found the data before may still look at them, until an RCU grace
 * period has passed.
 *
 * Context: as for klp_shadow_ctor_t.
 */
typedef void (*klp_shadow_dtor_t)(void *obj, void *shadow_data);

/**
 * klp_shadow_get() - find a shadow variable
 * @obj:	the object that it is attached to
 * @id:		which of the object's
 *
 * Context: any.
 * Return: its data, or NULL when there is none.
 */
void *klp_shadow_get(void *obj, unsigned long id);

/**
 * klp_shadow_alloc() - attach a new shadow variable
 * @obj:	the object to attach it to
 * @id:		which of the object's; patches that share one agree on its data
 * @size:	of the data, in bytes
 * @gfp_flags:	for their allocation
 * @ctor:	called on the data, which are zero; optional
 * @ctor_data:	for @ctor
 *
 * That there is one already is a bug in the caller: it makes the kernel warn.
 *
 * Context: as @gfp_flags allow; not in NMI.
 * Return: the data, or NULL: it existed, no memory, or @ctor failed.
 */
void *klp_shadow_alloc(void *obj, unsigned long id, size_t size,
		       gfp_t gfp_flags, klp_shadow_ctor_t ctor,
		       void *ctor_data);

/**
 * klp_shadow_get_or_alloc() - find a shadow variable, or attach a new one
 * @obj:	the object that it is, or will be, attached to
 * @id:		which of the object's
 * @size:	of the data, in bytes; not compared with that of an existing one
 * @gfp_flags:	for their allocation
 * @ctor:	called on new data, which are zero; optional
 * @ctor_data:	for @ctor
 *
 * However many call this at the same time, they all get the same data, and
 * @ctor has run once.
 *
 * Context: as @gfp_flags allow; not in NMI.
 * Return: the data, or NULL: no memory, or @ctor failed.
 */
void *klp_shadow_get_or_alloc(void *obj, unsigned long id, size_t size,
			      gfp_t gfp_flags, klp_shadow_ctor_t ctor,
			      void *ctor_data);

/**
 * klp_shadow_free() - detach a shadow variable and free it
 * @obj:	the object that it is attached to
 * @id:		which of the object's
 * @dtor:	called on its data; optional
 *
 * Does nothing where there is none. The memory is freed after a grace period.
 *
 * Context: any but NMI.
 */
void klp_shadow_free(void *obj, unsigned long id, klp_shadow_dtor_t dtor);

/**
 * klp_shadow_free_all() - detach and free the shadow variables of all objects
 * @id:		which of each object's
 * @dtor:	called on the data of each; optional
 *
 * One that is attached while this runs may stay.
 *
 * Context: any but NMI; it looks at all shadow variables that there are.
 */
void klp_shadow_free_all(unsigned long id, klp_shadow_dtor_t dtor);

#endif /* _LINUX_LIVEPATCH_H_ */
