// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Redirection: which code a call of a patched function runs.
 *
 * A site is a patched function, found by the address of its call to ftrace; on
 * it stands a stack of redirects, one for each patch that replaces the function,
 * the latest on top. One ftrace_ops serves all sites: every further registered
 * ops would tax every traced call, and cost a round of text patching.
 *
 * Lifetimes. Sites and redirects are changed under suture_mutex and read by the
 * handler in any context. What is taken out of them waits on a list until the
 * caller has seen all handlers end (synchronize_handlers()) and calls
 * redirect_reap(). Handlers run with preemption off, which is what that waits
 * for; plain RCU would not do, since RCU does not watch everywhere where
 * functions are traced.
 *
 * The ops and its filter. An ops with an empty filter traces every function, so
 * the filter always holds an anchor, a function of our own that is redirected as
 * any other. The ops stays registered as long as Suture is loaded: to register it
 * takes several times as much text patching as to change its filter, and to
 * unregister it may take seconds (RCU-tasks), with ftrace's lock held. Sites that
 * have become empty are taken out of the filter by a worker, all in one round, but
 * for those in a module that goes, since other code may come to their addresses.
 *
 * ftrace can be switched off (kernel.ftrace_enabled), which would unpatch without
 * a word. While a patch is applied the ops says that this must not be
 * (FTRACE_OPS_FL_PERMANENT); and when one is about to be, a call of the anchor
 * tells whether it has been.
 *
 * Direct callers have to be told before an address goes into the filter of an ops
 * that is registered: see direct.c.
 */
#include "log.h"

#include <linux/ftrace.h>
#include <linux/hashtable.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "arch.h"
#include "audit.h"
#include "core.h"
#include "direct.h"
#include "redirect.h"
#include "symbols.h"
#include "synchronize.h"
#include "tasks.h"

struct site {
	struct hlist_node node;		/* sites; RCU readers: the handler */
	unsigned long ip;		/* of the call to ftrace */
	struct list_head stack;		/* suture_redirect.node; same readers */
	bool armed;			/* ip is in the filter of the live ops */
	struct list_head reap;
};

struct suture_redirect {
	struct list_head node;		/* site.stack, latest first */
	struct arch_target target;	/* unless @nop */
	bool transition;		/* READ_ONCE/WRITE_ONCE */
	bool nop;			/* to the original, see replace.c */
	struct site *site;
	struct klp_func *func;
	struct klp_patch *patch;
	struct list_head reap;
};

static DEFINE_HASHTABLE(sites, 10);
static unsigned int nr_sites;
static LIST_HEAD(reap_sites);
static LIST_HEAD(reap_redirects);
/* Sites may be empty. suture_mutex. */
static bool sweep_due;

static void sweep_work_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(sweep_work, sweep_work_fn);

static void redirect_handler(unsigned long ip, unsigned long parent_ip,
			     struct ftrace_ops *op, struct ftrace_regs *fregs);

static struct ftrace_ops redirect_ops = {
	.func = redirect_handler,
	.flags = FTRACE_OPS_FL_IPMODIFY,
};

/* Both answer whether calls of the first are redirected to the second. */
static noinline bool anchor(void)
{
	bool redirected = false;

	OPTIMIZER_HIDE_VAR(redirected);
	return redirected;
}

static noinline bool anchor_replacement(void)
{
	bool redirected = true;

	OPTIMIZER_HIDE_VAR(redirected);
	return redirected;
}

/* For good: neither is ever removed. */
static struct site anchor_site;
static struct suture_redirect anchor_redirect;

/* The handler's half: any context, NMI included. */

static __always_inline struct site *site_find(unsigned long ip)
{
	struct site *site;

	hash_for_each_possible_rcu_notrace(sites, site, node, ip)
		if (site->ip == ip)
			return site;
	return NULL;
}

/*
 * Nothing that can be traced may be called here, and no lock taken: the handler
 * needs no protection from recursion then. (The audit, while it is on, has its
 * own.)
 */
