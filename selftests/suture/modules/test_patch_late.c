// SPDX-License-Identifier: GPL-2.0
/*
 * Looks as if it had been made for mainline's late linking: it has a symbol, and
 * a section, of such names. Real ones have a section index that no assembler
 * writes.
 */
#include "patch_module.h"

asm(
	".pushsection .data\n"
	"\".klp.sym.test_target.target_secret,0\":\n"
	".popsection\n"
	".pushsection .klp.rela.test_target..text, \"a\"\n"
	".popsection\n");

static struct klp_func functions[] = { {} };

static struct klp_object objects[] = { { .name = "test_target", .funcs = functions }, {} };

TEST_PATCH(objects, "Is to be linked late");
