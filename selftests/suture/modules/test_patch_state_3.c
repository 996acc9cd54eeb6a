// SPDX-License-Identifier: GPL-2.0
/* Brings a state without callbacks, as mainline has it. */
#define VERSION 3
#define REPLACE false
#define STATES { .id = STATE_PLAIN, .version = VERSION }
#include "test_patch_state.h"
