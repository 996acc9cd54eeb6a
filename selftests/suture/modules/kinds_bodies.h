/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that a patch changes, once for both universes, as
 * target_bodies.h has it.
 */
#include "kinds.h"

int kinds_step(void);
int kinds_sleep_inside(unsigned int token);
int kinds_spin_inside(unsigned int token);
int kinds_park_inside(unsigned int token);
int kinds_doze_inside(unsigned int token);

/* Never patched. */
void kinds_held_asleep(unsigned int token);
void kinds_held_on_cpu(unsigned int token);
void kinds_held_parked(unsigned int token);
int kinds_held_dozing(unsigned int token);

#define FUNCTION LINKAGE noinline __noclone

FUNCTION int NAME(step)(void)
{
	barrier();
	return UNIVERSE;
}

FUNCTION int NAME(sleep_inside)(unsigned int token)
{
	kinds_held_asleep(token);
	return UNIVERSE;
}

FUNCTION int NAME(spin_inside)(unsigned int token)
{
	kinds_held_on_cpu(token);
	return UNIVERSE;
}

FUNCTION int NAME(park_inside)(unsigned int token)
{
	kinds_held_parked(token);
	return UNIVERSE;
}

FUNCTION int NAME(doze_inside)(unsigned int token)
{
	int error = kinds_held_dozing(token);

	return error ? error : UNIVERSE;
}
