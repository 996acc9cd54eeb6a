// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Out of memory on demand, in suture_faulty.ko alone.
 *
 * The module parameter fail_alloc, "PLACE [HIT]": of the places in the source
 * that take memory, in the order in which they are come to from then on, that one
 * fails, at its first or that hit, once. Reads 0 once it has.
 */
#include <linux/module.h>
#include <linux/spinlock.h>

static DEFINE_RAW_SPINLOCK(fault_lock);
/* All under fault_lock. */
static unsigned int generation, seen, wanted, wanted_hit;

bool fault_alloc(struct fault_place *place)
{
	unsigned long flags;
	bool fails = false;

	raw_spin_lock_irqsave(&fault_lock, flags);
	if (wanted) {
		if (place->generation != generation) {
			place->generation = generation;
			place->number = ++seen;
			place->hits = 0;
		}
		place->hits++;
		fails = place->number == wanted && place->hits == wanted_hit;
		if (fails)
			wanted = 0;
	}
	raw_spin_unlock_irqrestore(&fault_lock, flags);
	return fails;
}

static int fail_set(const char *value, const struct kernel_param *param)
{
	unsigned int place, hit = 1;
	unsigned long flags;

	if (sscanf(value, "%u %u", &place, &hit) < 1)
		return -EINVAL;
	raw_spin_lock_irqsave(&fault_lock, flags);
	generation++;
	seen = 0;
	wanted = place;
	wanted_hit = hit;
	raw_spin_unlock_irqrestore(&fault_lock, flags);
	return 0;
}

static int fail_get(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%u\n", READ_ONCE(wanted));
}

static const struct kernel_param_ops fail_ops = {
	.set = fail_set,
	.get = fail_get,
};
module_param_cb(fail_alloc, &fail_ops, NULL, 0600);
MODULE_PARM_DESC(fail_alloc, "Which place in the source is to run out of memory");
