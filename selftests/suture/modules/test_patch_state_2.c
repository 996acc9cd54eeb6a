// SPDX-License-Identifier: GPL-2.0
/* Replaces others, knows a newer version of one state, and drops the other. */
#define VERSION 2
#define REPLACE true
#define STATES { .id = STATE_A, .version = VERSION }
#include "test_patch_state.h"

DECLARE(a, STATE_A);
