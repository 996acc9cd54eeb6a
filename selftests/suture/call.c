// SPDX-License-Identifier: GPL-2.0
/*
 * Calls functions under test from the command line and judges what they answer.
 *
 *	call one CALLER FUNCTION HOW CONTEXT [SEED]
 *		one call; prints the universe that answered. For sleep and outer
 *		SEED is the token; outer prints its own universe and the inner one's.
 *	call all UNIVERSE
 *		every function, every way, from every context; that universe must answer.
 *
 * Exit status: 0 as expected, 1 a wrong answer (each is named), 2 could not call.
 */
#include "client.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int call_one(char **argv, unsigned int seed)
{
	struct target_call call = { .seed = seed };
	int fd = client_open(client_lookup("caller", argv[0], client_callers, CLIENT_CALLERS));
	const char *why;
	int universe;

	call.function = client_lookup("function", argv[1], client_functions, TARGET_OUTER + 1);
	call.how = client_lookup("way of calling", argv[2], client_hows, TARGET_HOWS);
	call.context = client_lookup("context", argv[3], client_contexts, TARGET_CONTEXTS);
	universe = client_call(fd, &call, &why);
	if (universe < 0) {
		warnx("%s", why);
		return 1;
	}
	if (call.function == TARGET_OUTER)
		printf("%d %d\n", universe, (int)target_payload(call.answer));
	else
		printf("%d\n", universe);
	return 0;
}

enum { SEEDS = 8 };

/* Counts through context, function, way and seed, the last one fastest. False: that was all. */
static bool next_call(struct target_call *call)
{
	if (++call->seed <= SEEDS)
		return true;
	call->seed = 1;
	if (++call->how < TARGET_HOWS)
		return true;
	call->how = 0;
	/* A nap is for task context only, and the last of the functions. */
	if (++call->function < (call->context == TARGET_TASK ? TARGET_CALLABLE : TARGET_NAP))
		return true;
	call->function = 0;
	return ++call->context < TARGET_CONTEXTS;
}

/* Returns whether the expected universe answered, or else says what happened. */
static bool call_and_judge(unsigned int caller, int fd, struct target_call *call, int expected)
{
	const char *why;
	int universe = client_call(fd, call, &why);

	if (universe == expected)
		return true;
	if (universe < 0)
		warnx("from %s: %s", client_callers[caller], why);
	else
		warnx("from %s: %suniverse %d instead of %d", client_callers[caller], why, universe,
		      expected);
	return false;
}

static int call_all(int expected)
{
	unsigned int calls = 0, wrong = 0;

	for (unsigned int caller = 0; caller < CLIENT_CALLERS; caller++) {
		struct target_call call = { .seed = 1 };
		int fd = client_open(caller);

		do {
			calls++;
			wrong += !call_and_judge(caller, fd, &call, expected);
		} while (next_call(&call));
		close(fd);
	}
	printf("%u calls, %u wrong\n", calls, wrong);
	return wrong != 0;
}

int main(int argc, char **argv)
{
	if ((argc == 6 || argc == 7) && !strcmp(argv[1], "one"))
		return call_one(argv + 2, argc == 7 ? strtoul(argv[6], NULL, 0) : 1);
	if (argc == 3 && !strcmp(argv[1], "all"))
		return call_all(atoi(argv[2]));
	errx(2, "usage: call one CALLER FUNCTION HOW CONTEXT [SEED] | call all UNIVERSE");
}
