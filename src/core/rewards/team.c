/*
 * team: leaders are paid by the turnover of their team in a month (团队奖励, spec
 * section 9). A team is whom the leader referred, up to `levels` deep. Orders
 * fill a pot; at the end of the month a leader gets the rate of the highest
 * tier that the team's turnover reached, of all that turnover. When the claims
 * are more than the pot holds, each is cut in proportion: nothing is paid that
 * was not collected.
 */
#include "base/arith.h"
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    const jf_party *up = sale->buyer;
    JF_ASSERT(up->kind == JF_PARTY_MEMBER && entry->to == JF_TO_TEAM);
    jf_share_pot(out, JF_TO_TEAM, jf_share_of(sale, entry, entry->rate, out));
    for (int32_t i = 0; i < entry->depth && up->referrer; i++) {
        up = jf_world_party_no(sale->w, up->referrer);
        if (jf_standing(sale->w, up, JF_TO_TEAM) > 0)
            jf_share_count(out, JF_TO_TEAM, up);
    }
}

static void month_end(const jf_month *month, const jf_entry *entry)
{
    JF_ASSERT(entry->bars == entry->levels);
    for (uint32_t i = 0; i < month->count; i++) {
        jf_enrolled *e = &month->list[i];
        uint32_t tier = jf_bars_reached(entry, e->turnover);
        if (e->standing > 0 && tier > 0 &&
            !jf_ratio_of(e->turnover, entry->level[tier - 1], &e->pays))
            e->pays = INT64_MAX;
    }
    jf_month_fit_pot(month);
}

static void check(jf_check *c, const jf_entry *entry, jf_path path)
{
    jf_check_rising(c, entry, path, "turnover");
}

static uint32_t uplines(const jf_entry *entry)
{
    JF_ASSERT(entry->depth >= 0);
    return (uint32_t)entry->depth;
}

static const jf_field fields[] = {
    JF_ENTRY,
    JF_ENTRY_RATE,
    JF_ENTRY_DEPTH,
    JF_ENTRY_RATES("rates", "a list with a rate for each tier"),
    JF_ENTRY_BARS("turnover", "a list with the month's turnover that each tier asks for"),
    {0},
};

const jf_program jf_program_team = {.fields = fields,
                                    .check = check,
                                    .allocate = allocate,
                                    .month = month_end,
                                    .uplines = uplines,
                                    .graded = true,
                                    .wallet = true};
