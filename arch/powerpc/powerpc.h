/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SUTURE_POWERPC_H
#define SUTURE_POWERPC_H

unsigned long stub_replacement(unsigned long return_stub);

#endif /* SUTURE_POWERPC_H */
