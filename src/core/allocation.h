/*
 * Allocation of the rebate (spec section 5): who gets what of R.
 *
 * Each kind of entry is a program (program.h) in allocation/<name>.c or
 * rewards/<name>.c. Its function reads the sale and appends shares; a share with
 * nobody to pay is appended as vacant and goes where the entry says. Nothing is
 * posted here: order.c posts, on hold or at once.
 */
#ifndef JF_CORE_ALLOCATION_H
#define JF_CORE_ALLOCATION_H

#include "core/world.h"

/* What an allocation may look at. */
typedef struct jf_sale {
    const jf_world *w;
    const jf_policy *policy;
    const jf_party *buyer, *shop;
    jf_cny amount, rebate; /* A, R that rates are taken of */
    jf_cny paid;           /* what was paid in money and vouchers: it counts as turnover */
    bool bound_now;        /* this order bound the buyer to its home shop */
} jf_sale;

#define JF_PARTS_MAX (JF_POLICY_ENTRIES * (JF_POLICY_LEVELS + 3) + 3 * JF_HOLDERS_MAX)

/* The shares of one sale, in policy order. */
typedef struct jf_shares {
    const jf_sale *sale;
    jf_arena *arena;
    uint32_t entry; /* the one being allocated */
    jf_part *list;  /* grows in the arena */
    uint32_t count, room;
    int64_t taken;  /* of R */
    int64_t vacant; /* of the entry being allocated */
    bool overflow;
} jf_shares;

/* Is it money, and not only counted towards a month's rewards? */
static inline bool jf_part_is_money(const jf_part *part)
{
    return jf_slot_kind(part->slot) != JF_ACCOUNT_TURNOVER;
}

/* What a share of money becomes: vouchers, coins, or money. */
jf_unit jf_share_unit(jf_to to);

/* All entries of the policy, in order. */
void jf_allocate(const jf_sale *sale, jf_arena *arena, jf_shares *out);

/* For the programs: floor(base * rate) of an entry, and the ways to append it. */
int64_t jf_share_of(const jf_sale *sale, const jf_entry *entry, jf_ppm rate, jf_shares *out);
void jf_share_pay(jf_shares *out, jf_to to, const jf_party *who, jf_account_kind pending,
                  int64_t amount);
void jf_share_fund(jf_shares *out, jf_to to, jf_account_kind pending, uint32_t pool,
                   int64_t amount);
void jf_share_vacant(jf_shares *out, int64_t amount);
/* Into the pot of the program, for the end of the month. */
void jf_share_pot(jf_shares *out, jf_to to, int64_t amount);
/* Not money: the sale counts towards what `who` gets at the end of the month. */
void jf_share_count(jf_shares *out, jf_to to, const jf_party *who);

/* The member's weight or grade in a program; 0: not enrolled. */
int64_t jf_standing(const jf_world *w, const jf_party *who, jf_to to);
/* The party of that number when it is enrolled, else NULL; 0 is nobody. */
const jf_party *jf_enrolled_party(const jf_sale *sale, uint32_t no, jf_to to);

#endif
