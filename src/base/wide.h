/*
 * Products of three 64-bit numbers, compared exactly (192 bits). Spec section
 * 12 compares prices, multiples and amounts this way.
 */
#ifndef JF_BASE_WIDE_H
#define JF_BASE_WIDE_H

#include <stdint.h>

/* -1, 0, 1 as a·b·c <, =, > d·e·f; all arguments 0 or more. */
int jf_product3_cmp(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f);

#endif
