// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks of one kind or another that call functions under test, see
 * modules/kinds.h. Each prints the universe that answered and exits with 0.
 *
 *	kinds step		calls at once
 *	kinds asleep		sleeps until SIGUSR1, then calls
 *	kinds computes		the same, but never enters the kernel by itself
 *	kinds stopped		stops itself; calls when it is continued
 *	kinds vfork TOKEN	waits for a child that is held and then calls
 *	kinds dies TOKEN	is held in its exit, where it closes the file; prints nothing
 *	kinds held ACT TOKEN	is held in the kernel: sleep or spin, -inside or not,
 *				or doze-inside, which a signal ends and restarts
 *	kinds traces PID	stops another task as a debugger does, until SIGUSR1; no call
 *	kinds uring-waits	waits in io_uring_enter() until SIGUSR1, then calls
 *	kinds uring-worker TOKEN	has a worker of io_uring call, which is held inside
 *	kinds uring-work TOKEN	is held inside itself, as task work that runs in the
 *				middle of io_uring_enter(), from SIGUSR1 on
 *	kinds uring-probe	only sees whether there is io_uring
 *	kinds storm		has processes and threads call and die, until SIGUSR1;
 *				prints "BORN OLD NEW", how many calls which universe answered
 *
 * Exit status: 2 could not do so, 4 this kernel has no io_uring.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "modules/kinds.h"

static const char *const act_names[KINDS_ACTS] = {
	[KINDS_SLEEP_INSIDE] = "sleep-inside", [KINDS_SPIN_INSIDE] = "spin-inside",
	[KINDS_DOZE_INSIDE] = "doze-inside",   [KINDS_SLEEP] = "sleep",
	[KINDS_SPIN] = "spin",
};

static volatile sig_atomic_t told;

static void on_signal(int number)
{
	(void)number;
	told = 1;
}

/* Blocked while it is not waited for: it must not come just before. */
static sigset_t only_usr1(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return set;
}

static int open_file(int flags)
{
	int fd = open("/proc/" KINDS_PROC, O_RDONLY | O_CLOEXEC | flags);

	if (fd < 0)
		err(2, "/proc/%s (is test_kinds loaded?)", KINDS_PROC);
	return fd;
}

static int act(unsigned int act, unsigned int token)
{
	struct kinds_call call = { .act = act, .token = token };
	int fd = open_file(0);

	if (ioctl(fd, KINDS_CALL, &call))
		err(2, "calling");
	if (act != KINDS_AT_CLOSE)
		close(fd);
	return call.universe;
}

static int answer(int universe)
{
	printf("%d\n", universe);
	return 0;
}

static int step(void)
{
	return act(KINDS_STEP, 0);
}

static int asleep(void)
{
	sigset_t set = only_usr1();
	int number;

	sigwait(&set, &number);
	return answer(step());
}

static int computes(void)
{
	sigset_t set = only_usr1();
	volatile uint64_t n = 0;

	sigprocmask(SIG_UNBLOCK, &set, NULL);
	while (!told)
		n++;
	return answer(step());
}

static int stopped(void)
{
	raise(SIGSTOP);
	return answer(step());
}

static int vforks(unsigned int token)
{
	pid_t child = vfork();

	if (child < 0)
		err(2, "vfork");
	if (!child) {
		act(KINDS_SLEEP, token);
		_exit(0);
	}
	return answer(step());
}

static int held(const char *name, unsigned int token)
{
	for (unsigned int i = 0; i < KINDS_ACTS; i++)
		if (act_names[i] && !strcmp(name, act_names[i]))
			return answer(act(i, token));
	errx(2, "no act '%s'", name);
}

static int traces(pid_t pid)
{
	sigset_t set = only_usr1();
	int status, number;

	if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) ||
	    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		err(2, "tracing %d", pid);
	printf("stopped\n");
	fflush(stdout);
	sigwait(&set, &number);
	if (ptrace(PTRACE_DETACH, pid, NULL, NULL))
		err(2, "letting go of %d", pid);
	return 0;
}

/* --- io_uring, without a library --- */

