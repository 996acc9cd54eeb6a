// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Blockers: which tasks a transition waits for, and why. /proc/suture/blockers
 * and the lines in the log when a deadline passes; docs/transitions.md has the
 * format.
 *
 * The list of tasks is taken when the file is opened, each task's state when its
 * line is read, one task at a time under suture_mutex: so a list of any length
 * delays the transition by no more than one task's walk. A task that has moved
 * meanwhile is left out, and when the transition ends or turns round the list
 * does, too. References on the tasks keep their memory, nothing else.
 */
#include "log.h"

#include <linux/capability.h>
#include <linux/kallsyms.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "blockers.h"
#include "core.h"
#include "switch.h"
#include "tasks.h"
#include "transition.h"

/* One task, as it was when it was looked at. */
struct blocker {
	pid_t pid, tgid;
	char comm[TASK_COMM_LEN];
	const char *kind;
	char state;
	unsigned int cpu;
	u64 pending_ms;
	struct stack_report report;
};

/* Room for a line with two symbols in it. */
#define LINE_MAX_LEN (2 * KSYM_SYMBOL_LEN + 256)

static const char *task_kind(const struct suture_task *slot)
{
	if (slot->idle_cpu >= 0)
		return "idle";
	if (slot->task->flags & PF_EXITING)
		return "exiting";
	if (slot->task->flags & PF_IO_WORKER)
		return "io-worker";
	return slot->task->flags & PF_KTHREAD ? "kthread" : "user";
}

/* suture_mutex held, in a transition. */
static void blocker_capture(struct blocker *blocker, struct suture_task *slot)
{
	struct task_struct *task = slot->task;

	blocker->pid = task->pid;
	blocker->tgid = task->tgid;
	get_task_comm(blocker->comm, task);
	blocker->kind = task_kind(slot);
	blocker->state = task_state_to_char(task);
	blocker->cpu = task_cpu(task);
	blocker->pending_ms =
		div_u64(ktime_get_ns() - slot->since, NSEC_PER_MSEC);
	switch_report(task, transition_ranges(), &blocker->report);
}

static void reason_format(const struct stack_report *report, char *text,
			  size_t size)
{
	char symbol[KSYM_SYMBOL_LEN], *module;

	switch (report->verdict) {
	case -EBUSY:
		scnprintf(text, size, "running");
		return;
	case -EINVAL:
		scnprintf(text, size, "unreliable frame=%u", report->reliable);
		return;
	case -EADDRINUSE:
		break;
	default:
		scnprintf(text, size, "none");
		return;
	}
	/* Back into the call: it may be the last instruction of its function. */
	sprint_symbol_no_offset(symbol, report->where - 1);
	/* "name [module]" */
	module = strchr(symbol, ' ');
	if (module) {
		*module = '\0';
		module += 2;
		module[strcspn(module, "]")] = '\0';
	}
	scnprintf(text, size, "function function=%s object=%s", symbol,
		  module ? module : "vmlinux");
}

static void blocker_format(const struct blocker *blocker, char *line,
			   size_t size)
{
	int n;

	n = scnprintf(line, size,
		      "pid=%d tid=%d kind=%s state=%c cpu=%u pending_ms=%llu reason=",
		      blocker->tgid, blocker->pid, blocker->kind,
		      blocker->state, blocker->cpu, blocker->pending_ms);
	reason_format(&blocker->report, line + n, size - n);
	n += strlen(line + n);
	/* Last, since it may contain blanks; what else is odd is escaped. */
	scnprintf(line + n, size - n, " comm=%*pE",
		  (int)strnlen(blocker->comm, sizeof(blocker->comm)),
		  blocker->comm);
}

/* The file. */

struct blockers_file {
	unsigned long serial;	/* of the transition, see transition_serial() */
	unsigned int n, max;
	struct task_struct **tasks;
	char header[MODULE_NAME_LEN + 128];
	char line[LINE_MAX_LEN];
	struct blocker blocker;
};

static void task_add(struct suture_task *slot, void *arg)
{
	struct blockers_file *file = arg;

	if (file->n < file->max)
		file->tasks[file->n++] = get_task_struct(slot->task);
}

/* suture_mutex held. */
static int blockers_collect(struct blockers_file *file)
{
	struct klp_patch *patch = transition_patch();
	unsigned int pending, total;

	file->serial = transition_serial();
	if (!patch)
		return 0;
	tasks_counts(&pending, &total);
	/* Those born blocked while we look come on top. */
	file->max = pending + 64;
	file->tasks =
		kvmalloc_array(file->max, sizeof(*file->tasks), GFP_KERNEL);
	if (!file->tasks)
		return -ENOMEM;
	tasks_each_pending(task_add, file);
	scnprintf(file->header, sizeof(file->header),
		  "# patch=%s target=%s pending=%u tasks=%u\n",
		  patch->mod->name,
		  patch->enabled ? "patched" : "unpatched", pending, total);
	return 0;
}

static void *blockers_at(struct seq_file *m, loff_t pos)
{
	struct blockers_file *file = m->private;

	if (!*file->header || pos > file->n)
		return NULL;
	return pos ? (void *)file->tasks[pos - 1] : SEQ_START_TOKEN;
}

static void *blockers_start(struct seq_file *m, loff_t *pos)
{
	return blockers_at(m, *pos);
}

