/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_SYMBOLS_H
#define SUTURE_SYMBOLS_H

#include <linux/sched.h>
#include <linux/static_call.h>
#include <linux/stop_machine.h>
#include <linux/task_work.h>

/*
 * Functions of the kernel that are not exported, reached through static calls:
 * on kernels with IBT an indirect call to a function whose ENDBR was sealed
 * would fault, a static call is a direct one.
 *
 * X(return type, name, arguments)
 */
#define SUTURE_HIDDEN_SYMBOLS(X)                                               \
	X(int, task_call_func,                                                 \
	  (struct task_struct *task, int (*fn)(struct task_struct *, void *),  \
	   void *arg))                                                         \
	X(int, stack_trace_save_tsk_reliable,                                  \
	  (struct task_struct *task, unsigned long *store, unsigned int size)) \
	X(unsigned int, stack_trace_save_tsk,                                  \
	  (struct task_struct *task, unsigned long *store, unsigned int size,  \
	   unsigned int skipnr))                                               \
	X(int, wake_up_state, (struct task_struct *task, unsigned int state))  \
	X(struct task_struct *, idle_task, (int cpu))                          \
	X(int, stop_one_cpu, (unsigned int cpu, cpu_stop_fn_t fn, void *arg))  \
	X(unsigned long, ftrace_location, (unsigned long addr))                \
	X(int, core_kernel_text, (unsigned long addr))                         \
	X(int, kallsyms_on_each_match_symbol,                                  \
	  (int (*fn)(void *, unsigned long), const char *name, void *data))    \
	X(int, kallsyms_lookup_size_offset,                                    \
	  (unsigned long addr, unsigned long *size, unsigned long *offset))    \
	X(int, task_work_add,                                                  \
	  (struct task_struct *task, struct callback_head *work,               \
	   enum task_work_notify_mode mode))                                   \
	X(struct callback_head *, task_work_cancel_match,                      \
	  (struct task_struct *task,                                           \
	   bool (*match)(struct callback_head *, void *), void *data))         \
	X(struct module *, find_module, (const char *name))

/*
 * Looked up as well, but left alone where the kernel has none: callers test
 * hidden_available().
 */
#define SUTURE_OPTIONAL_SYMBOLS(X)                                             \
	X(unsigned long, ftrace_find_rec_direct, (unsigned long ip))           \
	X(unsigned long, ftrace_graph_ret_addr,                                \
	  (struct task_struct *task, int *idx, unsigned long ret,              \
	   unsigned long *retp))                                               \
	X(unsigned long, kretprobe_find_ret_addr,                              \
	  (struct task_struct *task, void *frame, struct llist_node **cur))    \
	X(void, __kretprobe_trampoline, (void))                                \
	X(unsigned long, rethook_find_ret_addr,                                \
	  (struct task_struct *task, unsigned long frame,                      \
	   struct llist_node **cur))                                           \
	X(void, arch_rethook_trampoline, (void))

#define X(type, name, args)                                                    \
	typedef type hidden_##name##_t args;                                   \
	DECLARE_STATIC_CALL(hidden_##name, hidden_##name##_t);
SUTURE_HIDDEN_SYMBOLS(X)
SUTURE_OPTIONAL_SYMBOLS(X)
#undef X

#define hidden(name)		static_call(hidden_##name)
#define hidden_available(name)	static_call_query(hidden_##name)

int symbols_init(void);

/**
 * struct symbol - where a function is
 * @addr: its entry
 * @size: in bytes
 */
struct symbol {
	unsigned long addr;
	unsigned long size;
};

int symbols_find(const struct module *mod, const char *name,
		 unsigned long sympos, struct symbol *sym);
int symbols_size(unsigned long addr, unsigned long *size);
int symbols_each_cold_part(const struct module *mod, const char *name,
			   int (*fn)(void *data, unsigned long addr),
			   void *data);
bool symbols_all_visible(const struct module *mod);
int symbols_each_prefixed(const struct module *mod, const char *prefix,
			  int (*fn)(void *data, unsigned long addr),
			  void *data);
bool symbols_first_prefixed(const struct module *mod, const char *prefix,
			    char *name);
bool symbols_has(const struct module *mod, const char *name);
int symbols_import(const struct module *mod, const char *name,
		   unsigned long sympos, bool function, unsigned long *addr);

#endif /* SUTURE_SYMBOLS_H */
