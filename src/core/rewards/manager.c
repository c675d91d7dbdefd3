/*
 * manager: the member who runs the shop (店长, spec section 9). A commission by
 * grade on each of the shop's orders; the grade of the next month is earned by
 * the turnover of this one, up and down. Who is enrolled keeps at least grade 1.
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    const jf_party *manager = jf_enrolled_party(sale, sale->shop->manager, JF_TO_MANAGER);
    jf_ppm rate = {0}, most = entry->level[entry->levels - 1];
    JF_ASSERT(entry->levels >= 1 && entry->to == JF_TO_MANAGER);
    if (manager) {
        int64_t grade = jf_standing(sale->w, manager, JF_TO_MANAGER);
        rate = entry->level[(grade < (int64_t)entry->levels ? grade : (int64_t)entry->levels) - 1];
        jf_share_pay(out, JF_TO_MANAGER, manager, JF_ACCOUNT_PENDING_WALLET,
                     jf_share_of(sale, entry, rate, out));
        jf_share_count(out, JF_TO_MANAGER, manager);
    }
    jf_share_vacant(out, jf_share_of(sale, entry, (jf_ppm){most.v - rate.v}, out));
}

static void month_end(const jf_month *month, const jf_entry *entry)
{
    JF_ASSERT(entry->bars == entry->levels);
    for (uint32_t i = 0; i < month->count; i++) {
        jf_enrolled *e = &month->list[i];
        uint32_t grade = jf_bars_reached(entry, e->turnover);
        if (e->standing > 0)
            e->becomes = grade > 0 ? grade : 1;
    }
}

static int64_t total(const jf_entry *entry)
{
    JF_ASSERT(entry->levels <= JF_POLICY_LEVELS);
    return entry->levels ? entry->level[entry->levels - 1].v : 0;
}

static void check(jf_check *c, const jf_entry *entry, jf_path path)
{
    jf_check_rising(c, entry, path, "turnover");
}

static const jf_field fields[] = {
    JF_ENTRY,
    JF_ENTRY_RATES("rates", "a list with a rate for each grade"),
    JF_ENTRY_BARS("turnover", "a list with the month's turnover that each grade asks for"),
    {0},
};

const jf_program jf_program_manager = {.fields = fields,
                                       .total = total,
                                       .check = check,
                                       .allocate = allocate,
                                       .month = month_end,
                                       .graded = true,
                                       .wallet = true};
