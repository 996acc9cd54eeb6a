/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the test patches have in common. A patch defines UNIVERSE, includes this,
 * and lists its objects; functions that it does not list are not compiled in.
 */
#include "patch_module.h"

#define LINKAGE static __maybe_unused
#define NAME(x) patched_##x
#include "target_bodies.h"

#define PATCHED(x) { .old_name = "target_" #x, .new_func = patched_##x }
