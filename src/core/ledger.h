/*
 * The ledger: journals of postings that sum to zero per unit (spec section 15,
 * invariant 1). There is no other way to move a balance.
 *
 * Overflow is remembered in the step and turns into a refusal at its end, so a
 * rule posts without checking each time; amounts of 0 are not posted.
 */
#ifndef JF_CORE_LEDGER_H
#define JF_CORE_LEDGER_H

#include "core/step.h"

typedef enum jf_reason {
#define JF_REASON(NAME, wire, section, en, zh) JF_WHY_##NAME,
#include "core/reasons.def"
#undef JF_REASON
    JF_REASONS
} jf_reason;

typedef struct jf_reason_info {
    const char *wire;
    int section; /* of the spec */
    const char *en, *zh;
} jf_reason_info;

const jf_reason_info *jf_reason_info_of(jf_reason reason);

/* A posting's `why`: the reason, and for allocations the policy entry. */
static inline uint32_t jf_why_entry(jf_reason reason, uint32_t entry)
{
    return (uint32_t)reason | (entry + 1) << 8;
}

void jf_journal_begin(jf_step *s, jf_journal_kind kind, uint64_t subject);
void jf_journal_end(jf_step *s); /* asserts that it balances and that no balance has a wrong sign */

/* One posting; the typed forms below assert the account's unit. */
void jf_post(jf_step *s, uint32_t owner, jf_slot slot, int64_t amount, uint32_t why);

#define JF_UNIT(NAME, name, wire, decimals, en, zh)                                                \
    static inline void jf_post_##name(jf_step *s, uint32_t owner, jf_slot slot, jf_##name amount,  \
                                      uint32_t why)                                                \
    {                                                                                              \
        JF_ASSERT(jf_account_type_of(jf_slot_kind(slot))->unit == JF_UNIT_##NAME);                 \
        jf_post(s, owner, slot, amount.v, why);                                                    \
    }
#include "base/units.def"
#undef JF_UNIT

/* A balance of a resident party; 0 when the account was never opened. */
int64_t jf_balance(const jf_world *w, uint32_t owner, jf_slot slot);

#define JF_SLOT(KIND) jf_slot_of(JF_ACCOUNT_##KIND, 0, 0)
#define JF_POOL_SLOT(KIND, pool) jf_slot_of(JF_ACCOUNT_##KIND, (pool), 0)
#define JF_COHORT_SLOT(KIND, pool, cohort) jf_slot_of(JF_ACCOUNT_##KIND, (pool), (cohort))
#define JF_CHAIN_SLOT(KIND, chain) jf_slot_of(JF_ACCOUNT_##KIND, 0, (chain))

#endif
