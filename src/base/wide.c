/*
 * 192-bit products as a high part of 128 and a low part of 64 bits.
 */
#include "base/wide.h"

#include "base/check.h"

typedef unsigned __int128 u128;

typedef struct wide {
    u128 high; /* the product divided by 2^64 */
    uint64_t low;
} wide;

static wide product3(int64_t a, int64_t b, int64_t c)
{
    JF_ASSERT(a >= 0 && b >= 0 && c >= 0);
    u128 ab = (u128)a * (u128)b;
    u128 low = (u128)(uint64_t)ab * (u128)c;
    u128 high = (ab >> 64) * (u128)c + (low >> 64);
    return (wide){high, (uint64_t)low};
}

int jf_product3_cmp(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f)
{
    wide x = product3(a, b, c), y = product3(d, e, f);
    if (x.high != y.high)
        return x.high < y.high ? -1 : 1;
    return (x.low > y.low) - (x.low < y.low);
}
