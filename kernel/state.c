// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System states: what patches say that they have changed in the system beyond
 * the code, so that a later patch can take it over.
 *
 * States are part of their patches and owned by them; nothing is kept here.
 * suture_mutex guards which patches there are.
 */
#include "log.h"

#include <linux/livepatch.h>
#include <linux/module.h>

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

/* Whether @patch can stand on, or take the place of, what made @old. */
static bool state_is_compatible(struct klp_patch *patch,
				const struct klp_patch *installed,
				const struct klp_state *old)
{
	const struct klp_state *new = suture_get_state(patch, old->id);

	if (!new)
		return !replace_takes(patch, installed);
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
 * one that replaces others must list all of theirs.
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
