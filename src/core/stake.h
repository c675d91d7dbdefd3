/*
 * The queue for forced exit: a heap of stakes, smallest spend per unit first
 * (that is who reaches the exit multiple first, at whatever price), ties by
 * member id, then order id (spec sections 12 and 18). One stake a member, or
 * one a lot, as the policy's exit_scope says. Derived from the lots. The queue of
 * lots is made when a policy first asks for it: most never do.
 */
#ifndef JF_CORE_STAKE_H
#define JF_CORE_STAKE_H

#include "core/world.h"

typedef struct jf_stake {
    uint32_t owner;
    jf_str member; /* its id */
    jf_str order;  /* the lot's order id; empty for a member's stake */
    jf_lot *lot;   /* the one lot, or the first of the member's, in the order of minting */
    jf_lot *last;  /* of the member's */
    int64_t units; /* n */
    int64_t spend;
    uint32_t at; /* place in the heap + 1; 0: not in it (no units) */
} jf_stake;

/* The first in the queue, or NULL. */
jf_stake *jf_stake_first(jf_world *w, jf_exit_scope scope);

/* The member's stake: all lots; NULL when there were never any. */
jf_stake *jf_stake_of(const jf_world *w, uint32_t owner);

/* A lot came to be, or its units or spend changed: its stakes move in the queues. */
void jf_stake_moved(jf_world *w, jf_lot *lot);

#endif
