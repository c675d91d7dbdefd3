/*
 * What is known of a pool's next close, and whom a pool concerns: the same in the
 * report, in statements and in what a member or a shop may look forward to.
 */
#ifndef JF_APP_POOL_NEXT_H
#define JF_APP_POOL_NEXT_H

#include "base/json.h"
#include "core/world.h"

typedef struct jf_pool_next {
    int64_t growth;          /* so far in the open period, ppm, floored */
    bool waits;              /* period 1: closes when first_threshold is reached, on no set day */
    jf_day earliest, latest; /* of the next close; latest only when it does not wait */
} jf_pool_next;

jf_pool_next jf_pool_next_of(const jf_world *w, const jf_pool_policy *policy);

/* Members "next_close": {"threshold"} or {"earliest","latest"}; "growth": {"so_far","target"}. */
void jf_pool_next_json(jf_jw *w, const jf_pool_policy *policy, const jf_pool_next *next);

/* Is it of the party's side, or does the party hold points in it? The party is resident. */
bool jf_pool_concerns(const jf_party *party, const jf_pool_policy *pool);

#endif
