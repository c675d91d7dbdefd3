/*
 * How many requests a second somebody may make: token buckets by caller or
 * address, in a table of fixed size. Two that share a place share its tokens;
 * nobody is ever let through for that.
 */
#ifndef JF_SERVER_RATE_H
#define JF_SERVER_RATE_H

#include <stdbool.h>
#include <stdint.h>

#define JF_RATE_PLACES 4096

typedef struct jf_rate {
    uint32_t rate; /* tokens a second; twice as many at once */
    struct {
        int64_t at_us;  /* when the tokens were counted */
        int64_t tokens; /* millionths */
    } places[JF_RATE_PLACES];
} jf_rate;

void jf_rate_init(jf_rate *rate, uint32_t per_second);

/* Takes one token of whoever has this hash; false when there is none. */
bool jf_rate_take(jf_rate *rate, uint64_t hash, int64_t now_us);

#endif
