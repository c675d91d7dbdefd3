/*
 * Token buckets (rate.h). Used by one thread.
 */
#include "server/rate.h"

#include "base/check.h"

#define WHOLE INT64_C(1000000)

void jf_rate_init(jf_rate *rate, uint32_t per_second)
{
    JF_ASSERT(per_second > 0);
    *rate = (jf_rate){.rate = per_second};
}

bool jf_rate_take(jf_rate *rate, uint64_t hash, int64_t now_us)
{
    int64_t most = 2 * WHOLE * rate->rate;
    int64_t *at = &rate->places[hash % JF_RATE_PLACES].at_us;
    int64_t *tokens = &rate->places[hash % JF_RATE_PLACES].tokens;
    int64_t passed = now_us - *at;
    JF_ASSERT(passed >= 0);
    if (*at == 0 || passed > 2 * WHOLE)
        *tokens = most;
    else
        *tokens += passed * rate->rate;
    *tokens = *tokens < most ? *tokens : most;
    *at = now_us;
    if (*tokens < WHOLE)
        return false;
    *tokens -= WHOLE;
    return true;
}
