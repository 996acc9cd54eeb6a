// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transitions: how a patch comes to be applied, or not any more, task by task.
 *
 * One transition at a time, all of it under suture_mutex, in this order:
 *
 *  1. transition_init(): every task gets a slot in the universe that is left;
 *     only then the functions' transition flags are set.
 *  2. The caller redirects the functions (on the way to the patched universe):
 *     all tasks are in the unpatched one, so nothing changes for anyone yet.
 *  3. transition_start(): tasks are switched, at once as many as possible, the
 *     others by a worker that retries with back-off.
 *  4. When no task is left in the old universe none can come back to it, since
 *     children inherit their parent's. The functions are removed (on the way to
 *     the unpatched universe), the flags cleared, and after all handlers that
 *     saw a flag have ended, the slots are freed.
 *
 * A reversal exchanges the universes' roles in step 3. Steps 1 and 2 are undone
 * by transition_abandon() and transition_cancel().
 */
#include "log.h"

#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#include "audit.h"
#include "blockers.h"
#include "core.h"
#include "force.h"
#include "patience.h"
#include "redirect.h"
#include "replace.h"
#include "stack.h"
#include "state.h"
#include "stats.h"
#include "switch.h"
#include "synchronize.h"
#include "tasks.h"
#include "trace.h"
#include "transition.h"

/* All under suture_mutex. */
static struct klp_patch *current_patch;
static int target;
/* By direction: what must not be on a stack of a task that switches there. */
static struct stack_ranges *ranges[2];
/* Counts transitions and their turns. */
static unsigned long serial;
/* Whether the one that runs was forced, even if it was turned round then. */
static bool forced;

static void transition_work_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(transition_work, transition_work_fn);

static const char *direction(void)
{
	return target == KLP_PATCHED ? "patching" : "unpatching";
}

/* The patch in transition, or NULL. suture_mutex held. */
struct klp_patch *transition_patch(void)
{
	return current_patch;
}

/* Changes when a transition ends or turns round. suture_mutex held. */
unsigned long transition_serial(void)
{
	return serial;
}

/* What must not be on a stack of a task now. suture_mutex, in a transition. */
const struct stack_ranges *transition_ranges(void)
{
	return ranges[target];
}

/* Where it leads: KLP_PATCHED or KLP_UNPATCHED. suture_mutex held. */
int transition_target(void)
{
	return target;
}

static void mark_functions(bool transition)
{
	struct klp_object *obj;
	struct klp_func *func;

	klp_for_each_object(current_patch, obj)
		klp_for_each_func(obj, func)
			redirect_mark(func, transition);
}

static void ranges_drop(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		stack_ranges_free(ranges[i]);
		ranges[i] = NULL;
	}
}

/**
 * transition_init() - give every task a universe and let it decide
 * @patch: none is in transition
 * @to:    KLP_PATCHED or KLP_UNPATCHED
 *
 * Nothing changes for any task before transition_start().
 *
 * Return: 0, or a negative error with nothing left behind.
 */
int transition_init(struct klp_patch *patch, int to)
{
	int ret;

	ret = tasks_begin(to);
	if (ret) {
		patch_err(patch,
			  "cannot note every task's universe: error %d; try again with more free memory",
			  ret);
		return ret;
	}
	current_patch = patch;
	target = to;
	forced = false;
	pr_notice("'%s': initializing %s transition\n", patch->mod->name,
		  direction());
	mark_functions(true);
	return 0;
}

/**
 * transition_update_ranges() - take note of which code changes
 *
 * Whenever that changes, also in the middle of a transition, when an object
 * comes or goes. Both directions are prepared, so
 * that a reversal cannot fail for want of memory.
 *
 * Return: 0 or -ENOMEM with the former ranges kept.
 */
int transition_update_ranges(void)
{
	struct stack_ranges *new[2];

	new[KLP_UNPATCHED] = stack_ranges_build(current_patch, KLP_UNPATCHED);
	new[KLP_PATCHED] = stack_ranges_build(current_patch, KLP_PATCHED);
	if (!new[KLP_UNPATCHED] || !new[KLP_PATCHED] ||
	    audit_update(current_patch)) {
		stack_ranges_free(new[KLP_UNPATCHED]);
		stack_ranges_free(new[KLP_PATCHED]);
		patch_err(current_patch,
			  "out of memory while preparing the transition");
		return -ENOMEM;
	}
	ranges_drop();
	ranges[KLP_UNPATCHED] = new[KLP_UNPATCHED];
	ranges[KLP_PATCHED] = new[KLP_PATCHED];
	return 0;
}

