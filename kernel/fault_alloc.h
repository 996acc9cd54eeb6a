/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In the build of suture_faulty.ko, force-included in each of its files: whatever
 * takes memory, by itself or in the kernel, fails where a test wants it to. See
 * fault_alloc.c.
 */
#ifndef SUTURE_FAULT_ALLOC_H
#define SUTURE_FAULT_ALLOC_H

#ifndef __ASSEMBLY__

#include <linux/ftrace.h>
#include <linux/kobject.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

/* One for each place in the source. Guarded by the lock in fault_alloc.c. */
struct fault_place {
	unsigned int generation, number, hits;
};

bool fault_alloc(struct fault_place *place);

#define FAULT_HERE()                                                           \
	({                                                                     \
		static struct fault_place place;                               \
		fault_alloc(&place);                                           \
	})

/* These may be macros of the kernel's: their true meaning, before they are ours. */
static inline void *true_kmalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags);
}

static inline void *true_kcalloc(size_t n, size_t size, gfp_t flags)
{
	return kcalloc(n, size, flags);
}

static inline void *true_kvzalloc(size_t size, gfp_t flags)
{
	return kvzalloc(size, flags);
}

static inline void *true_kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return kvmalloc_array(n, size, flags);
}

static inline char *true_kstrdup(const char *s, gfp_t flags)
{
	return kstrdup(s, flags);
}

#undef kmalloc
#undef kzalloc
#undef kcalloc
#undef kvzalloc
#undef kvmalloc_array
#undef kstrdup
#define kmalloc(size, flags)                                                   \
	(FAULT_HERE() ? NULL : true_kmalloc(size, flags))
#define kzalloc(size, flags)                                                   \
	(FAULT_HERE() ? NULL : true_kmalloc(size, (flags) | __GFP_ZERO))
#define kcalloc(n, size, flags)                                                \
	(FAULT_HERE() ? NULL : true_kcalloc(n, size, flags))
#define kvzalloc(size, flags)                                                  \
	(FAULT_HERE() ? NULL : true_kvzalloc(size, flags))
#define kvmalloc_array(n, size, flags)                                         \
	(FAULT_HERE() ? NULL : true_kvmalloc_array(n, size, flags))
#define kstrdup(s, flags)                                                      \
	(FAULT_HERE() ? NULL : true_kstrdup(s, flags))
#define kobject_add(...)                                                       \
	(FAULT_HERE() ? -ENOMEM : kobject_add(__VA_ARGS__))
#define ftrace_set_filter_ip(...)                                              \
	(FAULT_HERE() ? -ENOMEM : ftrace_set_filter_ip(__VA_ARGS__))
#define ftrace_set_filter_ips(...)                                             \
	(FAULT_HERE() ? -ENOMEM : ftrace_set_filter_ips(__VA_ARGS__))
#define register_ftrace_function(ops)                                          \
	(FAULT_HERE() ? -ENOMEM : register_ftrace_function(ops))

#endif /* __ASSEMBLY__ */
#endif /* SUTURE_FAULT_ALLOC_H */
