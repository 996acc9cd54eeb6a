// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System states: what patches say that they have changed in the system beyond
 * the code, so that a later patch can take it over; and the callbacks and shadow
 * variables that a patch declares for one (<suture/states.h>).
 *
 * States are part of their patches and owned by them. A declaration's record is
 * marked while its state is set up as far as that patch knows. suture_mutex
 * guards which patches there are, and the marks. No patch comes or goes in a
 * transition, so who else lists a state is the same at its start and its end.
 */
#include "log.h"

#include <linux/livepatch.h>
#include <linux/module.h>

#include <suture/states.h>

#include "core.h"
#include "replace.h"
#include "state.h"
#include "transition.h"

#define for_each_state(patch, state) \
	for (state = (patch)->states; state && state->id; state++)

struct klp_state *suture_get_state(struct klp_patch *patch, unsigned long id)
{
	struct klp_state *state;

	for_each_state(patch, state)
		if (state->id == id)
			return state;
	return NULL;
}
EXPORT_SYMBOL_GPL(suture_get_state);

struct klp_state *suture_get_prev_state(unsigned long id)
{
	struct klp_state *state, *latest = NULL;
	struct klp_patch *patch;

	/*
	 * Callbacks run under suture_mutex, and those of a transition before it
	 * has ended: whoever may call this finds one.
	 */
	if (WARN_ON_ONCE(!transition_patch()))
		return NULL;

	list_for_each_entry(patch, &suture_patches, list) {
		if (patch == transition_patch())
			break;
		state = suture_get_state(patch, id);
		if (state)
			latest = state;
	}
	return latest;
}
EXPORT_SYMBOL_GPL(suture_get_prev_state);

#define for_each_declared(patch, i, declared)                           \
	for (i = 0; (declared = records_next(&(patch)->suture->records, &i, \
					     SUTURE_RECORD_STATE));)

/*
 * @bit: set to that of the record's mark.
 * Return: what @patch declares for a state, or NULL.
 */
static const struct suture_state *declared_of(struct klp_patch *patch,
					      unsigned long id,
					      unsigned int *bit)
{
	const struct suture_state *declared;
	unsigned int i;

	for_each_declared(patch, i, declared) {
		*bit = i - 1;
		if (declared->id == id)
			return declared;
	}
	return NULL;
}

/* Whether @patch can stand on, or take the place of, what made @old. */
static bool state_is_compatible(struct klp_patch *patch,
				struct klp_patch *installed,
				const struct klp_state *old)
{
	const struct klp_state *new = suture_get_state(patch, old->id);
	unsigned int bit;

	/* A declared state can be undone when its owner is replaced. */
	if (!new)
		return !replace_takes(patch, installed) ||
		       declared_of(installed, old->id, &bit);
	return new->version >= old->version;
}

static void say_what_differs(struct klp_patch *patch,
			     const struct klp_state *old)
{
	const struct klp_state *new = suture_get_state(patch, old->id);

	if (new)
		detail_err("version %u of system state %#lx is installed, and the patch knows only version %u; load a patch that knows it, or revert the installed ones first",
			     old->version, old->id, new->version);
	else
		detail_err("version %u of system state %#lx is installed, and the patch replaces its owner without taking it over; load a patch that lists it, or revert the installed ones first",
			     old->version, old->id);
}

/**
 * states_are_compatible() - may a patch follow those that are there?
 * @patch: not in suture_patches yet
 *
 * A patch must know at least the installed version of each state that it lists;
 * one that replaces others must list all of theirs but for declared ones.
 *
 * Context: suture_mutex held.
 * Return: false: no, and the log says why.
 */
bool states_are_compatible(struct klp_patch *patch)
{
	struct klp_patch *installed;
	struct klp_state *state;

	list_for_each_entry(installed, &suture_patches, list) {
		for_each_state(installed, state) {
			if (state_is_compatible(patch, installed, state))
				continue;
			pr_err("Livepatch patch (%s) is not compatible with the already installed livepatches.\n",
			       patch->mod->name);
			say_what_differs(patch, state);
			return false;
		}
	}
	return true;
}

static unsigned int times_listed(const struct klp_patch *patch,
				 unsigned long id)
{
	const struct klp_state *state;
	unsigned int times = 0;

	for_each_state(patch, state)
		times += state->id == id;
	return times;
}

/**
 * states_check() - does a patch list each state that it declares, and once?
 *
 * Return: 0, or -EINVAL with the log saying which one is not.
 */
int states_check(struct klp_patch *patch)
{
	const struct suture_state *declared, *other;
	unsigned int i, j, listed;

	for_each_declared(patch, i, declared) {
		listed = times_listed(patch, declared->id);
		if (listed > 1) {
			patch_err(patch,
				  "lists system state %#lx, which has callbacks, %u times; list it once",
				  declared->id, listed);
			return -EINVAL;
		}
		if (!listed) {
			patch_err(patch,
				  "declares callbacks of system state %#lx, which klp_patch.states does not list; add it there",
				  declared->id);
			return -EINVAL;
		}
		for_each_declared(patch, j, other) {
			if (other == declared || other->id != declared->id)
				continue;
			patch_err(patch,
				  "declares callbacks of system state %#lx twice; make it one declaration",
				  declared->id);
			return -EINVAL;
		}
	}
	return 0;
}

