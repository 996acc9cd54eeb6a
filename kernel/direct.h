/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_DIRECT_H
#define SUTURE_DIRECT_H

#include <linux/types.h>

unsigned long direct_caller(unsigned long ip);
bool direct_is_busy(unsigned long ip);
int direct_wait(void);
int direct_tell(const unsigned long *ips, unsigned long *told, unsigned int n);
void direct_exit(void);

#endif /* SUTURE_DIRECT_H */
