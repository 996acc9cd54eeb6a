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

/*
 * r11 := address of the literals, by a call that leaves LR as it was but for the
 * caller to restore: the true LR is in r0.
 */
.macro LITERALS
	mflr	r0
	bcl	20,31,1f
1:	mflr	r11
	mtlr	r0
	addi	r11,r11,(.Lliterals - 1b)
.endm

	.balign 16
.Lenter:
	LITERALS
	mfctr	r12
	ld	r0,0(r11)		/* suture_entry_stubs */
	ld	r11,24(r11)		/* suture_stub_targets */
	subf	r12,r0,r12		/* 4 * n */
	add	r12,r12,r12
	ldx	r12,r11,r12
	mtctr	r12
	bctr

/*
 * The same, for a local caller: r2 is its TOC, and the return stub will want it.
 * One function always has the same, so it does not matter who writes it last.
 */
.Lenter_local:
	LITERALS
	mfctr	r12
	ld	r0,8(r11)		/* suture_local_entry_stubs */
	subf	r12,r0,r12
	add	r12,r12,r12
	ld	r0,32(r11)		/* suture_stub_tocs */
	ld	r11,24(r11)
	ldx	r11,r11,r12
	add	r12,r12,r0
	std	r2,0(r12)
	mr	r12,r11
	mtctr	r12
	bctr

/* LR is the stub's own address, r1 the local caller's frame. */
.Lreturn:
	mflr	r12
	bcl	20,31,2f
2:	mflr	r11
	addi	r11,r11,(.Lliterals - 2b)
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