/**
 * transition_prepare() - the last steps that can fail
 *
 * After the functions were redirected, before transition_start().
 *
 * Return: 0, or a negative error; transition_cancel() or, where nothing was
 * redirected, transition_abandon() is owed then.
 */
int transition_prepare(void)
{
	int ret;

	ret = transition_update_ranges();
	if (ret)
		return ret;
	ret = tasks_commit();
	if (ret)
		patch_err(current_patch,
			  "cannot note every newborn task's universe: error %d; try again with more free memory",
			  ret);
	return ret;
}

/* No flag is set any more: free what the transition needed. */
static void transition_finish(void)
{
	/* Handlers that saw a flag may still look for their task's slot. */
	synchronize_handlers();
	redirect_reap();
	tasks_end();
	audit_end();
	ranges_drop();
}

/*
 * Every task is in the target universe, and newborns inherit that.
 */
static void transition_complete(void)
{
	struct klp_patch *patch = current_patch;
	struct klp_object *obj;

	pr_notice("'%s': completing %s transition\n", patch->mod->name,
		  direction());

	if (target == KLP_UNPATCHED) {
		redirect_remove(patch, NULL);
		/*
		 * Removed redirects keep their flag: a handler that still holds
		 * one goes by its task's universe, which says unpatched.
		 */
	} else if (patch->replace) {
		replace_unpatch(patch);
	}
	mark_functions(false);
	transition_finish();
	serial++;

	klp_for_each_object(patch, obj) {
		if (!object_is_loaded(obj))
			continue;
		if (target == KLP_PATCHED)
			object_post_patch(obj);
		else
			object_post_unpatch(obj);
	}
	states_complete(patch, target == KLP_PATCHED);

	pr_notice("'%s': %s complete\n", patch->mod->name, direction());
	/* Only now: callbacks may ask for what came before this patch. */
	current_patch = NULL;
	target = KLP_UNDEFINED;
}

static unsigned int pending_tasks(void)
{
	unsigned int pending, total;

	tasks_counts(&pending, &total);
	return pending;
}

/* The clocks start, and people are told. */
static void announce_start(void)
{
	pr_notice("'%s': starting %s transition\n", current_patch->mod->name,
		  direction());
	serial++;
	patience_start(current_patch->suture->deadline_ms);
}

/* Exchange the universes' roles; tasks have yet to be switched back. */
static int transition_turn(void)
{
	int ret;

	ret = tasks_reverse();
	if (ret) {
		patch_err(current_patch,
			  "cannot reverse its transition: error %d; try again with more free memory",
			  ret);
		return ret;
	}
	pr_notice("'%s': reversing transition from %s\n",
		  current_patch->mod->name,
		  target == KLP_PATCHED ? "patching to unpatching" :
					  "unpatching to patching");
	target = !target;
	current_patch->enabled = target == KLP_PATCHED;
	announce_start();
	stats_inc(STAT_REVERSALS);
	trace_transition_reversed(current_patch->mod->name, target,
				  pending_tasks());
	return 0;
}

/* Blockers that are named in the log; all are in /proc/suture/blockers. */
#define EXPIRE_NAMES 16

/* The deadline has passed: go back. */
static void transition_expire(void)
{
	unsigned int pending = pending_tasks();

	pr_notice("'%s': %s transition not complete after its deadline of %u ms: reversing it, since %u %s not moved\n",
		  current_patch->mod->name, direction(),
		  patience_deadline(), pending,
		  pending == 1 ? "task has" : "tasks have");
	blockers_log(EXPIRE_NAMES);
	stats_inc(STAT_DEADLINES);
	/* The way back has none: what is blocked both ways would turn for ever. */
	if (!transition_turn())
		patience_set_deadline(0);
}

