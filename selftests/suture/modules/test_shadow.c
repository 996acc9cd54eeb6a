// SPDX-License-Identifier: GPL-2.0
/*
 * Uses shadow variables from one module that patches nothing: its init function
 * goes through the scenario that the parameter names, and fails with a line in
 * the log at the first thing that is not as it should be.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>

static char *scenario = "";
module_param(scenario, charp, 0444);
MODULE_PARM_DESC(scenario, "what to do; see the table at the end");

static unsigned int milliseconds = 1000;
module_param(milliseconds, uint, 0444);
MODULE_PARM_DESC(milliseconds, "how long the scenario with many tasks goes on");

#define expect(what)                                                                               \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			pr_err("line %d: not so: %s\n", __LINE__, #what);                          \
			return -EINVAL;                                                            \
		}                                                                                  \
	} while (0)

enum { ID = 0x5077, OTHER_ID, LEFT_ID, MANY_ID, MANY_OTHER_ID, OBJECTS = 8, LEFT = 3 };

/* Only their addresses matter. */
static char objects[OBJECTS];
/* Outlives the module: an address of which only the number is used. */
static void *const left_object = (void *)0x1eaf;

/* --- one task --- */

struct note {
	void *object;
	void *given;
};

static unsigned int constructed, destroyed;
static struct note last;

static int construct(void *object, void *data, void *given)
{
	struct note *note = data;

	constructed++;
	/* What is not zero has been there before us. */
	if (note->object || note->given)
		return -EUCLEAN;
	note->object = object;
	note->given = given;
	return 0;
}

static void destroy(void *object, void *data)
{
	last = *(struct note *)data;
	if (last.object == object)
		destroyed++;
}

static int basics(void)
{
	struct note *first, *second, *other;
	u8 *zeroed;
	int i;

	expect(!klp_shadow_get(&objects[0], ID));
	first = klp_shadow_alloc(&objects[0], ID, sizeof(*first), GFP_KERNEL, construct, &first);
	expect(first && constructed == 1);
	expect(first->object == &objects[0] && first->given == &first);
	expect(klp_shadow_get(&objects[0], ID) == first);
	expect(!klp_shadow_get(&objects[0], OTHER_ID));
	expect(!klp_shadow_get(&objects[1], ID));

	expect(klp_shadow_get_or_alloc(&objects[0], ID, sizeof(*first), GFP_KERNEL, construct,
				       NULL) == first);
	expect(constructed == 1 && first->given == &first);

	other = klp_shadow_get_or_alloc(&objects[0], OTHER_ID, sizeof(*other), GFP_ATOMIC,
					construct, &other);
	second = klp_shadow_get_or_alloc(&objects[1], ID, sizeof(*second), GFP_KERNEL, construct,
					 &second);
	expect(other && second && constructed == 3);
	expect(other != first && second != first && second != other);
	expect(klp_shadow_get(&objects[0], OTHER_ID) == other);

	zeroed = klp_shadow_alloc(&objects[2], ID, 100, GFP_KERNEL, NULL, NULL);
	expect(zeroed && IS_ALIGNED((unsigned long)zeroed, 8));
	for (i = 0; i < 100; i++)
		expect(!zeroed[i]);
	klp_shadow_free(&objects[2], ID, NULL);

	klp_shadow_free(&objects[3], ID, destroy);
	klp_shadow_free(&objects[1], OTHER_ID, destroy);
	expect(!destroyed);
	klp_shadow_free(&objects[0], ID, destroy);
	expect(destroyed == 1 && last.object == &objects[0] && last.given == &first);
	expect(!klp_shadow_get(&objects[0], ID));
	klp_shadow_free(&objects[0], ID, destroy);
	expect(destroyed == 1);

	klp_shadow_free_all(ID, destroy);
	expect(destroyed == 2 && last.object == &objects[1]);
	expect(!klp_shadow_get(&objects[1], ID));
	expect(klp_shadow_get(&objects[0], OTHER_ID) == other);
	klp_shadow_free_all(OTHER_ID, NULL);
	expect(destroyed == 2 && !klp_shadow_get(&objects[0], OTHER_ID));
	return 0;
}

