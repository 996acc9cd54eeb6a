// SPDX-License-Identifier: GPL-2.0
/*
 * Loads, reverts, turns round, stacks and replaces patches in a random order, as
 * fast as the engine completes.
 *
 *	mix TRANSITIONS SECONDS SEED [ANNOUNCEMENT]
 *
 * Ends after so many transitions and seconds, with nothing applied. After each step
 * one call proves that the patch on top answers, and a load that runs beside it is
 * told so, through ANNOUNCEMENT (see client.h).
 *
 * Exit status: 0, 1 something went wrong (said on stderr).
 */
#include "client.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LIMIT_US = 30 * 1000 * 1000, POLL_US = 500, DWELL_US = 3000, PATCHES = 4 };

/* All change the same functions. The last one replaces the others. */
static struct patch {
	const char *name;
	int universe;
	bool loaded;		/* its module is */
	unsigned int order;	/* since when it is applied; 0: it is not */
} patches[PATCHES] = {
	{ "test_patch_1", 1, false, 0 },
	{ "test_patch_2", 2, false, 0 },
	{ "test_patch_3", 3, false, 0 },
	{ "test_patch_all", 3, false, 0 },
};

static struct announcement unheard, *announcement = &unheard;
static unsigned int transitions, turned, replaced, deepest, clock_of_orders;
static uint32_t random_state;
static int target;

static unsigned int below(unsigned int limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % limit;
}

static const char *path_of(const struct patch *patch, const char *file)
{
	static char path[256];
	const char *root = getenv("SUTURE_SYSFS");

	snprintf(path, sizeof(path), "%s/%s/%s", root ? root : "/sys/kernel/suture", patch->name,
		 file);
	return path;
}

static bool exists(const struct patch *patch)
{
	return !access(path_of(patch, ""), F_OK);
}

/* Gone, or at rest. */
static bool is_settled(const struct patch *patch)
{
	return !exists(patch) || client_number(path_of(patch, "transition")) == 0;
}

static bool is_gone(const struct patch *patch)
{
	return !exists(patch);
}

static bool is_unused(const struct patch *patch)
{
	char path[256];

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", patch->name);
	return client_number(path) == 0;
}

static void wait_until(bool (*done)(const struct patch *), const char *what,
		       const struct patch *patch)
{
	uint64_t start = client_now_us();

	while (!done(patch)) {
		if (client_now_us() - start > LIMIT_US * client_slowdown())
			errx(1, "after %u transitions: %s is not %s within %.0f s", transitions,
			     patch->name, what, LIMIT_US / 1e6 * client_slowdown());
		usleep(POLL_US);
	}
}

static void load(struct patch *patch)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "modules/%s.ko", patch->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		err(1, "after %u transitions: loading %s", transitions, path);
	close(fd);
	patch->loaded = true;
	patch->order = ++clock_of_orders;
	transitions++;
}

/* False: it is too late for that. */
static bool set_enabled(const struct patch *patch, const char *value)
{
	int fd = open(path_of(patch, "enabled"), O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, value, 1) == 1;

	if (fd >= 0)
		close(fd);
	if (done)
		transitions++;
	return done;
}

static void must_disable(const struct patch *patch)
{
	if (!set_enabled(patch, "0"))
		err(1, "after %u transitions: disabling %s", transitions, patch->name);
}

/* Patches that went, by themselves or since another one replaced them. */
static void clean_up(void)
{
	for (struct patch *patch = patches; patch < patches + PATCHES; patch++) {
		if (!patch->loaded || exists(patch))
			continue;
		wait_until(is_unused, "released", patch);
		if (syscall(SYS_delete_module, patch->name, O_NONBLOCK))
			err(1, "after %u transitions: unloading %s", transitions, patch->name);
		patch->loaded = false;
		patch->order = 0;
	}
}

static void come(struct patch *patch, bool turn)
{
	bool replaces = patch == &patches[PATCHES - 1];

	load(patch);
	if (turn) {
		must_disable(patch);
		turned++;
		wait_until(is_gone, "gone", patch);
		return;
	}
	wait_until(is_settled, "patched", patch);
	if (!replaces)
		return;
	replaced++;
	for (struct patch *other = patches; other < patch; other++)
		if (other->loaded)
			wait_until(is_gone, "replaced", other);
}

static void go(struct patch *patch, bool turn)
{
	must_disable(patch);
	if (turn && set_enabled(patch, "1")) {
		turned++;
		wait_until(is_settled, "patched again", patch);
	} else {
		wait_until(is_gone, "reverted", patch);
	}
}

static void step(void)
{
	struct patch *patch = &patches[below(PATCHES)];
	bool turn = !below(4);

	announce(announcement, ANNOUNCE_NOTHING);
	if (patch->loaded)
		go(patch, turn);
	else
		come(patch, turn);
	clean_up();
}

/* What stands on top of all that is applied must answer. */
static void prove(void)
{
	struct target_call call = { .function = TARGET_PAIR, .seed = transitions };
	unsigned int latest = 0, depth = 0;
	int universe, expected = 0;
	const char *why;

	for (struct patch *patch = patches; patch < patches + PATCHES; patch++) {
		depth += patch->order != 0;
		if (patch->order <= latest)
			continue;
		latest = patch->order;
		expected = patch->universe;
	}
	deepest = depth > deepest ? depth : deepest;
	announce(announcement, expected);
	universe = client_call(target, &call, &why);
	if (universe != expected)
		errx(1, "after %u transitions: universe %d answered where %d must: %s", transitions,
		     universe, expected, why);
	usleep(DWELL_US);
}

int main(int argc, char **argv)
{
	uint64_t end;
	unsigned int limit;

	if (argc != 4 && argc != 5)
		errx(2, "usage: mix TRANSITIONS SECONDS SEED [ANNOUNCEMENT]");
	limit = atoi(argv[1]);
	end = client_now_us() + atoi(argv[2]) * 1000000ull;
	random_state = atoi(argv[3]) | 1;
	if (argc == 5)
		announcement = announcement_open(argv[4]);
	target = client_open(0);

	while (transitions < limit || client_now_us() < end) {
		step();
		prove();
	}
	announce(announcement, ANNOUNCE_NOTHING);
	for (struct patch *patch = patches; patch < patches + PATCHES; patch++)
		if (patch->loaded)
			go(patch, false);
	clean_up();
	prove();
	printf("%u transitions, %u of them turned round, %u replacements, up to %u patches at a time\n",
	       transitions, turned, replaced, deepest);
	return 0;
}
