/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ppc64le, on kernels whose ftrace exit knows nothing of livepatch: it restores
 * the registers and branches to the ip that the handler leaves, and that is all.
 * A replacement lives in another module, so it needs r12 on entry, for its TOC,
 * and changes r2, which a caller of the same module as the original does not
 * expect.
 *
 * Entry. The ip goes to a stub that loads the replacement's global entry into
 * r12 and branches there. No frame is added: stack arguments stay in place.
 *
 * Return. A caller in another module, or through a pointer, has "ld r2,24(r1)"
 * behind its call and restores its TOC itself. Any other caller is local: it
 * shares the original's TOC and relies on r2. For it LR is replaced by the
 * address of a return stub, which restores r2. The former LR waits in the one
 * slot of the caller's frame that such a call leaves alone, the TOC save slot,
 * where nothing but the caller's TOC may be when the call returns: the return
 * stub puts that there. The handler only decides which it is; the exchange is
 * made by the entry stub, after all of ftrace's users have run: one that comes
 * after us, like the function graph tracer, sets LR by what it was at the call,
 * and would undo ours. See stubs.S.
 */
#ifndef SUTURE_POWERPC_REDIRECT_H
#define SUTURE_POWERPC_REDIRECT_H

#include <linux/ftrace.h>

#include "stubs.h"

struct arch_target {
	unsigned int stub;
};

/* In stubs.S. Stub n is at n * STUB_SIZE; their addresses are taken as data. */
extern char suture_entry_stubs[];
extern char suture_local_entry_stubs[];
extern char suture_return_stubs[];

unsigned long arch_true_return(unsigned long addr, unsigned long *frame);

#define INSN_LD_R2_24_R1	0xe8410018

static __always_inline bool is_return_stub(unsigned long addr)
{
	return addr - (unsigned long)suture_return_stubs <
	       STUB_COUNT * STUB_SIZE;
}

/*
 * Is the call at hand one whose caller relies on r2? The caller's frame is at
 * gpr[1], since ftrace comes before the function makes its own.
 */
static __always_inline bool is_local_call(const struct pt_regs *regs)
{
	unsigned long ret = arch_true_return(regs->link,
					     (unsigned long *)regs->gpr[1]);

	/*
	 * A tail call from a replacement whose own caller was local: that
	 * return stub does what is needed, for the caller of both.
	 */
	return !is_return_stub(ret) && *(const u32 *)ret != INSN_LD_R2_24_R1;
}

static __always_inline void arch_redirect(struct ftrace_regs *fregs,
					  const struct arch_target *target)
{
	struct pt_regs *regs = compat_ftrace_pt_regs(fregs);
	char *entry = is_local_call(regs) ? suture_local_entry_stubs :
					    suture_entry_stubs;

	ftrace_regs_set_instruction_pointer(fregs, (unsigned long)entry +
						   target->stub * STUB_SIZE);
}

/* Kernels up to 6.12 have no direct callers here, so nobody has seen it. */
static inline bool arch_redirect_beside_direct(void)
{
	return false;
}

#endif /* SUTURE_POWERPC_REDIRECT_H */