/* The state as the latest other patch lists it, NULL when none does. */
static struct klp_state *listed_by_another(const struct klp_patch *patch,
					   unsigned long id)
{
	struct klp_state *state, *latest = NULL;
	struct klp_patch *other;

	list_for_each_entry(other, &suture_patches, list) {
		state = other != patch ? suture_get_state(other, id) : NULL;
		if (state)
			latest = state;
	}
	return latest;
}

/*
 * Does a state of @patch go when @patch does, and is it for @patch to undo it?
 * @taker replaces @patch and maybe others; NULL: @patch alone is disabled.
 */
static bool state_goes(const struct klp_patch *patch, unsigned long id,
		       const struct klp_patch *taker)
{
	struct klp_patch *other;
	bool later = false;

	list_for_each_entry(other, &suture_patches, list) {
		if (other == patch) {
			later = true;
			continue;
		}
		if (!suture_get_state(other, id))
			continue;
		/* Of several that go at once the latest one undoes it. */
		if (later || !taker || !replace_takes(taker, other))
			return false;
	}
	return true;
}

/**
 * states_pre_patch() - set up the states that a patch brings, take over others
 * @patch: being enabled, in suture_patches
 *
 * Context: as all here, process context, suture_mutex held, in a transition.
 * Return: 0, or what a callback returned. states_complete(), on the way back,
 * then undoes those before it.
 */
int states_pre_patch(struct klp_patch *patch)
{
	const struct suture_state *declared;
	struct klp_state *state, *old;
	unsigned int bit;
	int ret;

	for_each_state(patch, state) {
		declared = declared_of(patch, state->id, &bit);
		if (!declared)
			continue;
		old = listed_by_another(patch, state->id);
		if (old) {
			if (!state->data)
				state->data = old->data;
		} else if (declared->pre_patch) {
			ret = declared->pre_patch(patch, state);
			if (ret) {
				pr_warn("pre-patch callback failed for system state %#lx\n",
					state->id);
				return ret;
			}
		}
		__set_bit(bit, patch->suture->records.marks);
	}
	return 0;
}

enum step { POST_PATCH, PRE_UNPATCH, POST_UNPATCH };

static void state_run(struct klp_patch *patch, struct klp_state *state,
		      const struct klp_patch *taker, enum step step)
{
	const struct suture_state *declared;
	unsigned int bit;

	declared = declared_of(patch, state->id, &bit);
	if (!declared || !test_bit(bit, patch->suture->records.marks) ||
	    !state_goes(patch, state->id, taker))
		return;

	if (step == POST_PATCH && declared->post_patch)
		declared->post_patch(patch, state);
	if (step == PRE_UNPATCH && declared->pre_unpatch)
		declared->pre_unpatch(patch, state);
	if (step != POST_UNPATCH)
		return;
	if (declared->post_unpatch)
		declared->post_unpatch(patch, state);
	/* A task that was forced may be in code that uses them, for ever. */
	if (declared->shadow && !patch->forced)
		suture_shadow_free_all(state->id, declared->shadow_dtor);
	__clear_bit(bit, patch->suture->records.marks);
}

/*
 * One step for all states of @patch that would go, see state_goes(): in the
 * order of its list, and undone the other way round.
 */
static void states_run(struct klp_patch *patch, const struct klp_patch *taker,
		       enum step step)
{
	struct klp_state *state;
	unsigned int count = 0, i;

	for_each_state(patch, state)
		count++;
	for (i = 0; i < count; i++)
		state_run(patch,
			  &patch->states[step == POST_PATCH ? i : count - 1 - i],
			  taker, step);
}

static void replaced_run_one(struct klp_patch *old, struct klp_patch *taker,
			     enum step step)
{
	if (replace_takes(taker, old))
		states_run(old, taker, step);
}

/* The patches, too, are undone latest first. */
static void replaced_run(struct klp_patch *taker, enum step step)
{
	struct klp_patch *old;

	if (step == POST_PATCH)
		list_for_each_entry(old, &suture_patches, list)
			replaced_run_one(old, taker, step);
	else
		list_for_each_entry_reverse(old, &suture_patches, list)
			replaced_run_one(old, taker, step);
}

/* Whether the patches that are being replaced have been told so. */
static bool replaced_told;

/**
 * states_pre_unpatch() - tell the states that go that a transition will start
 * @patch:   about to be disabled, or about to replace others
 * @enabled: which: what it shall become
 *
 * Nothing can fail between this and transition_start().
 */
void states_pre_unpatch(struct klp_patch *patch, bool enabled)
{
	if (enabled) {
		replaced_run(patch, PRE_UNPATCH);
		replaced_told = true;
	} else {
		states_run(patch, NULL, PRE_UNPATCH);
	}
}

/**
 * states_complete() - a transition is complete, whichever way it went
 * @patch:   that was in transition; those that it replaced are still known
 * @enabled: what it has become
 */
void states_complete(struct klp_patch *patch, bool enabled)
{
	if (enabled) {
		states_run(patch, NULL, POST_PATCH);
		if (replaced_told)
			replaced_run(patch, POST_UNPATCH);
	} else {
		states_run(patch, NULL, POST_UNPATCH);
		/* They stay after all. */
		if (replaced_told)
			replaced_run(patch, POST_PATCH);
	}
	replaced_told = false;
}