static void *blockers_next(struct seq_file *m, void *v, loff_t *pos)
{
	return blockers_at(m, ++*pos);
}

static void blockers_stop(struct seq_file *m, void *v)
{
}

static int blockers_show(struct seq_file *m, void *v)
{
	struct blockers_file *file = m->private;
	const struct stack_report *report = &file->blocker.report;
	struct task_struct *task = v;
	struct suture_task *slot;
	bool blocks = false;
	unsigned int i;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, file->header);
		return 0;
	}

	if (mutex_lock_killable(&suture_mutex))
		return -EINTR;
	if (transition_serial() == file->serial && transition_patch()) {
		slot = tasks_find(tasks_table, task);
		blocks = slot && tasks_is_pending(slot);
		if (blocks)
			blocker_capture(&file->blocker, slot);
	}
	mutex_unlock(&suture_mutex);
	if (!blocks || report->verdict == -ESRCH)
		return SEQ_SKIP;

	blocker_format(&file->blocker, file->line, sizeof(file->line));
	seq_printf(m, "%s\n", file->line);
	for (i = 0; i < report->n; i++)
		seq_printf(m, "\t%pB\n", (void *)report->addr[i]);
	return 0;
}

static const struct seq_operations blockers_seq_ops = {
	.start = blockers_start,
	.next = blockers_next,
	.stop = blockers_stop,
	.show = blockers_show,
};

static void blockers_file_free(struct blockers_file *file)
{
	unsigned int i;

	for (i = 0; i < file->n; i++)
		put_task_struct(file->tasks[i]);
	kvfree(file->tasks);
	kvfree(file);
}

static int blockers_open(struct inode *inode, struct file *proc_file)
{
	struct blockers_file *file;
	int ret;

	/* Stacks are not for a container's root. */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	file = kvzalloc(sizeof(*file), GFP_KERNEL);
	if (!file)
		return -ENOMEM;
	ret = mutex_lock_killable(&suture_mutex);
	if (!ret) {
		ret = blockers_collect(file);
		mutex_unlock(&suture_mutex);
	}
	if (!ret)
		ret = seq_open(proc_file, &blockers_seq_ops);
	if (ret) {
		blockers_file_free(file);
		return ret;
	}
	((struct seq_file *)proc_file->private_data)->private = file;
	return 0;
}

static int blockers_release(struct inode *inode, struct file *proc_file)
{
	struct seq_file *m = proc_file->private_data;

	blockers_file_free(m->private);
	return seq_release(inode, proc_file);
}

const struct proc_ops blockers_proc_ops = {
	.proc_open = blockers_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = blockers_release,
};

/* The log. */

struct blockers_log {
	unsigned int n, max;
	struct blocker blocker;
	char line[LINE_MAX_LEN];
};

static void blocker_log(struct suture_task *slot, void *arg)
{
	struct blockers_log *log = arg;

	if (log->n++ >= log->max)
		return;
	blocker_capture(&log->blocker, slot);
	blocker_format(&log->blocker, log->line, sizeof(log->line));
	pr_notice("  %s\n", log->line);
}

/**
 * blockers_log() - name the tasks that are left in the log
 * @max: of them; how many more there are is said
 *
 * Context: process context, suture_mutex held, in a transition.
 */
void blockers_log(unsigned int max)
{
	struct blockers_log *log = kvzalloc(sizeof(*log), GFP_KERNEL);

	/* Then their number, which the caller has said, must do. */
	if (!log)
		return;
	log->max = max;
	tasks_each_pending(blocker_log, log);
	if (log->n > log->max)
		pr_notice("  and %u more\n", log->n - log->max);
	kvfree(log);
}

/* Text. */

struct blockers_text {
	unsigned int n, max;
	char *text;
	size_t size, length;
	struct blocker blocker;
	char line[LINE_MAX_LEN];
};

static void text_add(struct blockers_text *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text->length += vscnprintf(text->text + text->length,
				   text->size - text->length, fmt, args);
	va_end(args);
}

static void blocker_text(struct suture_task *slot, void *arg)
{
	struct blockers_text *text = arg;
	const struct stack_report *report = &text->blocker.report;
	unsigned int i;

	if (text->n++ >= text->max)
		return;
	blocker_capture(&text->blocker, slot);
	blocker_format(&text->blocker, text->line, sizeof(text->line));
	text_add(text, "%s\n", text->line);
	for (i = 0; i < report->n; i++)
		text_add(text, "\t%pB\n", (void *)report->addr[i]);
}

/**
 * blockers_text() - the tasks that are left, as /proc/suture/blockers lists them
 * @text: filled, and ended by a zero
 * @size: its room; what is beyond that is cut off
 * @max:  of the tasks
 *
 * Context: process context, suture_mutex held, in a transition.
 * Return: how many tasks there are, in the text or not.
 */
unsigned int blockers_text(char *text, size_t size, unsigned int max)
{
	struct blockers_text *list = kvzalloc(sizeof(*list), GFP_KERNEL);
	unsigned int n, total;

	*text = '\0';
	if (!list) {
		tasks_counts(&n, &total);
		return n;
	}
	list->max = max;
	list->text = text;
	list->size = size;
	tasks_each_pending(blocker_text, list);
	n = list->n;
	kvfree(list);
	return n;
}
