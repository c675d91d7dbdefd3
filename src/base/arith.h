/*
 * Checked arithmetic on 64-bit amounts through 128-bit products.
 *
 * Spec section 1: every division floors, every operation is checked, overflow
 * is an error and never a wrap. Each function returns false when the exact
 * result does not fit, and then leaves *out alone.
 */
#ifndef JF_BASE_ARITH_H
#define JF_BASE_ARITH_H

#include <stdbool.h>
#include <stdint.h>

typedef __int128 jf_i128;

bool jf_add(int64_t a, int64_t b, int64_t *out);
bool jf_sub(int64_t a, int64_t b, int64_t *out);

/* floor(a * b / d), d > 0; floors towards minus infinity for negative products. */
bool jf_mul_div(int64_t a, int64_t b, int64_t d, int64_t *out);

/* ceil(a * b / d), d > 0. */
bool jf_mul_div_up(int64_t a, int64_t b, int64_t d, int64_t *out);

/* floor(a / d) for 128-bit a and d > 0, without the check that it fits 64 bits. */
jf_i128 jf_floor_div(jf_i128 a, jf_i128 d);

/* -1, 0, 1 as a/b <, =, > c/d; b, d > 0; exact for all 64-bit arguments. */
int jf_ratio_cmp(int64_t a, int64_t b, int64_t c, int64_t d);

#endif