static void notrace redirect_handler(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *op,
				     struct ftrace_regs *fregs)
{
	struct suture_redirect *redirect = NULL;
	struct site *site;
	int universe;

	preempt_disable_notrace();
	site = site_find(ip);
	if (likely(site))
		redirect = list_first_or_null_rcu(&site->stack,
						  struct suture_redirect, node);
	if (redirect && unlikely(READ_ONCE(redirect->transition))) {
		/*
		 * The side table was complete before the flag was set: pairs
		 * with smp_wmb() in redirect_mark(), and for a new redirect
		 * with its publication by list_add_rcu().
		 */
		smp_rmb();
		universe = tasks_universe_current();
		audit_call(ip, universe);
		if (universe == KLP_UNPATCHED)
			redirect = list_next_or_null_rcu(&site->stack,
							 &redirect->node,
							 struct suture_redirect,
							 node);
	}
	/* A nop leaves the call where it is: on its way to the original. */
	if (redirect && likely(!redirect->nop))
		arch_redirect(fregs, &redirect->target);
	preempt_enable_notrace();
}

/* The ops. All below: process context, suture_mutex held. */

/*
 * Forbid to switch ftrace off, or allow it. ftrace looks at the flag, with its lock
 * held, when somebody is about to. It writes to our flags in our own calls only, which
 * are all made under suture_mutex, so nothing is lost here.
 */
static void ops_hold(bool hold)
{
	unsigned long flags = redirect_ops.flags & ~FTRACE_OPS_FL_PERMANENT;

	if (hold)
		flags |= FTRACE_OPS_FL_PERMANENT;
	WRITE_ONCE(redirect_ops.flags, flags);
}

/*
 * Is ftrace switched on? Once the ops is held this stays so, and all that is in
 * the filter then is redirected.
 */
static bool ftrace_is_on(void)
{
	return anchor();
}

/* Sites. */

static void site_retire(struct site *site)
{
	hash_del_rcu(&site->node);
	nr_sites--;
	list_add(&site->reap, &reap_sites);
}

/*
 * Take sites without redirects out of the filter, all in one round of text
 * patching. Where that fails for want of memory they stay, with the handler
 * finding nothing to do, and the next call tries again.
 *
 * What is taken out waits to be reaped. Returns whether all were.
 */
static bool sites_sweep(void)
{
	struct hlist_node *tmp;
	unsigned long *ips;
	unsigned int n = 0;
	struct site *site;
	bool all = true;
	int bkt, ret;

	sweep_due = false;
	hash_for_each_safe(sites, bkt, tmp, site, node)
		if (list_empty(&site->stack) && !site->armed)
			site_retire(site);

	ips = kvmalloc_array(nr_sites, sizeof(*ips), GFP_KERNEL);
	if (ips) {
		hash_for_each(sites, bkt, site, node)
			if (list_empty(&site->stack))
				ips[n++] = site->ip;
		ret = n ? ftrace_set_filter_ips(&redirect_ops, ips, n, 1, 0) : 0;
		kvfree(ips);
	} else {
		ret = -ENOMEM;
	}

	hash_for_each_safe(sites, bkt, tmp, site, node) {
		if (!list_empty(&site->stack))
			continue;
		/* One by one where the batch failed: it takes less memory. */
		if (ret &&
		    ftrace_set_filter_ip(&redirect_ops, site->ip, 1, 0) == -ENOMEM) {
			all = false;
			continue;
		}
		site->armed = false;
		site_retire(site);
	}
	/* All but the anchor's are gone. */
	if (nr_sites == 1)
		ops_hold(false);
	return all;
}

/* What is left for want of memory is the worker's. */
static void sites_sweep_or_retry(void)
{
	if (sites_sweep())
		return;
	sweep_due = true;
	queue_delayed_work(suture_wq, &sweep_work, HZ);
}

static void sites_sweep_and_reap(void)
{
	sites_sweep_or_retry();
	synchronize_handlers();
	redirect_reap();
}

