// SPDX-License-Identifier: GPL-2.0
/* Brings two states, both with callbacks. */
#define VERSION 1
#define REPLACE false
#define STATES { .id = STATE_A, .version = VERSION }, { .id = STATE_B, .version = VERSION }
#include "test_patch_state.h"

DECLARE(a, STATE_A);
DECLARE(b, STATE_B);
