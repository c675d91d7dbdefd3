/*
 * performance: a pot filled by every order and shared at the end of the month
 * by results (绩效奖励, spec section 9): in proportion to the turnover of the shops
 * that somebody serves as staff, times the weight they are enrolled with.
 */
#include "base/arith.h"
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    const jf_party *staff = jf_enrolled_party(sale, sale->shop->staff, JF_TO_PERFORMANCE);
    JF_ASSERT(entry->to == JF_TO_PERFORMANCE);
    jf_share_pot(out, JF_TO_PERFORMANCE, jf_share_of(sale, entry, entry->rate, out));
    if (staff)
        jf_share_count(out, JF_TO_PERFORMANCE, staff);
}

static void month_end(const jf_month *month, const jf_entry *entry)
{
    int64_t *weights = JF_NEW_ARRAY(month->arena, int64_t, month->count);
    JF_ASSERT(entry->to == JF_TO_PERFORMANCE);
    for (uint32_t i = 0; i < month->count; i++) {
        const jf_enrolled *e = &month->list[i];
        int64_t turnover = e->turnover > 0 ? e->turnover : 0;
        if (!jf_mul_div(turnover, e->standing, 1, &weights[i]))
            weights[i] = INT64_MAX;
    }
    jf_month_share_pot(month, weights);
}

const jf_program jf_program_performance = {
    .fields = jf_rate_fields, .allocate = allocate, .month = month_end, .wallet = true};
