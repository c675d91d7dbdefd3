/*
 * shareholders: a pot filled by every order and shared at the end of the month
 * by the weights that people are enrolled with (加权分红, spec section 9).
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(entry->to == JF_TO_SHAREHOLDERS);
    jf_share_pot(out, JF_TO_SHAREHOLDERS, jf_share_of(sale, entry, entry->rate, out));
}

static void month_end(const jf_month *month, const jf_entry *entry)
{
    int64_t *weights = JF_NEW_ARRAY(month->arena, int64_t, month->count);
    JF_ASSERT(entry->to == JF_TO_SHAREHOLDERS);
    for (uint32_t i = 0; i < month->count; i++)
        weights[i] = month->list[i].standing;
    jf_month_share_pot(month, weights);
}

const jf_program jf_program_shareholders = {
    .fields = jf_rate_fields, .allocate = allocate, .month = month_end, .wallet = true};