static int fail(void *object, void *data, void *given)
{
	*(u64 *)data = ~0ULL;
	return *(int *)given;
}

static int failing(void)
{
	static const int errors[] = { -EINVAL, -ENOMEM, -5000, 1 };
	struct note *note;
	int i, error;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		error = errors[i];
		expect(!klp_shadow_alloc(&objects[0], ID, sizeof(u64), GFP_KERNEL, fail, &error));
		expect(!klp_shadow_get(&objects[0], ID));
		expect(!klp_shadow_get_or_alloc(&objects[0], ID, sizeof(u64), GFP_KERNEL, fail,
						&error));
		expect(!klp_shadow_get(&objects[0], ID));
	}
	/* What a failed constructor wrote is not there for the next one. */
	note = klp_shadow_alloc(&objects[0], ID, sizeof(*note), GFP_KERNEL, construct, NULL);
	expect(note);
	/* One that is there is not constructed, so it cannot fail. */
	expect(klp_shadow_get_or_alloc(&objects[0], ID, sizeof(*note), GFP_KERNEL, fail, &error) ==
	       note);
	klp_shadow_free(&objects[0], ID, NULL);

	expect(!klp_shadow_alloc(&objects[0], ID, SIZE_MAX, GFP_KERNEL | __GFP_NOWARN, NULL,
				 NULL));
	expect(!klp_shadow_alloc(&objects[0], ID, SIZE_MAX - 8, GFP_KERNEL | __GFP_NOWARN, NULL,
				 NULL));
	expect(!klp_shadow_get(&objects[0], ID));
	return 0;
}

/* More than there are buckets: some share one, with variables of both ids. */
enum { MANY = 5000 };

static void count(void *object, void *data)
{
	destroyed++;
}

static int many(void)
{
	/* Addresses of nothing: only their numbers are used. */
	u8 *base = (u8 *)left_object;
	int i;

	for (i = 0; i < MANY; i++) {
		expect(klp_shadow_alloc(base + 16 * i, MANY_ID, 8, GFP_KERNEL, NULL, NULL));
		expect(klp_shadow_alloc(base + 16 * i, MANY_OTHER_ID, 8, GFP_KERNEL, NULL, NULL));
	}
	klp_shadow_free_all(MANY_ID, count);
	expect(destroyed == MANY);
	for (i = 0; i < MANY; i++) {
		expect(!klp_shadow_get(base + 16 * i, MANY_ID));
		expect(klp_shadow_get(base + 16 * i, MANY_OTHER_ID));
	}
	klp_shadow_free_all(MANY_OTHER_ID, count);
	expect(destroyed == 2 * MANY);
	return 0;
}

/* --- many tasks --- */

/* Large enough that the allocator's own word in freed memory falls among them. */
enum { WORDS = 28, FREERS = 1, READERS = 2, WRITERS = 2 };

struct shared {
	unsigned long words[WORDS];
};

/*
 * How many variables an object has, and how many were constructed and destroyed
 * in all. Plain counters: that constructors and destructors exclude each other
 * is what they test.
 */
static int alive[OBJECTS];
static unsigned long made, unmade, mistakes;

static unsigned long word_of(const void *object, int i)
{
	return (unsigned long)object * (2 * i + 1);
}

static int construct_shared(void *object, void *data, void *given)
{
	struct shared *shared = data;
	int i;

	if (alive[(char *)object - objects]++)
		mistakes++;
	for (i = 0; i < WORDS; i++) {
		if (shared->words[i])
			mistakes++;
		shared->words[i] = word_of(object, i);
	}
	made++;
	return 0;
}

static void destroy_shared(void *object, void *data)
{
	if (--alive[(char *)object - objects])
		mistakes++;
	unmade++;
}

