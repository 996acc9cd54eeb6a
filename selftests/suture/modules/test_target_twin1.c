// SPDX-License-Identifier: GPL-2.0
/* One of two functions with the same name: a patch must say which it means. */
#include <linux/kernel.h>

#include "target.h"
#include "target_functions.h"

static noinline __noclone int target_twin(void)
{
	barrier();
	return 0;
}

/*
 * There is another one while the module loads. Were it the same as the one below, the
 * compiler would make them one.
 */
static noinline __noclone int target_lasting(void)
{
	barrier();
	return 2;
}

int target_lasting_answer(void)
{
	return target_lasting();
}

int target_twin1_answer(void)
{
	return target_twin();
}