struct ring {
	int fd;
	unsigned int *sq_tail, *sq_mask, *sq_array, *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
};

static void *map_ring(int fd, size_t size, off_t offset)
{
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);

	if (map == MAP_FAILED)
		err(2, "mapping the ring");
	return map;
}

static struct ring ring_open(void)
{
	struct io_uring_params p = {};
	struct ring ring = { .fd = syscall(__NR_io_uring_setup, 8, &p) };
	char *sq, *cq;

	if (ring.fd < 0 && (errno == ENOSYS || errno == EPERM))
		exit(4);
	if (ring.fd < 0)
		err(2, "io_uring_setup");
	sq = map_ring(ring.fd, p.sq_off.array + p.sq_entries * sizeof(unsigned int),
		      IORING_OFF_SQ_RING);
	cq = map_ring(ring.fd, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe),
		      IORING_OFF_CQ_RING);
	ring.sqes = map_ring(ring.fd, p.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
	ring.sq_tail = (void *)(sq + p.sq_off.tail);
	ring.sq_mask = (void *)(sq + p.sq_off.ring_mask);
	ring.sq_array = (void *)(sq + p.sq_off.array);
	ring.cq_head = (void *)(cq + p.cq_off.head);
	ring.cq_tail = (void *)(cq + p.cq_off.tail);
	ring.cq_mask = (void *)(cq + p.cq_off.ring_mask);
	ring.cqes = (void *)(cq + p.cq_off.cqes);
	return ring;
}

static void ring_add(struct ring *ring, const struct io_uring_sqe *sqe)
{
	unsigned int tail = *ring->sq_tail, i = tail & *ring->sq_mask;

	ring->sqes[i] = *sqe;
	ring->sq_array[i] = i;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
}

static void ring_enter(struct ring *ring, unsigned int submit, unsigned int wait)
{
	if (syscall(__NR_io_uring_enter, ring->fd, submit, wait, IORING_ENTER_GETEVENTS, NULL, 0) !=
	    (long)submit)
		err(2, "io_uring_enter");
}

static void ring_results(struct ring *ring, unsigned int expected)
{
	for (; expected; expected--) {
		struct io_uring_cqe *cqe;

		if (*ring->cq_head == __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE))
			errx(2, "a result is missing");
		cqe = &ring->cqes[*ring->cq_head & *ring->cq_mask];
		if (cqe->res < 0)
			errx(2, "a request failed: %s", strerror(-cqe->res));
		__atomic_store_n(ring->cq_head, *ring->cq_head + 1, __ATOMIC_RELEASE);
	}
}

static int signal_pipe[2];

static void *pass_signal_on(void *unused)
{
	sigset_t set = only_usr1();
	int number;

	(void)unused;
	sigwait(&set, &number);
	if (write(signal_pipe[1], "", 1) != 1)
		err(2, "writing to the pipe");
	return NULL;
}

/*
 * A poll of a pipe that another thread makes readable when SIGUSR1 comes: this
 * one must not leave io_uring_enter() for it.
 */
static struct io_uring_sqe poll_for_signal(void)
{
	pthread_t thread;

	if (pipe(signal_pipe))
		err(2, "pipe");
	errno = pthread_create(&thread, NULL, pass_signal_on, NULL);
	if (errno)
		err(2, "thread");
	return (struct io_uring_sqe){
		.opcode = IORING_OP_POLL_ADD, .fd = signal_pipe[0], .poll_events = POLLIN
	};
}

/* A read that is held inside a function under test. */
static struct io_uring_sqe read_inside(unsigned int token, int flags, char *universe)
{
	struct kinds_call call = { .act = KINDS_SLEEP_INSIDE, .token = token };
	int fd = open_file(flags);

	if (ioctl(fd, KINDS_ON_READ, &call))
		err(2, "what a read does");
	return (struct io_uring_sqe){
		.opcode = IORING_OP_READ, .fd = fd, .addr = (uintptr_t)universe, .len = 1
	};
}

static int uring_probe(void)
{
	ring_open();
	return 0;
}

