/*
 * staff: the account manager who serves the shop (商务人员, spec section 9): a
 * commission on each of its orders, and base pay at the end of the month.
 *
 * Base pay is a wage and comes out of platform revenue in full, whatever the
 * month brought in; a revenue below zero shows as a lack of equity. Commission
 * goes to the one who serves the shop when the order is paid.
 */
#include "base/arith.h"
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    int64_t share = jf_share_of(sale, entry, entry->rate, out);
    const jf_party *staff = jf_enrolled_party(sale, sale->shop->staff, JF_TO_STAFF);
    JF_ASSERT(entry->to == JF_TO_STAFF);
    if (staff)
        jf_share_pay(out, JF_TO_STAFF, staff, JF_ACCOUNT_PENDING_WALLET, share);
    else
        jf_share_vacant(out, share);
}

static void month_end(const jf_month *month, const jf_entry *entry)
{
    for (uint32_t i = 0; i < month->count; i++) {
        jf_enrolled *e = &month->list[i];
        JF_ASSERT(e->standing >= 0);
        if (!jf_mul_div(entry->base_pay.v, e->standing, 1, &e->pays))
            e->pays = INT64_MAX;
    }
}

static const jf_field fields[] = {
    JF_ENTRY,
    JF_ENTRY_RATE,
    {.key = "base_pay", JF_AT(jf_entry, base_pay), JF_AMOUNT, .fallback = "0.00"},
    {0},
};

const jf_program jf_program_staff = {.fields = fields,
                                     .allocate = allocate,
                                     .month = month_end,
                                     .from_revenue = true,
                                     .wallet = true};
