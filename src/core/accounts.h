/*
 * What an account is: an owner, and a slot that says the kind of balance and,
 * for kinds that have several, the pool and cohort. See accounts.def.
 */
#ifndef JF_CORE_ACCOUNTS_H
#define JF_CORE_ACCOUNTS_H

#include "base/check.h"
#include "base/units.h"

typedef enum jf_account_kind {
#define JF_ACCOUNT(NAME, wire, unit, owner, sign, per, en, zh) JF_ACCOUNT_##NAME,
#include "core/accounts.def"
#undef JF_ACCOUNT
    JF_ACCOUNT_KINDS
} jf_account_kind;

typedef enum jf_sign { JF_SIGN_NONNEG, JF_SIGN_NONPOS, JF_SIGN_ANY } jf_sign;
typedef enum jf_per {
    JF_PER_ONE,
    JF_PER_POOL,
    JF_PER_COHORT,
    JF_PER_PROGRAM, /* number of the row of allocations.def, in the bits of the pool */
    JF_PER_CHAIN,   /* number of the store, in the bits of the cohort */
} jf_per;

typedef struct jf_account_type {
    const char *wire;
    jf_unit unit;
    bool platform; /* owned by the platform, else by members and shops */
    jf_sign sign;
    jf_per per;
    const char *en, *zh;
} jf_account_type;

const jf_account_type *jf_account_type_of(jf_account_kind kind);

/* Is a balance of this kind something that the party owes? */
static inline bool jf_is_debt(jf_account_kind kind)
{
    return kind == JF_ACCOUNT_DEBT_CNY || kind == JF_ACCOUNT_DEBT_VOUCHER ||
           kind == JF_ACCOUNT_DEBT_COIN || kind == JF_ACCOUNT_CREDIT_DEBT ||
           kind == JF_ACCOUNT_CLAWBACK_DEBT;
}

/* Does a balance of this kind wait for the hold of its order to end? */
bool jf_is_pending(jf_account_kind kind);

/*
 * Is an account of this kind kept on a list of its own while it is not 0? The
 * month's close and dividends go through these; nobody else has to be looked at.
 */
static inline bool jf_is_listed(jf_account_kind kind)
{
    return kind == JF_ACCOUNT_STANDING || kind == JF_ACCOUNT_TURNOVER || kind == JF_ACCOUNT_SHARES;
}

/*
 * kind in bits 0..5, pool in bits 6..11, cohort in bits 12..30. Part of the
 * file format: journals and balances carry it.
 */
typedef uint32_t jf_slot;

#define JF_COHORT_MAX ((1u << 19) - 1)

static inline jf_slot jf_slot_of(jf_account_kind kind, uint32_t pool, uint32_t cohort)
{
    JF_ASSERT(kind < JF_ACCOUNT_KINDS && pool < 64);
    JF_ASSERT(cohort <= JF_COHORT_MAX);
    return (jf_slot)kind | pool << 6 | cohort << 12;
}

static inline jf_account_kind jf_slot_kind(jf_slot slot)
{
    return (jf_account_kind)(slot & 63);
}

static inline uint32_t jf_slot_pool(jf_slot slot)
{
    return slot >> 6 & 63;
}

static inline uint32_t jf_slot_cohort(jf_slot slot)
{
    return slot >> 12;
}

#endif
