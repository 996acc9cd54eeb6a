/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_PATIENCE_H
#define SUTURE_PATIENCE_H

#include <linux/types.h>

unsigned int patience_default_deadline(void);
void patience_start(unsigned int ms);
unsigned int patience_deadline(void);
void patience_set_deadline(unsigned int ms);
u64 patience_elapsed_us(void);
bool patience_is_over(void);
bool patience_wants_wake(void);
unsigned long patience_retry_delay(void);

#endif /* SUTURE_PATIENCE_H */
