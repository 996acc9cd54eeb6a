/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the programs that call into the test modules share: making one call and
 * judging its answer, and the announcement of what answers must be.
 */
#ifndef SUTURE_TEST_CLIENT_H
#define SUTURE_TEST_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "modules/target.h"

enum { CLIENT_CALLERS = 2, CLIENT_UNIVERSES = 4 };

extern const char *const client_callers[CLIENT_CALLERS];
extern const char *const client_functions[];
extern const char *const client_hows[TARGET_HOWS];
extern const char *const client_contexts[TARGET_CONTEXTS];

/* Returns the position of name in names, or ends the program. */
unsigned int client_lookup(const char *what, const char *name, const char *const *names,
			   unsigned int count);

/* Opens the proc file of a calling module, or ends the program. */
int client_open(unsigned int caller);

/*
 * Returns the universe that answered. Returns -1 and says why in a static
 * buffer when anything about the answer is wrong. Ends the program when the
 * call cannot be made at all.
 */
int client_call(int fd, struct target_call *call, const char **why);

/*
 * Shared memory through which cycle tells load what must be true: while word is
 * the same before and after a call, and universe is not ANNOUNCE_NOTHING, that
 * universe must have answered. The serial keeps an old word from coming back.
 */
struct announcement {
	_Atomic uint64_t word; /* serial << 8 | universe */
};

enum { ANNOUNCE_NOTHING = 0xff };

struct announcement *announcement_open(const char *path);
void announce(struct announcement *announcement, unsigned int universe);

/* Returns the number in a sysfs file, or -1 where the file is not there (any more). */
int client_number(const char *path);

/* Time limits are for the reference machine; SUTURE_SLOWDOWN says how much slower this one is. */
double client_slowdown(void);
uint64_t client_now_us(void);

#endif
