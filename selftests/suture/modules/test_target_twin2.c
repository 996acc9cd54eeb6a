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

int target_twin2_answer(void)
{
	return target_twin();
}
