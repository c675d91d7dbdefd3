/*
 * The headroom of consumption credit.
 */
#include "core/credit.h"

#include "base/check.h"
#include "core/ledger.h"
#include "core/release.h"

/* The cap of a pool under the policy in force. */
static jf_ppm pool_cap(const jf_policy *policy, uint32_t pool)
{
    for (uint32_t i = 0; i < policy->pool_count; i++)
        if (policy->pools[i].pool == pool)
            return policy->pools[i].cap;
    JF_ASSERT_UNREACHED();
}

/* Σ (cap · points − entitlement), in millionths of a fen, so that only the end floors. */
static jf_i128 still_to_come(const jf_world *w, const jf_policy *policy, const jf_party *party)
{
    jf_i128 sum = 0;
    for (const jf_account *a = party->accounts; a; a = a->next) {
        if (!a->row.exists || jf_slot_kind(a->slot) != JF_ACCOUNT_POSITION)
            continue;
        uint32_t pool = jf_slot_pool(a->slot);
        const jf_cohort *cohort = jf_world_cohort(w, pool, jf_slot_cohort(a->slot));
        JF_ASSERT(cohort != NULL);
        int64_t entitled = jf_entitlement(a->balance, cohort->index);
        int64_t paid = entitled > a->credited ? entitled : a->credited;
        jf_i128 rest = (jf_i128)pool_cap(policy, pool).v * a->balance - (jf_i128)paid * JF_PPM_ONE;
        sum += rest > 0 ? rest : 0;
    }
    return sum;
}

jf_voucher jf_credit_headroom(const jf_world *w, const jf_policy *policy, const jf_party *party)
{
    jf_voucher none = {0};
    if (!policy || !policy->credit.enabled || party->kind != JF_PARTY_MEMBER)
        return none;
    jf_i128 to_come = still_to_come(w, policy, party);
    jf_i128 most = policy->credit.max.v;
    if (to_come / JF_PPM_ONE < (jf_i128)INT64_MAX) {
        jf_i128 part =
            jf_floor_div(to_come * policy->credit.fraction.v, (jf_i128)JF_PPM_ONE * JF_PPM_ONE);
        most = part < most ? part : most;
    }
    most -= jf_balance(w, party->no, JF_SLOT(CREDIT_DEBT));
    int64_t fund = jf_balance(w, JF_PLATFORM, JF_SLOT(CREDIT_FUND));
    JF_ASSERT(fund >= 0);
    if (most > fund)
        most = fund;
    if (most <= 0)
        return none;
    return (jf_voucher){(int64_t)most};
}
