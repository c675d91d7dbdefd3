/*
 * Checked 64-bit arithmetic (see arith.h; spec section 1).
 *
 * Most products of amounts and ratios fit 64 bits, and a 64-bit division is
 * several times cheaper than a 128-bit one: so the product is tried in 64 bits
 * first. Both ways give the same result; the tests hold them against each other.
 */
#include "base/arith.h"

#include "base/check.h"

bool jf_add(int64_t a, int64_t b, int64_t *out)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *out = sum;
    return true;
}

bool jf_sub(int64_t a, int64_t b, int64_t *out)
{
    int64_t difference;
    if (__builtin_sub_overflow(a, b, &difference)) {
        return false;
    }
    *out = difference;
    return true;
}

/* C division cuts towards zero: a rest below zero means that the floor is one lower. */
jf_i128 jf_floor_div(jf_i128 a, jf_i128 d)
{
    JF_ASSERT(d > 0);
    jf_i128 quotient = a / d;
    jf_i128 floor = quotient * d > a ? quotient - 1 : quotient;
    JF_ASSERT(a - floor * d >= 0 && a - floor * d < d);
    return floor;
}

static bool arith_narrow(jf_i128 exact, int64_t *out)
{
    if (exact < INT64_MIN || exact > INT64_MAX) {
        return false;
    }
    *out = (int64_t)exact;
    return true;
}

bool jf_mul_div(int64_t a, int64_t b, int64_t d, int64_t *out)
{
    JF_ASSERT(d > 0);
    int64_t product;
    if (!__builtin_mul_overflow(a, b, &product)) {
        *out = product / d - (product % d < 0);
        return true;
    }
    return arith_narrow(jf_floor_div((jf_i128)a * b, d), out);
}

bool jf_mul_div_up(int64_t a, int64_t b, int64_t d, int64_t *out)
{
    JF_ASSERT(d > 0);
    int64_t product;
    if (!__builtin_mul_overflow(a, b, &product)) {
        *out = product / d + (product % d > 0);
        return true;
    }
    return arith_narrow(-jf_floor_div(-((jf_i128)a * b), d), out);
}

int jf_ratio_cmp(int64_t a, int64_t b, int64_t c, int64_t d)
{
    JF_ASSERT(b > 0);
    JF_ASSERT(d > 0);
    jf_i128 left = (jf_i128)a * d;
    jf_i128 right = (jf_i128)c * b;
    return (left > right) - (left < right);
}
