/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stubs; arch_redirect.h says what they are for.
 *
 * Each is a branch to the code that its kind shares, and known by its address:
 * that is in CTR on entry, since ftrace's exit branches there by bctr, and in LR
 * on return. Only r0, r11, r12 and CTR are touched, which are free between
 * functions, and no stack. The module's own TOC is not in r2 here, so the tables
 * are found by literals behind the code.
 */
#include <asm/ppc_asm.h>
#include "stubs.h"

	.text
	.balign 16

	.globl suture_entry_stubs
suture_entry_stubs:
	.rept STUB_COUNT
	b	.Lenter
	.endr

	.globl suture_local_entry_stubs
suture_local_entry_stubs:
	.rept STUB_COUNT
	b	.Lenter_local
	.endr

	.globl suture_return_stubs
suture_return_stubs:
	.rept STUB_COUNT
	b	.Lreturn
	.endr

	.balign 16
/* LR is left as it is. */
.Lenter:
	mflr	r0
	bcl	20,31,1f
1:	mflr	r11
	mtlr	r0
	addi	r11,r11,(.Lliterals - 1b)
	mfctr	r12
	ld	r0,0(r11)		/* suture_entry_stubs */
	ld	r11,24(r11)		/* suture_stub_targets */
	subf	r12,r0,r12		/* 4 * n */
	add	r12,r12,r12
	ldx	r12,r11,r12
	mtctr	r12
	bctr

/*
 * The same, for a local caller. LR is final here, with whatever tracers put in
 * it, whether they ran before our handler or after: it goes to the frame's TOC
 * slot. r2 is the caller's TOC, which the return stub will want; one function's
 * local callers all have the same, so it does not matter who writes it last.
 */
.Lenter_local:
	mflr	r0
	std	r0,FRAME_TOC_SAVE(r1)
	bcl	20,31,1f
1:	mflr	r11
	addi	r11,r11,(.Lliterals - 1b)
	mfctr	r12
	ld	r0,8(r11)		/* suture_local_entry_stubs */
	subf	r12,r0,r12		/* 4 * n */
	ld	r0,16(r11)		/* suture_return_stubs */
	add	r0,r0,r12
	mtlr	r0
	add	r12,r12,r12
	ld	r0,32(r11)		/* suture_stub_tocs */
	stdx	r2,r12,r0
	ld	r11,24(r11)		/* suture_stub_targets */
	ldx	r12,r11,r12
	mtctr	r12
	bctr

/* LR is the stub's own address, r1 the local caller's frame. */
.Lreturn:
	mflr	r12
	bcl	20,31,1f
1:	mflr	r11
	addi	r11,r11,(.Lliterals - 1b)
	ld	r0,16(r11)		/* suture_return_stubs */
	ld	r11,32(r11)
	subf	r12,r0,r12
	add	r12,r12,r12
	ldx	r2,r11,r12
	ld	r0,FRAME_TOC_SAVE(r1)
	std	r2,FRAME_TOC_SAVE(r1)
	mtlr	r0
	blr

	.balign 8
.Lliterals:
	.quad	suture_entry_stubs
	.quad	suture_local_entry_stubs
	.quad	suture_return_stubs
	.quad	suture_stub_targets
	.quad	suture_stub_tocs