static int uring_waits(void)
{
	struct ring ring = ring_open();
	struct io_uring_sqe poll = poll_for_signal();

	ring_add(&ring, &poll);
	ring_enter(&ring, 1, 1);
	ring_results(&ring, 1);
	return answer(step());
}

static int uring_worker(unsigned int token)
{
	char universe = -1;
	struct ring ring = ring_open();
	struct io_uring_sqe read = read_inside(token, 0, &universe);

	read.flags = IOSQE_ASYNC;
	ring_add(&ring, &read);
	ring_enter(&ring, 1, 1);
	ring_results(&ring, 1);
	return answer(universe);
}

/*
 * The read follows the poll, whose end is noted as task work, which this task runs
 * where it waits; a file that says not to block is read there and then.
 */
static int uring_work(unsigned int token)
{
	char universe = -1;
	struct ring ring = ring_open();
	struct io_uring_sqe poll = poll_for_signal();
	struct io_uring_sqe read = read_inside(token, O_NONBLOCK, &universe);

	poll.flags = IOSQE_IO_LINK;
	ring_add(&ring, &poll);
	ring_add(&ring, &read);
	ring_enter(&ring, 2, 2);
	ring_results(&ring, 2);
	return answer(universe);
}

/* --- births --- */

static struct counts {
	_Atomic uint64_t born, universe[2];
} *counts;

static void *live(void *unused)
{
	(void)unused;
	atomic_fetch_add(&counts->universe[step() == 1], 1);
	atomic_fetch_add(&counts->born, 1);
	return NULL;
}

static void bear(bool as_thread)
{
	pthread_t thread;
	pid_t child;

	if (as_thread) {
		errno = pthread_create(&thread, NULL, live, NULL);
		if (errno || pthread_join(thread, NULL))
			err(2, "thread");
		return;
	}
	child = fork();
	if (child < 0)
		err(2, "fork");
	if (!child) {
		live(NULL);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

static int storm(void)
{
	sigset_t set = only_usr1();

	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (counts == MAP_FAILED)
		err(2, "shared memory");
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	for (unsigned int i = 0; !told; i++)
		bear(i % 2);
	printf("%llu %llu %llu\n", (unsigned long long)counts->born,
	       (unsigned long long)counts->universe[0], (unsigned long long)counts->universe[1]);
	return 0;
}

static const struct kind {
	const char *name;
	int (*alone)(void);
	int (*with_token)(unsigned int token);
} kinds[] = {
	{ .name = "asleep", .alone = asleep },
	{ .name = "computes", .alone = computes },
	{ .name = "stopped", .alone = stopped },
	{ .name = "vfork", .with_token = vforks },
	{ .name = "uring-probe", .alone = uring_probe },
	{ .name = "uring-waits", .alone = uring_waits },
	{ .name = "uring-worker", .with_token = uring_worker },
	{ .name = "uring-work", .with_token = uring_work },
	{ .name = "storm", .alone = storm },
};

int main(int argc, char **argv)
{
	sigset_t set = only_usr1();

	/* Those that are busy take no CPU from the test. */
	if (nice(19) < 0)
		err(2, "nice");
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR1, on_signal);
	if (argc == 2 && !strcmp(argv[1], "step"))
		return answer(step());
	if (argc == 3 && !strcmp(argv[1], "dies"))
		return act(KINDS_AT_CLOSE, atoi(argv[2])), 0;
	if (argc == 3 && !strcmp(argv[1], "traces"))
		return traces(atoi(argv[2]));
	if (argc == 4 && !strcmp(argv[1], "held"))
		return held(argv[2], atoi(argv[3]));
	for (const struct kind *kind = kinds; kind < kinds + sizeof(kinds) / sizeof(*kinds); kind++) {
		if (argc < 2 || strcmp(argv[1], kind->name))
			continue;
		if (argc == 2 && kind->alone)
			return kind->alone();
		if (argc == 3 && kind->with_token)
			return kind->with_token(atoi(argv[2]));
	}
	errx(2, "usage: see the head of kinds.c");
}
