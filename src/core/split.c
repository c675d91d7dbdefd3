/*
 * Largest remainder in O(n log n).
 */
#include "core/split.h"

#include "base/arith.h"
#include "base/check.h"
#include "base/sort.h"

typedef struct rest {
    jf_i128 left; /* of amount · weight mod sum */
    uint32_t at;
} rest;

static int by_rest(const void *a, const void *b)
{
    const rest *x = a, *y = b;
    if (x->left != y->left)
        return x->left > y->left ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

bool jf_split(jf_arena *arena, int64_t amount, const int64_t *weights, uint32_t count,
              int64_t *shares)
{
    jf_i128 sum = 0;
    int64_t left = amount;
    JF_ASSERT(amount >= 0);
    for (uint32_t i = 0; i < count; i++)
        sum += weights[i];
    if (sum == 0)
        return false;
    rest *rests = JF_NEW_ARRAY(arena, rest, count);
    for (uint32_t i = 0; i < count; i++) {
        jf_i128 product = (jf_i128)amount * weights[i]; /* below 2^126 */
        shares[i] = (int64_t)(product / sum);
        rests[i] = (rest){product % sum, i};
        left -= shares[i];
    }
    JF_ASSERT(left >= 0 && left < (int64_t)count);
    jf_sort(rests, count, sizeof *rests, by_rest);
    for (uint32_t i = 0; i < (uint32_t)left; i++)
        shares[rests[i].at]++;
    return true;
}
