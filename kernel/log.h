/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the runtime speaks: with the prefix and the wording of mainline's
 * livepatch, which people's tools read.
 */
#ifndef SUTURE_LOG_H
#define SUTURE_LOG_H

#include <linux/printk.h>

#undef pr_fmt
#define pr_fmt(fmt) "livepatch: " fmt

/* An error about one function: patch, object, function, why, what to do. */
#define func_err(patch, obj, func, fmt, ...)                                \
	pr_err("patch '%s': object '%s': function '%s': " fmt "\n",         \
	       (patch)->mod->name, (obj)->name ? (obj)->name : "vmlinux",   \
	       (func)->old_name, ##__VA_ARGS__)

#define patch_err(patch, fmt, ...) \
	pr_err("patch '%s': " fmt "\n", (patch)->mod->name, ##__VA_ARGS__)

/*
 * More about an error of which mainline says one line only. With a prefix of
 * our own, and without the patch's name: tools, and mainline's own tests, expect
 * no other line with these.
 */
#define detail_err(fmt, ...) \
	printk(KERN_ERR "suture: " fmt "\n", ##__VA_ARGS__)
#define detail_warn(fmt, ...) \
	printk(KERN_WARNING "suture: " fmt "\n", ##__VA_ARGS__)

/* What mainline's module loader says, which has no prefix. */
#define loader_notice_once(fmt, ...) \
	printk_once(KERN_NOTICE fmt "\n", ##__VA_ARGS__)

#endif /* SUTURE_LOG_H */
