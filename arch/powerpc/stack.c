// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stack walk of ppc64le.
 *
 * The kernel's own walk judges whether a stack is reliable, but where a local
 * caller's return address was exchanged for a return stub it shows the stub, and
 * the caller would be hidden from the consistency check. So once the kernel has
 * found the stack reliable, this walks the same frames again, and where a frame
 * holds a return stub it gives both what the stub stands for: the replacement
 * that was called and, from the frame's TOC slot, the caller.
 */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/sched/task_stack.h>
#include <linux/stacktrace.h>
#include <asm/ptrace.h>

#include "arch.h"
#include "powerpc.h"
#include "symbols.h"

/*
 * What kretprobes put in place of a return address: one of two trampolines,
 * depending on the kernel's age.
 */
static __always_inline bool is_kretprobe_stand_in(unsigned long addr)
{
	return addr == (unsigned long)hidden_available(__kretprobe_trampoline) ||
	       addr == (unsigned long)hidden_available(arch_rethook_trampoline);
}

/* Of the current task's latest kretprobe, which belongs to @frame. */
static __always_inline unsigned long
resolve_kretprobe(unsigned long addr, unsigned long *frame)
{
	struct llist_node *cur = NULL;

	if (addr == (unsigned long)hidden_available(arch_rethook_trampoline))
		return hidden(rethook_find_ret_addr)(current,
						     (unsigned long)frame,
						     &cur);
	/* These note no frame. */
	return hidden(kretprobe_find_ret_addr)(current, NULL, &cur);
}

static __always_inline unsigned long
resolve_graph(struct task_struct *task, unsigned long addr,
	      unsigned long *frame)
{
	int idx = 0;

	if (!hidden_available(ftrace_graph_ret_addr))
		return addr;
	return hidden(ftrace_graph_ret_addr)(task, &idx, addr, frame);
}

/**
 * arch_true_return() - where a call that just came in returns to
 * @addr:  its LR
 * @frame: of its caller
 *
 * Without the trampolines of the function graph tracer and of kretprobes, that
 * may have come before us. A kretprobe that did was entered for this very call,
 * so it is the current task's latest.
 *
 * For the ftrace handler: any context; takes no lock.
 */
notrace unsigned long arch_true_return(unsigned long addr, unsigned long *frame)
{
	addr = resolve_graph(current, addr, frame);
	if (unlikely(is_kretprobe_stand_in(addr))) {
		addr = resolve_kretprobe(addr, frame);
		addr = resolve_graph(current, addr, frame);
	}
	return addr;
}

/*
 * Both walks read whole stacks, and among what is there are frames that KASAN has
 * poisoned around their variables: as the kernel's own, they are not checked.
 */
int __no_sanitize_address arch_stack_walk_task(struct task_struct *task,
					       unsigned long *entries,
					       unsigned int size)
{
	unsigned long top = (unsigned long)task_stack_page(task) + THREAD_SIZE;
	unsigned long *frame;
	int i, n, out;

	n = hidden(stack_trace_save_tsk_reliable)(task, entries, size);
	if (n < 0)
		return n;

	frame = task == current ? __builtin_frame_address(0) :
				  (unsigned long *)task->thread.ksp;
	/* Of the first frame only the back chain is sure to be set. */
	for (i = 0, out = n; i < n; i++) {
		unsigned long next = frame[0], addr;

		if (next <= (unsigned long)frame ||
		    next > top - STACK_FRAME_MIN_SIZE)
			break;
		frame = (unsigned long *)next;

		addr = resolve_graph(task, frame[FRAME_LR_SAVE / sizeof(long)],
				     frame);
		if (!is_return_stub(addr))
			continue;
		if (out + 2 > size)
			return -EINVAL;
		entries[out++] = stub_replacement(addr);

		addr = resolve_graph(task, frame[FRAME_TOC_SAVE / sizeof(long)],
				     frame);
		if (is_kretprobe_stand_in(addr))
			return -EINVAL;
		entries[out++] = addr;
	}
	return out;
}

unsigned int __no_sanitize_address
arch_stack_save_current(unsigned long *entries, unsigned int size)
{
	unsigned long top =
		(unsigned long)task_stack_page(current) + THREAD_SIZE;
	unsigned long *frame = __builtin_frame_address(0);
	unsigned int n = stack_trace_save(entries, size, 0);
	unsigned long next, addr;

	/* On the task's own stack: from an interrupt's there is no way back. */
	while (n + 2 <= size) {
		next = frame[0];
		if (next <= (unsigned long)frame ||
		    next > top - STACK_FRAME_MIN_SIZE)
			break;
		frame = (unsigned long *)next;
		addr = resolve_graph(current,
				     frame[FRAME_LR_SAVE / sizeof(long)],
				     frame);
		if (!is_return_stub(addr))
			continue;
		entries[n++] = stub_replacement(addr);
		entries[n++] = frame[FRAME_TOC_SAVE / sizeof(long)];
	}
	return n;
}
