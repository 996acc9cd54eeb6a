// SPDX-License-Identifier: GPL-2.0
/*
 * Enables and disables a live patch again and again and says how long it took.
 *
 *	bench SYSFS PATCH.ko ROUNDS LOAD [NUMBER]
 *
 * SYSFS is the folder of the engine that the patch is built for. LOAD is idle,
 * busy (NUMBER tasks compute in user mode) or asleep (NUMBER tasks sleep).
 *
 * The whole. Enabling: from the moment the patch's init function hands the patch
 * over, so the loading of its module is left out, until its file "transition"
 * reads 0. Disabling: from the write of 0 until the patch's directory is gone.
 * Each round starts when no function is redirected any more.
 *
 * Of it, the transition: from the line in the kernel's log that says that it starts
 * to the one that says that it is complete. Both engines write the same.
 *
 * Prints "enable MIN MEDIAN MAX MIN MEDIAN MAX", first of the whole and then of the
 * transition alone, and the same for disable, in milliseconds.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { POLL_NS = 200 * 1000, LIMIT_S = 300, STACK = 4096, MAX_ROUNDS = 1000 };

static char name[64], directory[256];

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void sleep_ns(long nanoseconds)
{
	nanosleep(&(struct timespec){ .tv_nsec = nanoseconds }, NULL);
}

/* Returns what the file says, or -1 where it is not there. */
static int64_t read_number(const char *folder, const char *file)
{
	char path[512], text[32] = "";
	ssize_t length = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		length = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	return length > 0 ? atoll(text) : -1;
}

/* --- what the machine is busy with meanwhile --- */

static _Atomic unsigned int *up; /* shared: how many tasks of the load run */

static void compute(void)
{
	volatile uint64_t n = 0;

	atomic_fetch_add(up, 1);
	for (;;)
		n++;
}

static int sleep_forever(void *unused)
{
	(void)unused;
	atomic_fetch_add(up, 1);
	for (;;)
		syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0);
	return 0;
}

/* Bare tasks with a little of one common stack each: many fit into a small guest. */
static void start_sleepers(unsigned int number)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			  CLONE_SYSVSEM;
	char *stacks = mmap(NULL, (size_t)number * STACK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (stacks == MAP_FAILED)
		err(2, "stacks");
	for (unsigned int i = 0; i < number; i++)
		if (clone(sleep_forever, stacks + (size_t)(i + 1) * STACK, flags, NULL) < 0)
			err(2, "starting task %u", i + 1);
	for (;;)
		pause();
}

static pid_t fork_or_die(void)
{
	pid_t child = fork();

	if (child < 0)
		err(2, "fork");
	if (!child)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return child;
}

static void start_load(const char *load, unsigned int number)
{
	bool asleep = !strcmp(load, "asleep");

	up = mmap(NULL, sizeof(*up), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (up == MAP_FAILED)
		err(2, "shared memory");
	if (!strcmp(load, "idle"))
		return;
	if (!asleep && strcmp(load, "busy"))
		errx(2, "'%s' is not idle, busy or asleep", load);
	for (unsigned int i = 0; i < (asleep ? 1 : number); i++) {
		if (fork_or_die())
			continue;
		if (asleep)
			start_sleepers(number);
		compute();
	}
	while (atomic_load(up) < number) {
		if (waitpid(-1, NULL, WNOHANG) > 0)
			errx(2, "a task of the load ended");
		sleep_ns(10 * 1000 * 1000);
	}
}

/* --- looking for the end --- */

enum question { NOTHING, IS_ENABLED, IS_GONE };

static _Atomic int question;
static uint64_t answered;

static bool holds(enum question q)
{
	if (q == IS_GONE)
		return access(directory, F_OK) != 0;
	/* In this order: "transition" may say 0 before the transition has begun. */
	return read_number(directory, "enabled") == 1 && read_number(directory, "transition") == 0;
}

/* A task of its own, since the one that loads the module is still loading it then. */
static void *look(void *unused)
{
	(void)unused;
	for (;;) {
		enum question q = atomic_load(&question);

		if (q != NOTHING && holds(q)) {
			answered = now_ns();
			atomic_store(&question, NOTHING);
		}
		sleep_ns(POLL_NS);
	}
	return NULL;
}

/* It must not queue behind the load: its delay would be taken for the engine's. */
static void start_looking(void)
{
	struct sched_param parameters = { .sched_priority = 1 };
	pthread_t thread;

	errno = pthread_create(&thread, NULL, look, NULL);
	if (!errno)
		errno = pthread_setschedparam(thread, SCHED_FIFO, &parameters);
	if (errno)
		err(2, "the task that looks for the end");
}

static uint64_t wait_for_answer(const char *what)
{
	uint64_t start = now_ns();

	while (atomic_load(&question) != NOTHING) {
		if (now_ns() - start > LIMIT_S * 1000000000ull)
			errx(1, "%s is not %s after %d s", name, what, LIMIT_S);
		sleep_ns(1000 * 1000);
	}
	return answered;
}

/* --- what the log says --- */

struct took {
	double whole, transition; /* ms */
};

static int open_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 || lseek(fd, 0, SEEK_END) < 0)
		err(2, "/dev/kmsg");
	return fd;
}

