// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading and unloading of the runtime.
 *
 * Patch modules depend on this one, so it can be unloaded only when none is
 * loaded, which means that no patch is applied and no transition runs.
 */
#include "log.h"

#include <linux/module.h>

#include "audit.h"
#include "core.h"
#include "force.h"
#include "modules.h"
#include "procfs.h"
#include "redirect.h"
#include "shadow.h"
#include "symbols.h"
#include "sysfs.h"
#include "tasks.h"
#include "transition.h"
#include "wake.h"

static int __init suture_init(void)
{
	int ret;

	ret = symbols_init();
	if (ret)
		goto err_audit;
	suture_wq = alloc_workqueue("suture", WQ_UNBOUND | WQ_HIGHPRI, 0);
	if (!suture_wq) {
		ret = -ENOMEM;
		goto err_audit;
	}
	ret = tasks_init();
	if (ret)
		goto err_wq;
	ret = redirect_init();
	if (ret)
		goto err_tasks;
	ret = modules_init();
	if (ret)
		goto err_redirect;
	ret = procfs_init();
	if (ret)
		goto err_modules;
	ret = sysfs_init();
	if (ret)
		goto err_procfs;
	return 0;

err_procfs:
	procfs_exit();
err_modules:
	modules_exit();
err_redirect:
	redirect_exit();
err_tasks:
	tasks_exit();
err_wq:
	destroy_workqueue(suture_wq);
err_audit:
	audit_exit();
	return ret;
}

static void __exit suture_exit(void)
{
	transition_exit();
	/* The last patch may still be on its way out of sysfs. */
	flush_workqueue(suture_wq);
	sysfs_exit();
	procfs_exit();
	modules_exit();
	redirect_exit();
	wake_exit();
	audit_exit();
	force_exit();
	tasks_exit();
	shadow_exit();
	destroy_workqueue(suture_wq);
}

module_init(suture_init);
module_exit(suture_exit);

MODULE_DESCRIPTION("Kernel live patching as a module");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
