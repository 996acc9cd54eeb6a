// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into a program, it kills that and the rest of its process group, as a loss of
 * power would, when the program is about to bring something to the disk for the Nth time:
 *
 *	CUT_OFF_AT=N LD_PRELOAD=$PWD/cut-off.so setsid klp install FILE.ko
 *
 * Without CUT_OFF_AT it does nothing. With CUT_OFF_IN=rename, or fsync, that alone counts.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void count(const char *call)
{
	const char *at = getenv("CUT_OFF_AT");
	const char *only = getenv("CUT_OFF_IN");
	static int calls;

	if (!at || (only && strcmp(only, call) != 0))
		return;
	calls++;
	if (calls == atoi(at))
		kill(0, SIGKILL);
}

int fsync(int fd)
{
	count("fsync");
	return (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
	count("rename");
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}
