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

/* Interrupt contexts more often: the task that they land on is a matter of luck. */
static int call_all(int expected)
{
	unsigned int calls = 0, wrong = 0;
	struct target_call call;
	const char *why;

	for (unsigned int caller = 0; caller < CLIENT_CALLERS; caller++) {
		int fd = client_open(caller);

		for (call.context = 0; call.context < TARGET_CONTEXTS; call.context++)
			for (call.function = 0; call.function < TARGET_CALLABLE; call.function++)
				for (call.how = 0; call.how < TARGET_HOWS; call.how++)
					for (call.seed = 1; call.seed <= 8; call.seed++) {
						int universe;

						if (call.function == TARGET_NAP &&
						    call.context != TARGET_TASK)
							continue;
						universe = client_call(fd, &call, &why);
						calls++;
						if (universe == expected)
							continue;
						wrong++;
						if (universe < 0)
							warnx("from %s: %s",
							      client_callers[caller], why);
						else
							warnx("from %s: %suniverse %d instead of %d",
							      client_callers[caller], why, universe,
							      expected);
					}
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
