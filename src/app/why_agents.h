/*
 * How an agent came to his share of an order (spec section 5, agents).
 *
 * The order keeps who got how much, not by which seat. So the rule is run again
 * with the seats as they are now; if it gives the very same parts, the seats of
 * then were as good as these, and the share is told from them. If not, they
 * have changed hands, and nothing is told.
 */
#ifndef JF_APP_WHY_AGENTS_H
#define JF_APP_WHY_AGENTS_H

#include "app/reader.h"

typedef struct jf_agent_share {
    jf_region region;        /* of the seat */
    jf_ppm rate;             /* the level's own */
    int64_t weight, weights; /* the holder's, and all of the seat */
    int64_t amount;          /* fen, as fixed at payment */
} jf_agent_share;

/*
 * Part number `nth` (0, 1, …) that the owner has in entry number `number` of the
 * order's policy, an `agents` entry. False when it can not be told.
 */
bool jf_agent_share_of(jf_reader *reader, const jf_order *order, uint32_t number, uint32_t owner,
                       uint32_t nth, jf_agent_share *out);

#endif
