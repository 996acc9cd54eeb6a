// SPDX-License-Identifier: GPL-2.0
/*
 * Patches and reverts over and over, as fast as the engine completes, through
 * the plain system calls that insmod, echo and rmmod make.
 *
 *	cycle PATCH.ko ROUNDS UNIVERSE [ANNOUNCEMENT]
 *
 * After each completed transition one call proves who answers: UNIVERSE when
 * patched, 0 when reverted. What must hold between transitions is told to a
 * load that runs beside it, through ANNOUNCEMENT (see client.h).
 *
 * Exit status: 0 all rounds done, 1 something went wrong (said on stderr).
 */
#include "client.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LIMIT_US = 20 * 1000 * 1000, POLL_US = 500, DWELL_US = 5000 };

/* What is timed, for people to read. */
enum phase { LOADING, PATCHING, REVERTING, UNLOADING, PHASES };

static const char *const phase_names[PHASES] = { "loading", "patching", "reverting", "unloading" };
static uint64_t *took[PHASES]; /* microseconds, one for each round */

static char name[64]; /* of the module, as the kernel has it */
static char transition_path[256], enabled_path[256], patch_path[256], refcnt_path[256];

static void name_paths(const char *file)
{
	const char *root = getenv("SUTURE_SYSFS");
	char copy[256];
	char *dot;

	if (!root)
		root = "/sys/kernel/suture";
	snprintf(copy, sizeof(copy), "%s", file);
	snprintf(name, sizeof(name), "%s", basename(copy));
	dot = strrchr(name, '.');
	if (dot)
		*dot = 0;
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	snprintf(patch_path, sizeof(patch_path), "%s/%s", root, name);
	snprintf(transition_path, sizeof(transition_path), "%s/%s/transition", root, name);
	snprintf(enabled_path, sizeof(enabled_path), "%s/%s/enabled", root, name);
	snprintf(refcnt_path, sizeof(refcnt_path), "/sys/module/%s/refcnt", name);
}

static bool is_patched(void)
{
	return client_number(transition_path) == 0;
}

static bool is_gone(void)
{
	return access(patch_path, F_OK) != 0;
}

static bool is_unused(void)
{
	return client_number(refcnt_path) == 0;
}

static void wait_until(bool (*done)(void), const char *what, unsigned int round)
{
	uint64_t start = client_now_us();

	while (!done()) {
		if (client_now_us() - start > LIMIT_US * client_slowdown())
			errx(1, "round %u: %s was not %s within %.0f s", round, name, what,
			     LIMIT_US / 1e6 * client_slowdown());
		usleep(POLL_US);
	}
}

static void load(const char *file, unsigned int round)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", file);
	if (syscall(SYS_finit_module, fd, "", 0))
		err(1, "round %u: loading %s", round, file);
	close(fd);
}

static void start_revert(unsigned int round)
{
	int fd = open(enabled_path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		err(1, "round %u: writing 0 to %s", round, enabled_path);
	close(fd);
}

static void unload(unsigned int round)
{
	/* The engine lets go of the module just after its directory is gone. */
	wait_until(is_unused, "released", round);
	if (syscall(SYS_delete_module, name, O_NONBLOCK))
		err(1, "round %u: unloading %s", round, name);
}

static void expect(int fd, int expected, unsigned int round)
{
	struct target_call call = { .function = TARGET_SINGLE, .seed = round };
	const char *why;
	int universe = client_call(fd, &call, &why);

	if (universe != expected)
		errx(1, "round %u: universe %d answered a call made when %d must: %s", round,
		     universe, expected, why);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void lap(enum phase phase, unsigned int round, uint64_t *since)
{
	uint64_t now = client_now_us();

	took[phase][round - 1] = now - *since;
	*since = now;
}

/* Old and new must each have time to answer. */
static void dwell(uint64_t *since)
{
	usleep(DWELL_US);
	*since = client_now_us();
}

static void report(unsigned int rounds)
{
	printf("%u transitions; milliseconds, median and longest:", 2 * rounds);
	for (unsigned int phase = 0; phase < PHASES; phase++) {
		qsort(took[phase], rounds, sizeof(*took[phase]), compare);
		printf("%s %s %.1f %.1f", phase ? "," : "", phase_names[phase],
		       took[phase][rounds / 2] / 1e3, took[phase][rounds - 1] / 1e3);
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	struct announcement unheard = {}, *announcement = &unheard;
	unsigned int rounds, universe;
	uint64_t since;
	int fd;

	if (argc != 4 && argc != 5)
		errx(2, "usage: cycle PATCH.ko ROUNDS UNIVERSE [ANNOUNCEMENT]");
	rounds = atoi(argv[2]);
	universe = atoi(argv[3]);
	if (!rounds)
		errx(2, "'%s' is no number of rounds", argv[2]);
	if (argc == 5)
		announcement = announcement_open(argv[4]);
	for (unsigned int phase = 0; phase < PHASES; phase++) {
		took[phase] = calloc(rounds, sizeof(*took[phase]));
		if (!took[phase])
			err(2, "calloc");
	}
	name_paths(argv[1]);
	fd = client_open(0);
	expect(fd, 0, 0);

	for (unsigned int round = 1; round <= rounds; round++) {
		announce(announcement, ANNOUNCE_NOTHING);
		since = client_now_us();
		load(argv[1], round);
		lap(LOADING, round, &since);
		wait_until(is_patched, "patched", round);
		lap(PATCHING, round, &since);
		announce(announcement, universe);
		expect(fd, universe, round);
		dwell(&since);

		announce(announcement, ANNOUNCE_NOTHING);
		start_revert(round);
		wait_until(is_gone, "reverted", round);
		lap(REVERTING, round, &since);
		announce(announcement, 0);
		expect(fd, 0, round);
		dwell(&since);

		unload(round);
		lap(UNLOADING, round, &since);
	}
	report(rounds);
	return 0;
}
