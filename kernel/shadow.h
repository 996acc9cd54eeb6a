/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_SHADOW_H
#define SUTURE_SHADOW_H

void shadow_exit(void);

#endif /* SUTURE_SHADOW_H */
