/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All differences between kernel versions, 6.1 to 6.12. Force-included in every
 * file of the runtime, so that nothing else tests a version.
 */
#ifndef SUTURE_COMPAT_H
#define SUTURE_COMPAT_H

#ifndef __ASSEMBLY__

#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "Suture supports kernels from 6.1 on"
#endif

/* 6.2 renamed ftrace_instruction_pointer_set(). */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define ftrace_regs_set_instruction_pointer(fregs, ip) \
	ftrace_instruction_pointer_set(fregs, ip)
#endif

/*
 * The registers in a struct ftrace_regs, on architectures that keep a pt_regs
 * there. 6.13, and stable kernels since, made it opaque.
 */
#ifdef arch_ftrace_regs
#define compat_ftrace_pt_regs(fregs)	(&arch_ftrace_regs(fregs)->regs)
#else
#define compat_ftrace_pt_regs(fregs)	(&(fregs)->regs)
#endif

/**
 * compat_module_text() - where a module keeps its permanent code
 * @mod:   a module that is formed and not yet freed
 * @start: set to the first byte
 * @size:  set to the length in bytes
 *
 * 6.4 split the one core layout of a module into regions by kind.
 */
static inline void compat_module_text(const struct module *mod,
				      unsigned long *start, unsigned long *size)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	*start = (unsigned long)mod->core_layout.base;
	*size = mod->core_layout.text_size;
#else
	*start = (unsigned long)mod->mem[MOD_TEXT].base;
	*size = mod->mem[MOD_TEXT].size;
#endif
}

/**
 * compat_module_rodata() - where a module keeps its data that nobody writes
 * @mod:   as for compat_module_text()
 * @start: set to the first byte
 * @size:  set to the length in bytes
 */
static inline void compat_module_rodata(const struct module *mod,
					unsigned long *start, size_t *size)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
	*start = (unsigned long)mod->core_layout.base +
		 mod->core_layout.text_size;
	*size = mod->core_layout.ro_size - mod->core_layout.text_size;
#else
	*start = (unsigned long)mod->mem[MOD_RODATA].base;
	*size = mod->mem[MOD_RODATA].size;
#endif
}

/* 6.10 dropped the second argument, which __string() knows already. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define compat_assign_str(dst, src)	__assign_str(dst, src)
#else
#define compat_assign_str(dst, src)	__assign_str(dst)
#endif

/**
 * compat_stack_can_be_walked() - may the kernel be asked for a task's stack?
 * @task: current, or kept from running by the caller
 *
 * Where return probes leave rethooks on stacks, the kernel does not look at those
 * of a task that is runnable: such a stack is unreliable. Before 6.10 it also warns,
 * and that with the locks held by which the caller keeps the task from running.
 */
static inline bool compat_stack_can_be_walked(struct task_struct *task)
{
#ifdef CONFIG_RETHOOK
	return task == current || !task_is_running(task) ||
	       llist_empty(&task->rethooks);
#else
	return true;
#endif
}

/* Whether the kernel has a livepatch of its own, and so its sysfs directory. */
static inline bool compat_kernel_has_livepatch(void)
{
	return IS_ENABLED(CONFIG_LIVEPATCH);
}

#endif /* __ASSEMBLY__ */
#endif /* SUTURE_COMPAT_H */