/* Returns when the log had a line that ends so, in microseconds, or -1. */
static int64_t logged(int fd, const char *text)
{
	char record[2048];
	ssize_t got;

	while ((got = read(fd, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		char *comma, *line;

		if (got <= 0)
			continue; /* older ones were overwritten meanwhile */
		record[got] = 0;
		line = strchr(record, ';');
		comma = strchr(record, ',');
		/* "PRIORITY,NUMBER,MICROSECONDS,...;TEXT\n" */
		if (line && comma && strstr(line, text))
			return atoll(strchr(comma + 1, ',') + 1);
	}
	return -1;
}

/* How long the transition took that was over when the file was last read. */
static double transition_ms(int fd, const char *direction)
{
	int64_t start, complete;
	char text[128];

	snprintf(text, sizeof(text), "'%s': starting %s transition\n", name, direction);
	start = logged(fd, text);
	snprintf(text, sizeof(text), "'%s': %s complete\n", name, direction);
	complete = logged(fd, text);
	close(fd);
	if (start < 0 || complete < 0)
		errx(1, "%s: the log does not say when %s started and was complete", name,
		     direction);
	return (complete - start) / 1e3;
}

/* --- the rounds --- */

/* No function of the target is redirected any more, by whatever engine. */
static bool nothing_is_redirected(void)
{
	static char text[1 << 16];
	size_t length = 0;
	ssize_t got;
	int fd = open("/sys/kernel/tracing/enabled_functions", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(2, "/sys/kernel/tracing/enabled_functions");
	while ((got = read(fd, text + length, sizeof(text) - 1 - length)) > 0)
		length += got;
	if (got < 0)
		err(2, "/sys/kernel/tracing/enabled_functions");
	close(fd);
	text[length] = 0;
	return !strstr(text, "[bench_target]");
}

static struct took enable(const char *file)
{
	char parameters[128];
	int fd = open(file, O_RDONLY | O_CLOEXEC), log = open_log();
	uint64_t end;

	if (fd < 0)
		err(2, "%s", file);
	atomic_store(&question, IS_ENABLED);
	if (syscall(SYS_finit_module, fd, "", 0))
		err(1, "loading %s", file);
	close(fd);
	end = wait_for_answer("enabled");
	snprintf(parameters, sizeof(parameters), "/sys/module/%s/parameters", name);
	return (struct took){
		.whole = (end - (uint64_t)read_number(parameters, "started")) / 1e6,
		.transition = transition_ms(log, "patching"),
	};
}

static struct took disable(void)
{
	char path[512];
	uint64_t start, end;
	int fd, log = open_log();

	snprintf(path, sizeof(path), "%s/enabled", directory);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	atomic_store(&question, IS_GONE);
	start = now_ns();
	if (write(fd, "0", 1) != 1)
		err(1, "writing 0 to %s", path);
	close(fd);
	end = wait_for_answer("gone");
	return (struct took){
		.whole = (end - start) / 1e6,
		.transition = transition_ms(log, "unpatching"),
	};
}

static void unload(void)
{
	char folder[128];

	snprintf(folder, sizeof(folder), "/sys/module/%s", name);
	while (read_number(folder, "refcnt") > 0)
		sleep_ns(1000 * 1000);
	if (syscall(SYS_delete_module, name, O_NONBLOCK))
		err(1, "unloading %s", name);
	while (!nothing_is_redirected())
		sleep_ns(50 * 1000 * 1000);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void summarize(double *took, unsigned int rounds)
{
	double median;

	qsort(took, rounds, sizeof(*took), compare);
	median = (took[(rounds - 1) / 2] + took[rounds / 2]) / 2;
	printf(" %.1f %.1f %.1f", took[0], median, took[rounds - 1]);
}

static void report(const char *what, const struct took *took, unsigned int rounds)
{
	double whole[MAX_ROUNDS], transition[MAX_ROUNDS];

	for (unsigned int i = 0; i < rounds; i++) {
		whole[i] = took[i].whole;
		transition[i] = took[i].transition;
	}
	printf("%s", what);
	summarize(whole, rounds);
	summarize(transition, rounds);
	printf("\n");
}

int main(int argc, char **argv)
{
	static struct took enabling[MAX_ROUNDS], disabling[MAX_ROUNDS];
	unsigned int rounds;
	char copy[256];

	if (argc != 5 && argc != 6)
		errx(2, "usage: bench SYSFS PATCH.ko ROUNDS idle | busy NUMBER | asleep NUMBER");
	snprintf(copy, sizeof(copy), "%s", argv[2]);
	snprintf(name, sizeof(name), "%s", basename(copy));
	*strchrnul(name, '.') = 0;
	snprintf(directory, sizeof(directory), "%s/%s", argv[1], name);
	rounds = atoi(argv[3]);
	if (!rounds || rounds > MAX_ROUNDS)
		errx(2, "between 1 and %d rounds, please", MAX_ROUNDS);

	start_load(argv[4], argc == 6 ? atoi(argv[5]) : 0);
	start_looking();
	for (unsigned int round = 0; round < rounds; round++) {
		enabling[round] = enable(argv[2]);
		disabling[round] = disable();
		unload();
	}
	report("enable", enabling, rounds);
	report("disable", disabling, rounds);
	return 0;
}
