/*
 * Allocation of the rebate (spec section 5): who gets what of R.
 *
 * Each kind of entry is one pure function in allocation/<name>.c, named in
 * allocations.def. It reads the sale and appends shares; a share with nobody to
 * pay is appended as vacant and goes where the entry says. Nothing is posted
 * here: order.c posts, on hold or at once.
 */
#ifndef JF_CORE_ALLOCATION_H
#define JF_CORE_ALLOCATION_H

#include "core/world.h"

/* What an allocation may look at. */
typedef struct jf_sale {
    const jf_world *w;
    const jf_policy *policy;
    const jf_party *buyer, *shop;
    jf_cny amount, rebate; /* A, R */
    bool bound_now;        /* this order bound the buyer to its home shop */
} jf_sale;

#define JF_PARTS_MAX (JF_POLICY_ENTRIES * 4 + 3 * JF_HOLDERS_MAX)

/* The shares of one sale, in policy order. */
typedef struct jf_shares {
    const jf_sale *sale;
    uint32_t entry; /* the one being allocated */
    jf_part *list;
    uint32_t count;
    int64_t taken;  /* of R */
    int64_t vacant; /* of the entry being allocated */
    bool overflow;
} jf_shares;

#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh)                                       \
    void jf_allocate_##name(const jf_sale *sale, const jf_entry *entry, jf_shares *out);
#include "core/allocations.def"
#undef JF_ALLOCATION

/* All entries of the policy, in order. */
void jf_allocate(const jf_sale *sale, jf_arena *arena, jf_shares *out);

/* For the functions above: floor(base * rate) of an entry, and the three ways to append it. */
int64_t jf_share_of(const jf_sale *sale, const jf_entry *entry, jf_ppm rate, jf_shares *out);
void jf_share_pay(jf_shares *out, jf_to to, const jf_party *who, jf_account_kind pending,
                  int64_t amount);
void jf_share_fund(jf_shares *out, jf_to to, jf_account_kind pending, uint32_t pool,
                   int64_t amount);
void jf_share_vacant(jf_shares *out, int64_t amount);

#endif