static void transition_try_complete(void)
{
	struct klp_patch *patch = current_patch;

	if (switch_pass(ranges[target], target)) {
		if (patience_is_over())
			transition_expire();
		else if (patience_wants_wake())
			switch_wake();
		queue_delayed_work(suture_wq, &transition_work,
				   patience_retry_delay());
		return;
	}
	stats_max(STAT_LONGEST_TRANSITION_US, patience_elapsed_us());
	trace_transition_complete(patch->mod->name, target,
				  patience_elapsed_us(), forced);
	transition_complete();
	if (!patch->enabled)
		patch_free_async(patch);
	else
		replace_release(patch);
}

static void transition_work_fn(struct work_struct *work)
{
	mutex_lock(&suture_mutex);
	if (current_patch) {
		stats_inc(STAT_RETRIES);
		transition_try_complete();
	}
	mutex_unlock(&suture_mutex);
}

/**
 * transition_start() - begin to switch tasks
 *
 * May complete the transition, and then free the patch: do not touch it after.
 */
void transition_start(void)
{
	announce_start();
	stats_inc(STAT_TRANSITIONS);
	trace_transition_start(current_patch->mod->name, target,
			       pending_tasks());
	transition_try_complete();
}

/**
 * transition_abandon() - undo a transition_init() that nothing followed
 */
void transition_abandon(void)
{
	mark_functions(false);
	transition_finish();
	current_patch = NULL;
	target = KLP_UNDEFINED;
}

/**
 * transition_cancel() - undo an enabling that has not started
 *
 * Takes back redirects and pre_patch callbacks. All tasks are unpatched.
 */
void transition_cancel(void)
{
	pr_notice("'%s': canceling %s transition, going to unpatch\n",
		  current_patch->mod->name, direction());
	target = KLP_UNPATCHED;
	transition_complete();
}

/**
 * transition_reverse() - go back to where the transition came from
 *
 * Return: 0, or a negative error with the transition going on as before.
 */
int transition_reverse(void)
{
	int ret;

	ret = transition_turn();
	if (ret)
		return ret;
	cancel_delayed_work(&transition_work);
	transition_try_complete();
	return 0;
}

/* Whether the end of the transition takes a patch away. */
static bool takes_away(const struct klp_patch *patch)
{
	return target == KLP_UNPATCHED ? patch == current_patch :
					 replace_takes(current_patch, patch);
}

/*
 * Whether what is forced over can be kept: the code of the patches that go. A module
 * whose init function fails is freed whatever references there are, even after
 * klp_enable_patch(); see patch_take_back().
 */
static int force_check_kept(void)
{
	struct klp_patch *patch;

	list_for_each_entry(patch, &suture_patches, list) {
		if (!takes_away(patch) ||
		    READ_ONCE(patch->mod->state) == MODULE_STATE_LIVE)
			continue;
		patch_err(patch,
			  "cannot be forced off: the init function of its module has not ended, or has failed, and its code would go under the tasks that are in it; end those that /proc/suture/blockers names");
		return -EBUSY;
	}
	return 0;
}

/**
 * transition_force() - switch the remaining tasks without looking at them
 *
 * Unsafe: they may be inside code that changes. Those that are not move by
 * themselves first; what the others are in is noted, see force.c. What could be
 * pulled away from under them is kept for good: the modules of the patches that go.
 *
 * Context: process context, suture_mutex held, in a transition.
 * Return: 0; -EBUSY: such a module cannot be kept, and nothing was forced.
 */
int transition_force(void)
{
	struct klp_patch *patch;
	int ret = force_check_kept();

	if (ret)
		return ret;
	pr_warn("forcing remaining tasks to the patched state\n");
	forced = true;
	if (switch_pass(ranges[target], target))
		force_note(current_patch, target);
	list_for_each_entry(patch, &suture_patches, list)
		if (takes_away(patch))
			patch->forced = true;
	switch_force(target);
	stats_inc(STAT_FORCED);
	mod_delayed_work(suture_wq, &transition_work, 0);
	return 0;
}

/**
 * transition_switch_current() - the current task is where it may be able to move
 *
 * Context: process context, suture_mutex held, in a transition or not.
 */
void transition_switch_current(void)
{
	if (current_patch && switch_current(ranges[target], target))
		mod_delayed_work(suture_wq, &transition_work, 0);
}

/**
 * transition_exit() - wait for the worker. No patch is left.
 */
void transition_exit(void)
{
	cancel_delayed_work_sync(&transition_work);
}
