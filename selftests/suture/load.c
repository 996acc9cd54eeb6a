// SPDX-License-Identifier: GPL-2.0
/*
 * Many tasks that call the functions under test in every way, from every
 * context, and judge each answer; others that do nothing but be born, call and
 * die, as processes and as threads.
 *
 *	load TASKS FORKERS [ANNOUNCEMENT]
 *
 * Prints "running" once all tasks make calls, runs until SIGTERM, then prints
 * what it counted, one "NAME NUMBER" a line. A wrong answer is one that is
 * damaged, mixes universes, or comes from another universe than announced (see
 * client.h). The first few are described on stderr.
 *
 * Exit status: 0 no wrong answer, 1 wrong answers, 2 could not run.
 */
#include "client.h"

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_TASKS = 256, SHORT_LIFE_CALLS = 4, DESCRIBE = 10 };

/* One for each long-lived task, written by it and its short-lived children in turn. */
struct counters {
	_Atomic uint64_t calls, wrong, born;
	_Atomic uint64_t universe[CLIENT_UNIVERSES];
	char padding[64];
};

static struct shared {
	_Atomic bool stop;
	_Atomic unsigned int described;
	struct counters counters[MAX_TASKS];
} *shared;

static struct announcement *announcement;
static volatile sig_atomic_t told_to_stop;

static void on_signal(int number)
{
	(void)number;
	told_to_stop = 1;
}

static void describe(const char *why, const char *more)
{
	if (atomic_fetch_add(&shared->described, 1) < DESCRIBE)
		warnx("%s%s", why, more);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* Interrupts are one call in sixteen: each stops another CPU, and the tasks should get to run. */
static void choose(struct target_call *call, uint32_t *random)
{
	uint32_t r = next_random(random);

	call->how = r % TARGET_HOWS;
	call->context = (r >> 4) % 16 ? TARGET_TASK : TARGET_SOFTIRQ + (r >> 8) % 2;
	/* Pairs are what shows a mixture: half of all calls. */
	call->function = (r >> 9) % 2 ? TARGET_PAIR : (r >> 10) % TARGET_CALLABLE;
	if (call->context != TARGET_TASK && call->function == TARGET_NAP)
		call->function = TARGET_PAIR;
	call->seed = r >> 12;
}

static void call_once(const int fds[CLIENT_CALLERS], struct counters *counters, uint32_t *random)
{
	struct target_call call = {};
	uint64_t before, after;
	const char *why;
	int universe;

	choose(&call, random);
	before = announcement ? atomic_load(&announcement->word) : ANNOUNCE_NOTHING;
	universe = client_call(fds[next_random(random) % CLIENT_CALLERS], &call, &why);
	after = announcement ? atomic_load(&announcement->word) : ANNOUNCE_NOTHING;

	atomic_fetch_add(&counters->calls, 1);
	if (universe < 0) {
		atomic_fetch_add(&counters->wrong, 1);
		describe(why, "");
		return;
	}
	atomic_fetch_add(&counters->universe[universe], 1);
	if (before == after && (before & 0xff) != ANNOUNCE_NOTHING &&
	    universe != (int)(before & 0xff)) {
		char more[80];

		atomic_fetch_add(&counters->wrong, 1);
		snprintf(more, sizeof(more), "universe %d answered when %d was announced", universe,
			 (int)(before & 0xff));
		describe(why, more);
	}
}

static void open_all(int fds[CLIENT_CALLERS])
{
	for (unsigned int caller = 0; caller < CLIENT_CALLERS; caller++)
		fds[caller] = client_open(caller);
}

struct short_life {
	const int *fds;
	struct counters *counters;
	uint32_t random;
};

static void *live_briefly(void *argument)
{
	struct short_life *life = argument;

	for (unsigned int i = 0; i < SHORT_LIFE_CALLS; i++)
		call_once(life->fds, life->counters, &life->random);
	return NULL;
}

static void give_birth(struct short_life *life, bool as_thread)
{
	if (as_thread) {
		pthread_t thread;

		errno = pthread_create(&thread, NULL, live_briefly, life);
		if (errno)
			err(2, "pthread_create");
		pthread_join(thread, NULL);
	} else {
		pid_t child = fork();
		int status;

		if (child < 0)
			err(2, "fork");
		if (child == 0) {
			live_briefly(life);
			_exit(0);
		}
		if (waitpid(child, &status, 0) != child || status != 0)
			errx(2, "a short-lived child ended with status %#x", status);
	}
	atomic_fetch_add(&life->counters->born, 1);
}

static void work(unsigned int number, bool forks)
{
	struct counters *counters = &shared->counters[number];
	uint32_t random = 2463534242u + number * 7919;
	int fds[CLIENT_CALLERS];

	open_all(fds);
	while (!atomic_load(&shared->stop)) {
		if (forks) {
			struct short_life life = { fds, counters, next_random(&random) | 1 };

			give_birth(&life, random & 1);
		} else {
			call_once(fds, counters, &random);
		}
	}
}

static void start(unsigned int number, bool forks)
{
	pid_t parent = getpid(), child = fork();

	if (child < 0)
		err(2, "fork");
	if (child)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(2);
	signal(SIGTERM, SIG_IGN);
	work(number, forks);
	_exit(0);
}

static bool all_running(unsigned int tasks)
{
	for (unsigned int i = 0; i < tasks; i++)
		if (!atomic_load(&shared->counters[i].calls))
			return false;
	return true;
}

/* Ends the program if a task ends by itself: a load that lost a task proves less than it says. */
static void wait_for_signal(unsigned int tasks)
{
	bool announced = false;
	int status;

	while (!told_to_stop) {
		if (waitpid(-1, &status, WNOHANG) > 0)
			errx(2, "a task ended with status %#x", status);
		if (!announced && all_running(tasks)) {
			announced = true;
			printf("running\n");
			fflush(stdout);
		}
		usleep(10000);
	}
}

static int report(unsigned int tasks)
{
	struct counters sum = {};

	for (unsigned int i = 0; i < tasks; i++) {
		sum.calls += shared->counters[i].calls;
		sum.wrong += shared->counters[i].wrong;
		sum.born += shared->counters[i].born;
		for (unsigned int u = 0; u < CLIENT_UNIVERSES; u++)
			sum.universe[u] += shared->counters[i].universe[u];
	}
	printf("calls %llu\nwrong %llu\nborn %llu\n", (unsigned long long)sum.calls,
	       (unsigned long long)sum.wrong, (unsigned long long)sum.born);
	for (unsigned int u = 0; u < CLIENT_UNIVERSES; u++)
		printf("universe%u %llu\n", u, (unsigned long long)sum.universe[u]);
	return sum.wrong != 0;
}

int main(int argc, char **argv)
{
	unsigned int tasks, forkers, failed = 0;
	int status;

	if (argc != 3 && argc != 4)
		errx(2, "usage: load TASKS FORKERS [ANNOUNCEMENT]");
	tasks = atoi(argv[1]);
	forkers = atoi(argv[2]);
	if (tasks + forkers == 0 || tasks + forkers > MAX_TASKS)
		errx(2, "between 1 and %d tasks, please", MAX_TASKS);
	if (argc == 4)
		announcement = announcement_open(argv[3]);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(2, "shared memory");
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);

	for (unsigned int i = 0; i < tasks + forkers; i++)
		start(i, i >= tasks);
	wait_for_signal(tasks + forkers);
	atomic_store(&shared->stop, true);
	while (waitpid(-1, &status, 0) > 0)
		failed |= status != 0;
	if (failed)
		errx(2, "a task did not end well");
	return report(tasks + forkers);
}
