/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers that the C half and the assembly half of the stubs share.
 */
#ifndef SUTURE_POWERPC_STUBS_H
#define SUTURE_POWERPC_STUBS_H

/* How many replacements can be applied at a time. */
#define STUB_COUNT		4096
/* A stub is one branch; its address says which it is. */
#define STUB_SIZE		4
/* In a stack frame: where the callee saves LR, and where a caller saves its TOC. */
#define FRAME_LR_SAVE		16
#define FRAME_TOC_SAVE		24

#endif /* SUTURE_POWERPC_STUBS_H */