static void sweep_work_fn(struct work_struct *work)
{
	mutex_lock(&suture_mutex);
	if (sweep_due)
		sites_sweep_and_reap();
	mutex_unlock(&suture_mutex);
}

/* At once, also when it is waiting for memory. */
static void queue_sweep(void)
{
	sweep_due = true;
	mod_delayed_work(suture_wq, &sweep_work, 0);
}

static bool is_redirected(const struct module *mod)
{
	struct site *site;
	int bkt;

	hash_for_each(sites, bkt, site, node)
		if (within_module(site->ip, mod))
			return true;
	return false;
}

/**
 * redirect_leave_module() - forget what was redirected in a module that goes
 * @mod: no patch changes it any more
 *
 * Also what the worker has yet to do: where it is the module of a patch, others
 * may change the calls of the functions in question once it is gone.
 *
 * Context: process context, suture_mutex held.
 * Return: whether @mod may go. Else there was no memory: call again later. An
 * address that stayed in the filter could not be taken out of it when the module
 * has gone, and whatever is loaded there next would break ftrace's counts.
 */
bool redirect_leave_module(const struct module *mod)
{
	if (!sweep_due && !is_redirected(mod))
		return true;
	sites_sweep_and_reap();
	return !is_redirected(mod);
}

/**
 * redirect_is_armed() - is a function's call to ftrace in the filter already?
 * @ip: where that is
 *
 * Context: suture_mutex held.
 */
bool redirect_is_armed(unsigned long ip)
{
	const struct site *site = site_find(ip);

	return site && site->armed;
}

static struct site *site_get(unsigned long ip)
{
	struct site *site = site_find(ip);

	if (site)
		return site;
	site = kzalloc(sizeof(*site), GFP_KERNEL);
	if (!site)
		return NULL;
	site->ip = ip;
	INIT_LIST_HEAD(&site->stack);
	hash_add_rcu(sites, &site->node, ip);
	nr_sites++;
	return site;
}

/* In mainline's words. Its ops serve one function each, so it is always one. */
static void say_refused(struct klp_object *obj, struct klp_func *func,
			struct klp_object *only, int ret)
{
	pr_err("failed to register ftrace handler for function '%s' (%d)\n",
	       func->old_name, ret);
	if (!only)
		pr_warn("failed to patch object '%s'\n", object_name(obj));
}

static void say_first_refused(struct klp_patch *patch, struct klp_object *only,
			      int ret)
{
	struct klp_object *obj;
	struct klp_func *func;

	klp_for_each_object(patch, obj) {
		if (only && obj != only)
			continue;
		klp_for_each_func(obj, func) {
			if (!func->redirect)
				continue;
			say_refused(obj, func, only, ret);
			return;
		}
	}
}

/* Find out which function made ftrace refuse the batch, and say so. */
static int arm_one_by_one(struct klp_patch *patch, struct klp_object *only)
{
	struct klp_object *obj;
	struct klp_func *func;
	struct site *site;
	int ret;

	klp_for_each_object(patch, obj) {
		if (only && obj != only)
			continue;
		klp_for_each_func(obj, func) {
			if (!func->redirect || func->redirect->site->armed)
				continue;
			site = func->redirect->site;
			ret = ftrace_set_filter_ip(&redirect_ops, site->ip, 0,
						   0);
			if (ret)
				say_refused(obj, func, only, ret);
			if (ret == -EBUSY)
				func_err(patch, obj, func,
					 "another user already changes where its calls go (the kernel's own livepatch, a kprobe or a BPF program); remove that, see tracing/enabled_functions");
			else if (ret)
				func_err(patch, obj, func,
					 "ftrace refused it: error %d", ret);
			if (ret)
				return ret;
			site->armed = true;
		}
	}
	return 0;
}

/* Name the functions that have a direct caller, for which an error is. */
static void say_direct(struct klp_patch *patch, const unsigned long *ips,
		       unsigned int n, const char *what, int error)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (direct_caller(ips[i]))
			patch_err(patch,
				  "function '%ps': what ftrace calls directly in its place, a BPF program probably, %s: error %d; see tracing/enabled_functions",
				  (void *)ips[i], what, error);
}

