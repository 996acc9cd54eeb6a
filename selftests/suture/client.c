// SPDX-License-Identifier: GPL-2.0
/* Making one call and judging its answer; see client.h. */
#include "client.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

const char *const client_callers[CLIENT_CALLERS] = { "target", "caller" };

const char *const client_functions[] = {
	[TARGET_SINGLE] = "single",	  [TARGET_TAIL] = "tail",    [TARGET_MANY] = "many",
	[TARGET_VARARGS] = "varargs",	  [TARGET_BIG] = "big",	     [TARGET_RECURSE] = "recurse",
	[TARGET_ALTERNATE] = "alternate", [TARGET_PAIR] = "pair",    [TARGET_NAP] = "nap",
	[TARGET_CALLABLE] = "",		  [TARGET_SLEEP] = "sleep",  [TARGET_OUTER] = "outer",
};

const char *const client_hows[TARGET_HOWS] = { "direct", "pointer" };
const char *const client_contexts[TARGET_CONTEXTS] = { "task", "softirq", "hardirq" };

unsigned int client_lookup(const char *what, const char *name, const char *const *names,
			   unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (!strcmp(name, names[i]))
			return i;
	errx(2, "no such %s: %s", what, name);
}

int client_open(unsigned int caller)
{
	const char *path = caller ? "/proc/" CALLER_PROC : "/proc/" TARGET_PROC;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		err(2, "%s (is test_%s loaded?)", path, client_callers[caller]);
	return fd;
}

/* 1 * seed + 2 * (seed + 1) + ... + count * (seed + count - 1) */
static uint64_t weighted_sum(uint64_t seed, unsigned int count)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < count; i++)
		sum += (i + 1) * (seed + i);
	return sum;
}

/* Worked out from what a function promises, not copied from its body. */
static uint64_t expected_payload(const struct target_call *call)
{
	const uint64_t s = call->seed, salt = TARGET_SALT, depth = TARGET_DEPTH;
	const uint64_t values = TARGET_BIG_VALUES;

	switch (call->function) {
	case TARGET_SINGLE:
		return 3 * s + salt;
	case TARGET_TAIL:
		return 3 * (s + 1) + salt;
	case TARGET_MANY:
	case TARGET_VARARGS:
		return weighted_sum(s, TARGET_ARGUMENTS) + salt;
	case TARGET_BIG:
		return 3 * weighted_sum(s, values) + salt * (values * (values + 1) / 2);
	case TARGET_RECURSE:
		return s + salt + depth * (depth + 1) / 2;
	case TARGET_ALTERNATE:
		return s + salt + depth * (depth + 1) / 2 - 1;
	case TARGET_PAIR:
		return 3 * s + 2 * salt;
	case TARGET_NAP:
		return 5 * s + salt;
	case TARGET_SLEEP:
		return s;
	case TARGET_OUTER: /* the universe of the function that it called */
		return target_payload(call->answer);
	}
	errx(2, "function %u has no known payload", call->function);
}

int client_call(int fd, struct target_call *call, const char **why)
{
	static _Thread_local char text[256];
	uint64_t expected;
	int length;

	if (ioctl(fd, TARGET_CALL, call))
		err(2, "calling %s (%s, %s)", client_functions[call->function],
		    client_hows[call->how], client_contexts[call->context]);

	length = snprintf(text, sizeof(text), "%s (%s, %s, seed %#x): ",
			  client_functions[call->function], client_hows[call->how],
			  client_contexts[call->context], call->seed);
	*why = text;
	expected = target_payload(expected_payload(call));
	if (call->ran_in != call->context)
		snprintf(text + length, sizeof(text) - length, "ran in %s context",
			 client_contexts[call->ran_in]);
	else if (target_payload(call->answer) != expected)
		snprintf(text + length, sizeof(text) - length, "payload %#llx instead of %#llx",
			 (unsigned long long)target_payload(call->answer),
			 (unsigned long long)expected);
	else if (target_universe(call->answer) == TARGET_MIXED)
		snprintf(text + length, sizeof(text) - length, "functions of different universes");
	else if (target_universe(call->answer) >= CLIENT_UNIVERSES)
		snprintf(text + length, sizeof(text) - length, "universe %llu does not exist",
			 (unsigned long long)target_universe(call->answer));
	else if (call->globals != TARGET_GLOBALS)
		snprintf(text + length, sizeof(text) - length,
			 "afterwards the caller read %#llx from its own data instead of %#llx",
			 (unsigned long long)call->globals, (unsigned long long)TARGET_GLOBALS);
	else
		return target_universe(call->answer);
	return -1;
}

struct announcement *announcement_open(const char *path)
{
	struct announcement *announcement;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(*announcement)))
		err(2, "%s", path);
	announcement = mmap(NULL, sizeof(*announcement), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (announcement == MAP_FAILED)
		err(2, "%s", path);
	close(fd);
	return announcement;
}

void announce(struct announcement *announcement, unsigned int universe)
{
	uint64_t serial = atomic_load(&announcement->word) >> 8;

	atomic_store(&announcement->word, (serial + 1) << 8 | universe);
}

int client_number(const char *path)
{
	char text[16] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = -1;

	if (fd >= 0) {
		length = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	return length > 0 ? atoi(text) : -1;
}

double client_slowdown(void)
{
	const char *text = getenv("SUTURE_SLOWDOWN");
	double slowdown = text ? atof(text) : 1;

	return slowdown >= 1 ? slowdown : 1;
}

uint64_t client_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}
