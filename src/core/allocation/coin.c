/*
 * coin: money to the coin reserve, and as many coins to the buyer (spec sections 5 and 11).
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(sale->buyer->kind == JF_PARTY_MEMBER);
    jf_share_pay(out, JF_TO_COIN, sale->buyer, JF_ACCOUNT_PENDING_COINS,
                 jf_share_of(sale, entry, entry->rate, out));
}

const jf_program jf_program_coin = {.fields = jf_rate_fields, .allocate = allocate};
