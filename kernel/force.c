// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Forced transitions: what they overrode, and what follows from it.
 *
 * A task that was forced may be inside of code of the universe that it was taken
 * out of, for as long as it likes, and may leave that with a mixture of old and
 * new behind it. A later transition looks for what it takes away itself, and not
 * for that. So to have forced tasks leaves marks until the machine restarts:
 *
 * - on the system: /proc/suture/forced, with the stacks of those tasks as they were
 *   just before. Suture cannot be unloaded any more;
 * - on the patch: its file "forced" in sysfs;
 * - on its functions: a later patch that changes one of them is refused, unless
 *   the module parameter allow_after_force is set.
 *
 * None is ever taken back, since nobody can tell when it would be right to. That
 * the modules of patches which were forced off stay is up to transition.c, and so
 * it is whether any task was overridden or not, as in mainline.
 *
 * suture_mutex guards all.
 */
#include "log.h"

#include <linux/capability.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>

#include "blockers.h"
#include "core.h"
#include "force.h"
#include "tasks.h"

/* What is kept of each: tasks, bytes of text. In the log: lines. */
#define FORCE_TASKS 64
#define FORCE_TEXT (32 * 1024)
#define FORCE_LOG_LINES 64
/* Of how many transitions; of more only the functions are kept. */
#define FORCE_KEPT 16

struct forced_transition {
	struct list_head node;
	char patch[MODULE_NAME_LEN];
	int target;
	time64_t when;
	unsigned int tasks;
	char text[FORCE_TEXT];
};

struct forced_function {
	struct list_head node;
	char patch[MODULE_NAME_LEN];
	unsigned long sympos;
	char *object;
	char *name;
};

static LIST_HEAD(transitions);
static unsigned int nr_transitions;
static LIST_HEAD(functions);
/* Some could not be noted, for want of memory. */
static bool functions_missing;

static bool allow_after_force;
module_param(allow_after_force, bool, 0644);
MODULE_PARM_DESC(allow_after_force,
		 "Let patches change functions of which a transition was forced (N)");

static const struct forced_function *find(const struct klp_object *obj,
					  const struct klp_func *func)
{
	const struct forced_function *forced;

	list_for_each_entry(forced, &functions, node)
		if (forced->sympos == func_position(func) &&
		    !strcmp(forced->name, func->old_name) &&
		    !strcmp(forced->object, object_name(obj)))
			return forced;
	return NULL;
}

static void function_free(struct forced_function *forced)
{
	kfree(forced->object);
	kfree(forced->name);
	kfree(forced);
}

/* By name: both the object and the patch may go and come again. */
static int note_function(const struct klp_patch *patch,
			 const struct klp_object *obj,
			 const struct klp_func *func)
{
	struct forced_function *forced;

	if (find(obj, func))
		return 0;
	forced = kzalloc(sizeof(*forced), GFP_KERNEL);
	if (!forced)
		return -ENOMEM;
	forced->object = kstrdup(object_name(obj), GFP_KERNEL);
	forced->name = kstrdup(func->old_name, GFP_KERNEL);
	if (!forced->object || !forced->name) {
		function_free(forced);
		return -ENOMEM;
	}
	forced->sympos = func_position(func);
	strscpy(forced->patch, patch->mod->name, sizeof(forced->patch));
	list_add_tail(&forced->node, &functions);
	return 0;
}

static void note_functions(struct klp_patch *patch)
{
	struct klp_object *obj;
	struct klp_func *func;

	klp_for_each_object(patch, obj)
		klp_for_each_func(obj, func)
			if (func->redirect && note_function(patch, obj, func))
				functions_missing = true;
}

/* The first lines of the text, each with our own prefix. */
static void log_text(const char *text)
{
	unsigned int lines = 0;

	while (*text && lines++ < FORCE_LOG_LINES) {
		int length = strcspn(text, "\n");

		detail_warn("%.*s", length, text);
		text += length + !!text[length];
	}
	if (*text)
		detail_warn("and more in /proc/suture/forced");
}

/**
 * force_note() - a transition is going to be forced over tasks
 * @patch:  in transition
 * @target: its direction
 *
 * While the tasks that have to be forced are still pending. Cannot fail: what
 * cannot be kept for want of memory makes every later patch be refused.
 *
 * Context: process context, suture_mutex held, in a transition.
 */
void force_note(struct klp_patch *patch, int target)
{
	struct forced_transition *forced = NULL;
	unsigned int tasks, total;

	if (!nr_transitions)
		__module_get(THIS_MODULE);
	patch->suture->overridden = true;
	note_functions(patch);
	tasks_counts(&tasks, &total);
	detail_warn("%u %s forced over:", tasks,
		    tasks == 1 ? "task is" : "tasks are");

	if (nr_transitions++ < FORCE_KEPT)
		forced = kvzalloc(sizeof(*forced), GFP_KERNEL);
	if (!forced)
		return;
	strscpy(forced->patch, patch->mod->name, sizeof(forced->patch));
	forced->target = target;
	forced->when = ktime_get_real_seconds();
	forced->tasks = blockers_text(forced->text, sizeof(forced->text),
				      FORCE_TASKS);
	list_add_tail(&forced->node, &transitions);
	log_text(forced->text);
}

/**
 * force_check() - may this patch be loaded, after what was forced?
 * @patch: its functions are listed, with those that it covers for others
 *
 * Context: process context, suture_mutex held.
 * Return: 0, or -EPERM, with the log saying why and what to do.
 */
int force_check(struct klp_patch *patch)
{
	const struct forced_function *forced;
	struct klp_object *obj;
	struct klp_func *func;

	if (READ_ONCE(allow_after_force))
		return 0;
	klp_for_each_object(patch, obj) {
		klp_for_each_func(obj, func) {
			forced = find(obj, func);
			if (!forced && !functions_missing)
				continue;
			func_err(patch, obj, func,
				 "a transition of patch '%s' that changes it was forced, and tasks may still be in the code that this took away (see /proc/suture/forced); restart the machine, or, if you know that they are not, write 1 to /sys/module/suture/parameters/allow_after_force and load this patch again",
				 forced ? forced->patch : "(not noted)");
			return -EPERM;
		}
	}
	return 0;
}

/* /proc/suture/forced */
int force_show(struct seq_file *m, void *v)
{
	const struct forced_transition *forced;

	/* Stacks are not for a container's root. */
	if (!file_ns_capable(m->file, &init_user_ns, CAP_SYS_ADMIN))
		return -EPERM;
	if (mutex_lock_killable(&suture_mutex))
		return -EINTR;
	list_for_each_entry(forced, &transitions, node) {
		seq_printf(m, "# patch=%s target=%s time=%lld tasks=%u\n",
			   forced->patch,
			   forced->target == KLP_PATCHED ? "patched" :
							   "unpatched",
			   (long long)forced->when, forced->tasks);
		seq_puts(m, forced->text);
	}
	if (nr_transitions > FORCE_KEPT)
		seq_printf(m, "# and %u more\n", nr_transitions - FORCE_KEPT);
	mutex_unlock(&suture_mutex);
	return 0;
}

/* Nothing was ever forced: who forces keeps us loaded. */
void force_exit(void)
{
	WARN_ON_ONCE(nr_transitions);
}
