/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two hundred functions. BENCH_FUNCTIONS(X) expands to X(number) for each, where
 * the number is five digits long so that none begins with a zero.
 */
#ifndef SUTURE_BENCH_FUNCTIONS_H
#define SUTURE_BENCH_FUNCTIONS_H

#define BENCH_TEN(X, n)                                                                            \
	X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)
#define BENCH_HUNDRED(X, n)                                                                        \
	BENCH_TEN(X, n##0) BENCH_TEN(X, n##1) BENCH_TEN(X, n##2) BENCH_TEN(X, n##3)                \
	BENCH_TEN(X, n##4) BENCH_TEN(X, n##5) BENCH_TEN(X, n##6) BENCH_TEN(X, n##7)                \
	BENCH_TEN(X, n##8) BENCH_TEN(X, n##9)
#define BENCH_FUNCTIONS(X) BENCH_HUNDRED(X, 100) BENCH_HUNDRED(X, 101)

#endif