static void *any_object(void)
{
	return &objects[get_random_u32() % OBJECTS];
}

/* What a reader under RCU has found stays whole, also when it is freed meanwhile. */
static int read_variables(void *failures)
{
	struct shared *shared;
	unsigned int pass;
	void *object;
	int i;

	while (!kthread_should_stop()) {
		object = any_object();
		rcu_read_lock();
		shared = klp_shadow_get(object, ID);
		for (pass = 0; shared && pass < 20; pass++) {
			for (i = 0; i < WORDS; i++)
				if (READ_ONCE(shared->words[i]) != word_of(object, i))
					atomic_inc(failures);
			udelay(2);
		}
		rcu_read_unlock();
		cond_resched();
	}
	return 0;
}

static int write_variables(void *failures)
{
	while (!kthread_should_stop()) {
		if (!klp_shadow_get_or_alloc(any_object(), ID, sizeof(struct shared), GFP_KERNEL,
					     construct_shared, NULL))
			atomic_inc(failures);
		if (get_random_u32() % 2)
			klp_shadow_free(any_object(), ID, destroy_shared);
		cond_resched();
	}
	return 0;
}

static int free_variables(void *failures)
{
	while (!kthread_should_stop()) {
		klp_shadow_free_all(ID, destroy_shared);
		usleep_range(50, 200);
	}
	return 0;
}

static int concurrent(void)
{
	struct task_struct *tasks[FREERS + READERS + WRITERS] = {};
	atomic_t failures = ATOMIC_INIT(0);
	int i, started = 0;

	for (i = 0; i < ARRAY_SIZE(tasks); i++) {
		tasks[i] = kthread_run(i < FREERS	     ? free_variables :
				       i < FREERS + READERS ? read_variables :
							      write_variables,
				       &failures, "test_shadow/%d", i);
		if (!IS_ERR(tasks[i]))
			started++;
	}
	msleep(milliseconds);
	for (i = 0; i < ARRAY_SIZE(tasks); i++)
		if (!IS_ERR(tasks[i]))
			kthread_stop(tasks[i]);
	pr_info("%lu made, %lu unmade\n", made, unmade);
	expect(started == ARRAY_SIZE(tasks));
	expect(!atomic_read(&failures));
	klp_shadow_free_all(ID, destroy_shared);
	expect(!mistakes);
	expect(made == unmade && made > 100);
	for (i = 0; i < OBJECTS; i++)
		expect(!alive[i] && !klp_shadow_get(&objects[i], ID));
	return 0;
}

/* --- what is left behind --- */

static int leave(void)
{
	u64 *data;
	int i;

	for (i = 0; i < LEFT; i++) {
		data = klp_shadow_alloc(left_object + i, LEFT_ID, sizeof(*data), GFP_KERNEL, NULL,
					NULL);
		expect(data);
		*data = i;
	}
	return 0;
}

static int find(void)
{
	u64 *data;
	int i;

	for (i = 0; i < LEFT; i++) {
		data = klp_shadow_get(left_object + i, LEFT_ID);
		expect(data && *data == i);
	}
	return 0;
}

static int miss(void)
{
	int i;

	for (i = 0; i < LEFT; i++)
		expect(!klp_shadow_get(left_object + i, LEFT_ID));
	return 0;
}

static const struct {
	const char *name;
	int (*run)(void);
} scenarios[] = {
	{ "basics", basics }, { "failing", failing }, { "many", many }, { "concurrent", concurrent },
	{ "leave", leave },   { "find", find },	      { "miss", miss },
};

static int __init test_shadow_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(scenarios); i++)
		if (!strcmp(scenario, scenarios[i].name))
			return scenarios[i].run();
	return -ENOENT;
}

static void __exit test_shadow_exit(void)
{
}

module_init(test_shadow_init);
module_exit(test_shadow_exit);
MODULE_DESCRIPTION("Goes through the API of shadow variables");
MODULE_LICENSE("GPL");
