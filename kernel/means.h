/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * By which means a task was switched: for tracepoints and counters. klp has the
 * words for the numbers from BTF: what follows MEANS_, as in trace.h.
 */
#ifndef SUTURE_MEANS_H
#define SUTURE_MEANS_H

enum means {
	MEANS_ASLEEP,	/* pinned while off its CPU */
	MEANS_STOPPED,	/* the stopper took its CPU, then pinned */
	MEANS_OFFLINE,	/* idle task of a CPU that is offline */
	MEANS_WOKEN,	/* it did so itself, when it had been woken to leave */
};

#endif /* SUTURE_MEANS_H */
