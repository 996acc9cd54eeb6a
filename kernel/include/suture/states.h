/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Callbacks and shadow variables that belong to a system state, not to a patch:
 * they run when the state really comes or goes, whichever patch brings or drops
 * it, and not when one patch takes it over from another.
 *
 *	#include <suture/states.h>
 *
 *	static struct klp_state states[] = { { .id = 0x10, .version = 1 }, {} };
 *
 *	SUTURE_STATE(limits, 0x10,
 *		.pre_patch = limits_set_up,
 *		.post_unpatch = limits_restore,
 *		.shadow = true,
 *		.shadow_dtor = limits_destroy);
 *
 * at file scope, beside the list of states that klp_patch has.
 *
 *	the state comes: no installed patch lists it yet
 *		pre_patch	before the objects' pre_patch; may refuse the patch
 *		post_patch	when the transition is complete
 *	it is carried: an installed patch lists it, too
 *		none; klp_state.data is that patch's, unless it is set already
 *	it goes: the last patch that lists it is disabled, or is replaced by one
 *	that does not list it
 *		pre_unpatch	before the transition starts
 *		post_unpatch	when it is complete; then, with .shadow, all shadow
 *				variables whose id is the state's are freed
 *
 * States are set up in the order of klp_patch.states and undone in the opposite
 * one. When a transition is reversed, what has come goes with post_unpatch, and what
 * was going stays with post_patch. A state that goes is undone by the callbacks
 * of the patch that had it, the latest one of several.
 *
 * A replace patch may leave out a declared state, which then goes. Mainline's
 * rule stays for states that are not declared: it must list them.
 */
#ifndef SUTURE_STATES_API_H
#define SUTURE_STATES_API_H

#include <linux/livepatch.h>

#include <suture/record.h>

/**
 * struct suture_state - what happens when a system state comes and goes
 * @record:	 the head
 * @id:		 klp_state.id of one of the patch's states
 * @pre_patch:	 sets it up; non-zero refuses the patch, and undoes what came before
 * @post_patch:	 every task runs the patch
 * @pre_unpatch: the state is about to go
 * @post_unpatch: no task runs the patch any more: undo it
 * @shadow:	 the shadow variables whose id is @id are the state's: free them
 *		 when it goes. Not where tasks were forced: one may still use them
 * @shadow_dtor: for each of them; optional
 *
 * All optional. Context: process context, may sleep; Suture's mutex is held, so
 * nothing may be called that loads or disables a patch.
 */
struct suture_state {
	struct suture_record record;
	unsigned long id;
	int (*pre_patch)(struct klp_patch *patch, struct klp_state *state);
	void (*post_patch)(struct klp_patch *patch, struct klp_state *state);
	void (*pre_unpatch)(struct klp_patch *patch, struct klp_state *state);
	void (*post_unpatch)(struct klp_patch *patch, struct klp_state *state);
	bool shadow;
	klp_shadow_dtor_t shadow_dtor;
};

/**
 * SUTURE_STATE() - declare a state's callbacks and shadow variables
 * @name:     an identifier of the patch's own
 * @state_id: klp_state.id
 *
 * Followed by members of struct suture_state.
 */
#define SUTURE_STATE(name, state_id, ...)                           \
	SUTURE_RECORD(suture_state, SUTURE_RECORD_STATE, state_##name, \
		.id = state_id, __VA_ARGS__)

#endif /* SUTURE_STATES_API_H */