/* No direct caller came or changed without knowing that the ip may change. */
static bool all_told(const unsigned long *ips, const unsigned long *told,
		     unsigned int n)
{
	unsigned long now;
	unsigned int i;

	for (i = 0; i < n; i++) {
		now = direct_caller(ips[i]);
		if (now && now != told[i])
			return false;
	}
	return true;
}

static bool site_wants_arming(const struct site *site)
{
	return !site->armed && !list_empty(&site->stack);
}

static void note_armed(void)
{
	struct site *site;
	int bkt;

	hash_for_each(sites, bkt, site, node)
		if (site_wants_arming(site))
			site->armed = true;
}

/* Put sites into the filter. */
static int sites_add(struct klp_patch *patch, struct klp_object *only,
		     unsigned long *ips, unsigned long *told, unsigned int n)
{
	int ret;

	if (!n)
		return 0;
	ret = direct_tell(ips, told, n);
	if (ret) {
		say_direct(patch, ips, n, "does not give way", ret);
		return ret;
	}
	ret = ftrace_set_filter_ips(&redirect_ops, ips, n, 0, 0);
	if (ret) {
		ret = arm_one_by_one(patch, only);
		if (ret)
			return ret;
	}
	note_armed();
	if (all_told(ips, told, n))
		return 0;
	say_direct(patch, ips, n, "came just now, load the patch again",
		   -EBUSY);
	return -EBUSY;
}

static int sites_arm(struct klp_patch *patch, struct klp_object *only)
{
	unsigned long *ips, *told;
	unsigned int n = 0;
	struct site *site;
	int bkt, ret;

	ips = kvmalloc_array(nr_sites, 2 * sizeof(*ips), GFP_KERNEL);
	if (!ips)
		return -ENOMEM;
	told = ips + nr_sites;
	hash_for_each(sites, bkt, site, node)
		if (site_wants_arming(site))
			ips[n++] = site->ip;

	ops_hold(true);
	ret = sites_add(patch, only, ips, told, n);
	if (!ret && !ftrace_is_on()) {
		ret = -EBUSY;
		detail_err("ftrace is switched off; switch it on with: sysctl kernel.ftrace_enabled=1");
		say_first_refused(patch, only, ret);
	}
	kvfree(ips);
	return ret;
}

/* Redirects. */

static int redirect_push(struct klp_patch *patch, struct klp_object *obj,
			 struct klp_func *func)
{
	struct suture_redirect *redirect, *top;
	struct site *site;
	int ret;

	redirect = kzalloc(sizeof(*redirect), GFP_KERNEL);
	if (!redirect)
		return -ENOMEM;
	site = site_get(func->ftrace_ip);
	if (!site) {
		ret = -ENOMEM;
		goto err_free;
	}
	top = list_first_entry_or_null(&site->stack, struct suture_redirect,
				       node);
	if (top && top->patch == patch) {
		if (func->nop) {
			/* The patch replaces it, under another name. */
			ret = 0;
			goto err_free;
		}
		func_err(patch, obj, func, "listed twice; remove one entry");
		ret = -EINVAL;
		goto err_free;
	}
	ret = func->nop ? 0 :
			  arch_target_init(&redirect->target, func->new_func);
	if (ret) {
		func_err(patch, obj, func,
			 "no room for another redirected function; revert a patch first");
		goto err_free;
	}

	redirect->transition = func->transition;
	redirect->nop = func->nop;
	redirect->site = site;
	redirect->func = func;
	redirect->patch = patch;
	func->redirect = redirect;
	func->patched = true;
	list_add_rcu(&redirect->node, &site->stack);
	return 0;

err_free:
	kfree(redirect);
	return ret;
}

