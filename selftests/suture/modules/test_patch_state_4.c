// SPDX-License-Identifier: GPL-2.0
/* Stands on others, with the second one's version of a state and data of its own for it. */
#define VERSION 2
#define REPLACE false
#define STATES { .id = STATE_A, .version = VERSION, .data = (void *)0xda7a }
#define OBJECT_CALLBACKS .pre_patch = object_pre_patch, .post_unpatch = object_post_unpatch
#include "test_patch_state.h"

DECLARE(a, STATE_A);
