/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_PATIENCE_H
#define SUTURE_PATIENCE_H

#include <linux/livepatch.h>

unsigned int patience_default_deadline(void);
void patience_start(void);
u64 patience_elapsed_us(void);
bool patience_is_over(const struct klp_patch *patch);
void patience_disarm(void);
bool patience_wants_wake(void);
unsigned long patience_retry_delay(void);

#endif /* SUTURE_PATIENCE_H */