/**
 * redirect_add() - redirect the functions of a patch's loaded objects
 * @patch: whose functions are resolved
 * @only:  just this object of it; NULL: all that are loaded
 *
 * Each redirect starts with its function's transition flag. While that is set,
 * calls run the replacement in tasks of the patched universe alone.
 *
 * Context: process context, suture_mutex held.
 * Return: 0, or an error with nothing redirected; the caller then owes a
 * synchronize_handlers() and a redirect_reap().
 */
int redirect_add(struct klp_patch *patch, struct klp_object *only)
{
	struct klp_object *obj;
	struct klp_func *func;
	int ret = 0;

	klp_for_each_object(patch, obj) {
		if ((only && obj != only) || !object_is_loaded(obj))
			continue;
		klp_for_each_func(obj, func) {
			ret = redirect_push(patch, obj, func);
			if (ret) {
				if (!only)
					pr_warn("failed to patch object '%s'\n",
						object_name(obj));
				goto err;
			}
		}
		obj->patched = true;
	}
	ret = sites_arm(patch, only);
	if (!ret)
		return 0;
err:
	if (ret == -ENOMEM)
		patch_err(patch, "out of memory while redirecting functions");
	redirect_remove(patch, only);
	return ret;
}

static void redirect_pop(struct klp_func *func)
{
	struct suture_redirect *redirect = func->redirect;

	if (!redirect)
		return;
	list_del_rcu(&redirect->node);
	list_add(&redirect->reap, &reap_redirects);
	func->redirect = NULL;
	func->patched = false;
}

/**
 * redirect_remove() - take a patch's functions off their sites
 * @patch: as for redirect_add()
 * @only:  as for redirect_add()
 *
 * Handlers may still use what is removed: follow with synchronize_handlers()
 * and redirect_reap(). Cannot fail.
 *
 * Context: process context, suture_mutex held.
 */
void redirect_remove(struct klp_patch *patch, struct klp_object *only)
{
	struct klp_object *obj;
	struct klp_func *func;

	klp_for_each_object(patch, obj) {
		if (only && obj != only)
			continue;
		klp_for_each_func(obj, func)
			redirect_pop(func);
		obj->patched = false;
	}
	if (only)
		sites_sweep_or_retry();
	else
		queue_sweep();
}

/**
 * redirect_remove_nops() - the same for a patch's nop entries alone
 * @patch: what they covered is no longer redirected
 *
 * Context: as redirect_remove().
 */
void redirect_remove_nops(struct klp_patch *patch)
{
	struct klp_object *obj;
	struct klp_func *func;

	klp_for_each_object(patch, obj) {
		klp_for_each_func(obj, func)
			if (func->nop)
				redirect_pop(func);
		if (obj->dynamic)
			obj->patched = false;
	}
	queue_sweep();
}

/**
 * redirect_reap() - free what was removed
 *
 * All handlers that ran when it was removed must have ended, and no task may
 * be in a replacement or a stub of a removed redirect, unless its patch is marked
 * as forced: then its stubs are kept for good.
 *
 * Context: process context, suture_mutex held.
 */
void redirect_reap(void)
{
	struct suture_redirect *redirect, *tmp_redirect;
	struct site *site, *tmp_site;

	list_for_each_entry_safe(redirect, tmp_redirect, &reap_redirects,
				 reap) {
		if (!redirect->nop && !redirect->patch->forced)
			arch_target_release(&redirect->target);
		kfree(redirect);
	}
	INIT_LIST_HEAD(&reap_redirects);
	list_for_each_entry_safe(site, tmp_site, &reap_sites, reap)
		kfree(site);
	INIT_LIST_HEAD(&reap_sites);
}

/**
 * redirect_mark() - let tasks' universes decide for a function, or no longer
 * @func:	patched or not
 * @transition: the new value of its flag
 *
 * Before it is set the side table must be complete; when it is cleared every
 * task must be in the patched universe. suture_mutex held.
 */
void redirect_mark(struct klp_func *func, bool transition)
{
	func->transition = transition;
	if (!func->redirect)
		return;
	/* Pairs with smp_rmb() in redirect_handler(). */
	smp_wmb();
	WRITE_ONCE(func->redirect->transition, transition);
}

