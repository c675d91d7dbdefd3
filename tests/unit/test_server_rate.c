/*
 * How often somebody may ask: the token buckets of the server.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "server/rate.h"
#include "tap.h"

#define SECOND INT64_C(1000000)

/* How many of `tries` at one moment are let through. */
static int taken(jf_rate *rate, uint64_t who, int64_t at_us, int tries)
{
    int count = 0;
    for (int i = 0; i < tries; i++)
        count += jf_rate_take(rate, who, at_us);
    return count;
}

int main(void)
{
    jf_rate *rate = jf_alloc(sizeof *rate);
    jf_rate_init(rate, 10);
    int64_t now = 1000 * SECOND;
    ok(taken(rate, 1, now, 50) == 20, "twice a second's worth at once, and no more");
    ok(taken(rate, 2, now, 50) == 20, "somebody else has their own");
    ok(taken(rate, 1, now + SECOND / 10, 50) == 1, "a tenth of a second brings one");
    ok(taken(rate, 1, now + SECOND / 10 + SECOND, 50) == 10, "a second brings ten");
    ok(taken(rate, 1, now + 3600 * SECOND, 50) == 20, "an hour brings no more than two seconds do");
    ok(taken(rate, 1 + JF_RATE_PLACES, now + 3600 * SECOND, 50) == 0,
       "who shares a place shares its tokens");
    int half = 0;
    for (int i = 1; i <= 100; i++)
        half += jf_rate_take(rate, 3, now + i * SECOND / 20);
    ok(half >= 68 && half <= 71,
       "asking twice as often as allowed: half, and what was saved up (%d)", half);
    free(rate);
    return tap_plan_done();
}
