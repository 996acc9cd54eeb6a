// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shadow variables: data that patches attach to objects of the kernel's, found
 * by the object's address and an id.
 *
 * A hash table of buckets. shadow_lock guards every change to it and is held,
 * with interrupts off, while constructors and destructors run: whoever finds a
 * variable finds it constructed, and each runs once per variable. Innermost of
 * all locks: nothing is taken under it but what a constructor or destructor
 * takes; these must not sleep, nor call anything here but suture_shadow_get().
 *
 * Readers hold no lock but an RCU read-side section, so they work in any
 * context that RCU watches, NMI included. A variable is freed a grace period
 * after it left its bucket. What keeps the data alive for a caller who goes on
 * using the pointer that it got is up to that caller, as it is for the object.
 *
 * Variables outlive the patches that made them, so that a later patch finds
 * them, but not this module: see shadow_exit().
 */
#include "log.h"

#include <linux/hash.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "shadow.h"

#define BUCKET_BITS	12

/**
 * struct shadow - one variable
 * @node: in its bucket; changed under shadow_lock, read under RCU
 * @rcu:  for kfree_rcu(), once it is out of its bucket
 * @obj:  the object that it belongs to; an address, never followed
 * @id:   tells apart the variables of one object
 * @data: what callers get; aligned like memory from kmalloc()
 */
struct shadow {
	struct hlist_node node;
	struct rcu_head rcu;
	void *obj;
	unsigned long id;
	char data[] __aligned(8);
};

static struct hlist_head buckets[1 << BUCKET_BITS];
static DEFINE_SPINLOCK(shadow_lock);

static struct hlist_head *bucket_of(const void *obj, unsigned long id)
{
	return &buckets[hash_long((unsigned long)obj + hash_long(id, 32),
				  BUCKET_BITS)];
}

/* shadow_lock held, or in an RCU read-side section. */
static struct shadow *shadow_find(const void *obj, unsigned long id)
{
	struct shadow *shadow;

	hlist_for_each_entry_rcu(shadow, bucket_of(obj, id), node,
				 lockdep_is_held(&shadow_lock))
		if (shadow->obj == obj && shadow->id == id)
			return shadow;
	return NULL;
}

void *suture_shadow_get(void *obj, unsigned long id)
{
	struct shadow *shadow;

	rcu_read_lock();
	shadow = shadow_find(obj, id);
	rcu_read_unlock();
	return shadow ? shadow->data : NULL;
}
EXPORT_SYMBOL_GPL(suture_shadow_get);

/*
 * Attach *@shadow, or find that there is one already and put that in its place.
 *
 * Return: 0, or what the constructor returned, with nothing attached.
 */
static int shadow_attach(struct shadow **shadow, klp_shadow_ctor_t ctor,
			 void *ctor_data)
{
	struct shadow *new = *shadow, *there;
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&shadow_lock, flags);
	there = shadow_find(new->obj, new->id);
	if (there)
		*shadow = there;
	else if (ctor)
		ret = ctor(new->obj, new->data, ctor_data);
	/* Publishes what the constructor wrote: pairs with readers' RCU. */
	if (!there && !ret)
		hlist_add_head_rcu(&new->node, bucket_of(new->obj, new->id));
	spin_unlock_irqrestore(&shadow_lock, flags);
	return ret;
}

/*
 * @existed: set to whether the variable was there before.
 * Return: its data, or NULL when none could be made.
 */
static void *shadow_get_or_alloc(void *obj, unsigned long id, size_t size,
				 gfp_t gfp_flags, klp_shadow_ctor_t ctor,
				 void *ctor_data, bool *existed)
{
	struct shadow *new, *shadow;
	void *data;
	int ret;

	data = suture_shadow_get(obj, id);
	*existed = data;
	if (data)
		return data;

	/* Before the lock is taken, so that @gfp_flags may let it sleep. */
	new = kzalloc(struct_size(new, data, size), gfp_flags);
	if (!new)
		return NULL;
	new->obj = obj;
	new->id = id;

	shadow = new;
	ret = shadow_attach(&shadow, ctor, ctor_data);
	if (ret || shadow != new)
		kfree(new);
	if (ret) {
		pr_err("Failed to construct shadow variable <%p, %lx> (%d)\n",
		       obj, id, ret);
		return NULL;
	}
	*existed = shadow != new;
	return shadow->data;
}

void *suture_shadow_alloc(void *obj, unsigned long id, size_t size,
			  gfp_t gfp_flags, klp_shadow_ctor_t ctor,
			  void *ctor_data)
{
	bool existed;
	void *data;

	data = shadow_get_or_alloc(obj, id, size, gfp_flags, ctor, ctor_data,
				   &existed);
	if (WARN(existed, "Duplicate shadow variable <%p, %lx>\n", obj, id))
		return NULL;
	return data;
}
EXPORT_SYMBOL_GPL(suture_shadow_alloc);

void *suture_shadow_get_or_alloc(void *obj, unsigned long id, size_t size,
				 gfp_t gfp_flags, klp_shadow_ctor_t ctor,
				 void *ctor_data)
{
	bool existed;

	return shadow_get_or_alloc(obj, id, size, gfp_flags, ctor, ctor_data,
				   &existed);
}
EXPORT_SYMBOL_GPL(suture_shadow_get_or_alloc);

/* shadow_lock held. */
static void __shadow_free(struct shadow *shadow, klp_shadow_dtor_t dtor)
{
	hlist_del_rcu(&shadow->node);
	if (dtor)
		dtor(shadow->obj, shadow->data);
	kfree_rcu(shadow, rcu);
}

void suture_shadow_free(void *obj, unsigned long id, klp_shadow_dtor_t dtor)
{
	struct shadow *shadow;
	unsigned long flags;

	spin_lock_irqsave(&shadow_lock, flags);
	shadow = shadow_find(obj, id);
	if (shadow)
		__shadow_free(shadow, dtor);
	spin_unlock_irqrestore(&shadow_lock, flags);
}
EXPORT_SYMBOL_GPL(suture_shadow_free);

/*
 * Bucket by bucket, so that interrupts are not kept off while the whole table
 * is looked through. A variable never changes its bucket: whatever was attached
 * before is found, as if the lock had been held all the time.
 */
void suture_shadow_free_all(unsigned long id, klp_shadow_dtor_t dtor)
{
	struct shadow *shadow;
	struct hlist_node *next;
	unsigned long flags;
	int i;

	for (i = 0; i < ARRAY_SIZE(buckets); i++) {
		spin_lock_irqsave(&shadow_lock, flags);
		hlist_for_each_entry_safe(shadow, next, &buckets[i], node)
			if (shadow->id == id)
				__shadow_free(shadow, dtor);
		spin_unlock_irqrestore(&shadow_lock, flags);
	}
}
EXPORT_SYMBOL_GPL(suture_shadow_free_all);

/**
 * shadow_exit() - free what patches have left behind
 *
 * All modules that use shadow variables depend on this one, so they are gone,
 * and their destructors with them: only the memory can be freed, not what it
 * points to. After a grace period all the same, for readers of the data that
 * rely on nothing but RCU.
 */
void shadow_exit(void)
{
	struct shadow *shadow;
	struct hlist_node *next;
	unsigned long left = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(buckets); i++) {
		hlist_for_each_entry_safe(shadow, next, &buckets[i], node) {
			left++;
			hlist_del_rcu(&shadow->node);
			/* No callback of ours: nobody needs to wait for it. */
			kfree_rcu(shadow, rcu);
		}
		cond_resched();
	}
	if (left)
		pr_warn("%lu shadow variables were left by patches that are gone: freed, without their destructors\n",
			left);
}