/**
 * redirect_below() - what runs in place of a patched function without its patch
 * @func:  patched
 * @owner: set to the patch that the result belongs to
 *
 * Return: the replacement under it, NULL: the original. suture_mutex held.
 */
const struct klp_func *redirect_below(const struct klp_func *func,
				      const struct klp_patch **owner)
{
	struct suture_redirect *redirect = func->redirect;

	if (list_is_last(&redirect->node, &redirect->site->stack))
		return NULL;
	redirect = list_next_entry(redirect, node);
	*owner = redirect->patch;
	return redirect->func;
}

static const char *redirect_owner(const struct suture_redirect *redirect)
{
	return redirect && !redirect->nop ? redirect->patch->mod->name :
					    "original";
}

/**
 * redirect_live() - whose code calls of a function run
 * @func: of a loaded object, patched or not
 * @live: the result
 *
 * Context: process context, suture_mutex held.
 */
void redirect_live(const struct klp_func *func, struct redirect_live *live)
{
	struct site *site = site_find(func->ftrace_ip);
	struct suture_redirect *top = NULL, *below = NULL;

	if (site)
		top = list_first_entry_or_null(&site->stack,
					       struct suture_redirect, node);
	if (top && !list_is_last(&top->node, &site->stack))
		below = list_next_entry(top, node);
	live->patched = redirect_owner(top);
	live->unpatched = top && top->transition ? redirect_owner(below) :
						   live->patched;
}

/**
 * redirect_init() - register with ftrace, with nothing but the anchor redirected
 *
 * Return: 0 or a negative error with nothing left behind.
 */
int redirect_init(void)
{
	int ret;

	anchor_site.ip = hidden(ftrace_location)((unsigned long)anchor);
	ret = anchor_site.ip ? arch_target_init(&anchor_redirect.target,
						anchor_replacement) :
			       -EINVAL;
	if (ret)
		goto err;
	INIT_LIST_HEAD(&anchor_site.stack);
	anchor_site.armed = true;
	anchor_redirect.site = &anchor_site;
	list_add_rcu(&anchor_redirect.node, &anchor_site.stack);
	hash_add_rcu(sites, &anchor_site.node, anchor_site.ip);
	nr_sites = 1;

	ret = ftrace_set_filter_ip(&redirect_ops, anchor_site.ip, 0, 1);
	if (!ret)
		ret = register_ftrace_function(&redirect_ops);
	if (ret)
		goto err_filter;
	if (!ftrace_is_on())
		pr_warn("ftrace is switched off; no patch can be applied before: sysctl kernel.ftrace_enabled=1\n");
	return 0;

err_filter:
	ftrace_free_filter(&redirect_ops);
	arch_target_release(&anchor_redirect.target);
err:
	pr_err("cannot register with ftrace: error %d\n", ret);
	return ret;
}

/**
 * redirect_exit() - wait until ftrace has let go of us, and clean up
 *
 * No patch is applied any more. Context: process context, suture_mutex not held.
 */
void redirect_exit(void)
{
	struct hlist_node *tmp;
	struct site *site;
	int bkt;

	flush_delayed_work(&sweep_work);
	cancel_delayed_work_sync(&sweep_work);
	/*
	 * ftrace waits for RCU-tasks with its lock held, and nobody can load or unload a
	 * module meanwhile: so the long wait comes first, with no lock held.
	 */
	synchronize_rcu_tasks_idle();
	WARN_ON_ONCE(unregister_ftrace_function(&redirect_ops));
	hash_del(&anchor_site.node);
	arch_target_release(&anchor_redirect.target);
	/* Where there was no memory to take out sites. All are empty. */
	hash_for_each_safe(sites, bkt, tmp, site, node) {
		hash_del(&site->node);
		kfree(site);
	}
	direct_exit();
	ftrace_free_filter(&redirect_ops);
}
