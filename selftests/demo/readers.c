// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a file over and over from several tasks and sorts the answers.
 *
 *	readers FILE TASKS
 *
 * Runs until SIGTERM, then prints each different answer that any task has got,
 * with how many times, in the order in which they first appeared.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ANSWERS = 8, MAX_LENGTH = 512 };

static struct shared {
	_Atomic bool stop;
	_Atomic bool busy; /* guards adding an answer */
	_Atomic unsigned int answers;
	char text[MAX_ANSWERS][MAX_LENGTH];
	_Atomic uint64_t times[MAX_ANSWERS];
} *shared;

static volatile sig_atomic_t told_to_stop;

static void on_signal(int number)
{
	(void)number;
	told_to_stop = 1;
}

static int find(const char *text)
{
	unsigned int answers = atomic_load(&shared->answers);

	for (unsigned int i = 0; i < answers; i++)
		if (!strcmp(shared->text[i], text))
			return i;
	return -1;
}

static int find_or_add(const char *text)
{
	int position = find(text);

	if (position >= 0)
		return position;
	while (atomic_exchange(&shared->busy, true))
		usleep(100);
	position = find(text);
	if (position < 0) {
		position = shared->answers;
		if (position == MAX_ANSWERS)
			errx(1, "more than %d different answers", MAX_ANSWERS);
		strcpy(shared->text[position], text);
		atomic_store(&shared->answers, position + 1);
	}
	atomic_store(&shared->busy, false);
	return position;
}

static void read_on(const char *path)
{
	while (!atomic_load(&shared->stop)) {
		char text[MAX_LENGTH];
		int fd = open(path, O_RDONLY);
		ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

		if (length < 0)
			err(1, "%s", path);
		close(fd);
		text[length] = 0;
		atomic_fetch_add(&shared->times[find_or_add(text)], 1);
	}
}

int main(int argc, char **argv)
{
	unsigned int tasks = argc == 3 ? atoi(argv[2]) : 0;
	int status, failed = 0;

	if (!tasks)
		errx(2, "usage: readers FILE TASKS");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "shared memory");
	signal(SIGTERM, on_signal);
	for (unsigned int i = 0; i < tasks; i++) {
		pid_t child = fork();

		if (child < 0)
			err(1, "fork");
		if (child == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			signal(SIGTERM, SIG_IGN);
			read_on(argv[1]);
			_exit(0);
		}
	}
	while (!told_to_stop)
		usleep(10000);
	atomic_store(&shared->stop, true);
	while (wait(&status) > 0)
		failed |= status != 0;
	for (unsigned int i = 0; i < shared->answers; i++)
		printf("%8llu times: %s", (unsigned long long)shared->times[i], shared->text[i]);
	return failed;
}
