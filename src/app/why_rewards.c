/*
 * Why an account moved in a reward program, at the end of a month, by a share
 * of a chain store, an old debt or tax (spec sections 9, 12, 13).
 *
 * A month's journal tells its own figures: the turnover that it sets back, the
 * pot as it was before. Weights are those of now; where they have changed
 * since, the arithmetic does not come to the amount and is left out.
 */
#include "app/sums.h"
#include "app/why_work.h"
#include "base/arith.h"
#include "base/check.h"
#include "core/program.h"

static void say_program(jf_explain *x, jf_to to)
{
    const jf_reward_info *info = jf_reward_info_of(to);
    jf_say(x, ": ", "：");
    jf_say(x, info ? info->en : jf_to_wire(to), info ? info->zh : jf_to_wire(to));
}

/* The program that a slot of per PROGRAM is of; false for a number that is none. */
static bool program_of(jf_slot slot, jf_to *to)
{
    *to = (jf_to)jf_slot_pool(slot);
    return jf_slot_pool(slot) < JF_TO_COUNT && jf_reward_info_of(*to) != NULL;
}

/* ⌊base · (rate − top)⌋ of the grade that gives the amount, from the first grade above `from`. */
static uint32_t grade_with(const jf_entry *entry, int64_t base, jf_ppm top, uint32_t from,
                           int64_t amount)
{
    for (uint32_t grade = from + 1; grade <= entry->levels; grade++) {
        int64_t share = 0;
        jf_ppm own = {entry->level[grade - 1].v - top.v};
        if (own.v >= 0 && jf_ratio_of(base, own, &share) && share == amount)
            return grade;
    }
    return 0;
}

/*
 * Grades along the line, told from the parts in their order: each is above the
 * grade before it, or its peer.
 */
int64_t jf_explain_level(jf_explain *x, const jf_entry *entry, int64_t base)
{
    uint32_t number = (x->posting->why >> 8) - 1, grade = 0;
    jf_ppm top = {0};
    for (uint32_t i = 0; i < x->order->part_count; i++) {
        const jf_part *part = &x->order->parts[i];
        if (part->entry != number || part->owner == JF_PLATFORM)
            continue;
        uint32_t found = grade_with(entry, base, top, grade, part->amount);
        jf_ppm own = entry->peer;
        if (found)
            own.v = entry->level[found - 1].v - top.v;
        if (part->owner == x->posting->owner) {
            if (found)
                jf_say(x, ", grade ", "，级别 ");
            else
                jf_say(x, ", peer of grade ", "，平级，级别 ");
            jf_say_int(x, found ? found : grade);
            if (found && top.v > 0)
                jf_say(x, ", less the rate nearer to the buyer", "，减去下级已得比例");
            return jf_sum_ratio(&x->sum, base, own);
        }
        grade = found ? found : grade;
        top = found ? entry->level[found - 1] : top;
    }
    return -1;
}

int64_t jf_explain_manager(jf_explain *x, const jf_entry *entry, int64_t base)
{
    uint32_t number = (x->posting->why >> 8) - 1;
    for (uint32_t i = 0; i < x->order->part_count; i++) {
        const jf_part *part = &x->order->parts[i];
        if (part->entry != number || part->owner != x->posting->owner || !jf_part_is_money(part))
            continue;
        uint32_t grade = grade_with(entry, base, (jf_ppm){0}, 0, part->amount);
        if (grade == 0)
            return -1;
        jf_say(x, ", grade ", "，级别 ");
        jf_say_int(x, grade);
        return jf_sum_ratio(&x->sum, base, entry->level[grade - 1]);
    }
    return -1;
}

/* What was really paid counts, less what a refund took before it matured. */
void jf_explain_turnover(jf_explain *x)
{
    jf_to to;
    if (!program_of(x->posting->slot, &to) || !x->order)
        return;
    const jf_order *o = x->order;
    int64_t paid = o->amount.v - o->legacy.v;
    say_program(x, to);
    jf_say(x, ", what was paid of the bill", "，按实付金额");
    int64_t gone = jf_sum_part(paid, o->refunded_held.v, o->amount.v);
    if (gone > 0)
        jf_keep_sum_if(x, jf_sum_difference(&x->sum, paid, gone));
}

void jf_explain_enroll(jf_explain *x)
{
    jf_to to;
    if (!program_of(x->posting->slot, &to))
        return;
    say_program(x, to);
    jf_say(x, ", from now on ", "，现为 ");
    jf_say_int(x, x->posting->balance);
}

/* --- the end of a month --------------------------------------------------------------- */

/* What the journal says of somebody's turnover: the month's, that it sets back. */
static int64_t turnover_in(const jf_explain *x, uint32_t owner)
{
    for (uint32_t i = 0; i < x->m->count; i++) {
        const jf_posting_row *p = &x->m->postings[i];
        if (p->owner == owner && jf_slot_kind(p->slot) == JF_ACCOUNT_TURNOVER)
            return -p->amount;
    }
    return 0;
}

/* The pot before it paid; -1 when it paid nothing. */
static int64_t pot_before(const jf_explain *x)
{
    for (uint32_t i = 0; i < x->m->count; i++) {
        const jf_posting_row *p = &x->m->postings[i];
        if (jf_slot_kind(p->slot) == JF_ACCOUNT_POT)
            return p->balance - p->amount;
    }
    return -1;
}

static void explain_base_pay(jf_explain *x, const jf_entry *entry, int64_t received)
{
    int64_t pay = entry->base_pay.v;
    jf_say(x, ", base pay", "，底薪");
    if (pay <= 0 || received % pay != 0)
        return;
    jf_decimal_print(&x->sum, pay, 2);
    jf_buf_c(&x->sum, " × ");
    jf_buf_int(&x->sum, received / pay);
    jf_buf_c(&x->sum, " = ");
    jf_decimal_print(&x->sum, received, 2);
}

/* Turnover times the rate of its tier; cut to the pot when all claims were more than that. */
static void explain_team(jf_explain *x, const jf_entry *entry, int64_t received)
{
    int64_t mine = turnover_in(x, x->posting->owner), pot = pot_before(x), all = 0;
    uint32_t tier = jf_bars_reached(entry, mine);
    if (tier == 0 || pot < 0)
        return;
    jf_say(x, ", tier ", "，第 ");
    jf_say_int(x, tier);
    jf_say(x, " by the turnover", " 档，按团队业绩");
    int64_t claim = jf_sum_ratio(&x->sum, mine, entry->level[tier - 1]);
    for (uint32_t i = 0; i < x->m->count; i++) {
        const jf_posting_row *p = &x->m->postings[i];
        int64_t other = 0;
        if (jf_slot_kind(p->slot) != JF_ACCOUNT_TURNOVER)
            continue;
        uint32_t reached = jf_bars_reached(entry, -p->amount);
        if (reached && (!jf_ratio_of(-p->amount, entry->level[reached - 1], &other) ||
                        !jf_add(all, other, &all)))
            return;
    }
    if (all > pot) {
        jf_say(x, ", cut to what the pot holds", "，资金池不足，按比例");
        jf_buf_c(&x->sum, "; ");
        claim = jf_sum_quotient(&x->sum, claim, pot, all);
    }
    if (claim != received)
        jf_buf_clear(&x->sum);
}

/* Somebody's weight in a pot: the standing of now, times the turnover where that counts. */
static int64_t weight_of(jf_explain *x, jf_to to, uint32_t party)
{
    const jf_party *who = jf_reader_party_no(x->reader, party);
    int64_t standing =
        who ? jf_balance(&x->reader->world, party, JF_POOL_SLOT(STANDING, (uint32_t)to)) : 0;
    int64_t weight = standing;
    if (to == JF_TO_PERFORMANCE) {
        int64_t turnover = turnover_in(x, party);
        if (turnover <= 0 || !jf_mul_div(turnover, standing, 1, &weight))
            return 0;
    }
    return weight;
}

/* The pot by weight: shown when the share of now is that of then, to the step of a remainder. */
static void explain_pot(jf_explain *x, jf_to to, int64_t received)
{
    int64_t pot = pot_before(x), mine = weight_of(x, to, x->posting->owner), all = 0;
    const jf_listed *listed;
    for (uint64_t at = 0; (listed = jf_map_next(&x->reader->world.listed, &at)) != NULL;)
        if (listed->slot == JF_POOL_SLOT(STANDING, (uint32_t)to) &&
            !jf_add(all, weight_of(x, to, listed->party), &all))
            return;
    jf_say(x, to == JF_TO_PERFORMANCE ? ", by weight and turnover" : ", by weight",
           to == JF_TO_PERFORMANCE ? "，按权重与业绩" : "，按权重");
    if (pot <= 0 || mine <= 0 || all <= 0)
        return;
    int64_t floor = jf_sum_part(pot, mine, all);
    if (received != floor && received != floor + 1)
        return;
    jf_decimal_print(&x->sum, pot, 2);
    jf_sum_weight(&x->sum, mine, all, received);
}

static void explain_paid(jf_explain *x, jf_to to, const jf_entry *entry)
{
    int64_t received = x->posting->amount, repaid = jf_repaid_before(x);
    JF_ASSERT(received > 0);
    if (repaid > 0) {
        jf_say(x, "; debts were repaid first", "；先抵还欠款");
        if (!jf_add(received, repaid, &received))
            return;
    }
    if (to == JF_TO_STAFF)
        explain_base_pay(x, entry, received);
    else if (to == JF_TO_TEAM)
        explain_team(x, entry, received);
    else
        explain_pot(x, to, received);
}

/* A grade moved by the month's turnover. */
static void explain_grade(jf_explain *x)
{
    jf_say(x, ", grade ", "，级别 ");
    jf_say_int(x, x->posting->balance);
    int64_t turnover = turnover_in(x, x->posting->owner);
    jf_say(x, turnover > 0 ? " by a turnover of " : " by the month's turnover",
           turnover > 0 ? "，按业绩 " : "，按当月业绩");
    if (turnover > 0)
        jf_say_amount(x, turnover, JF_UNIT_TURNOVER);
}

void jf_explain_month(jf_explain *x)
{
    const jf_world *w = &x->reader->world;
    const jf_policy *policy = jf_world_policy(w, x->m->journal->day);
    uint64_t subject = x->m->journal->subject, number = x->posting->why >> 8;
    if (subject >= JF_TO_COUNT || !jf_reward_info_of((jf_to)subject))
        return;
    say_program(x, (jf_to)subject);
    bool listed = policy && number > 0 && number <= policy->entry_count;
    const jf_entry *entry = listed ? &policy->entries[number - 1] : NULL;
    switch (jf_slot_kind(x->posting->slot)) {
    case JF_ACCOUNT_TURNOVER:
        jf_say(x, ", the month is over", "，当月结束");
        return;
    case JF_ACCOUNT_STANDING:
        explain_grade(x);
        return;
    case JF_ACCOUNT_WALLET:
        if (entry && entry->to == (jf_to)subject && x->posting->amount > 0)
            explain_paid(x, (jf_to)subject, entry);
        return;
    default:
        return;
    }
}

/* --- shares, old debts, tax ------------------------------------------------------------ */

static void say_store(jf_explain *x)
{
    jf_say(x, ": store ", "：门店 ");
    jf_say_str(x, x->m->shop);
}

void jf_explain_shares(jf_explain *x)
{
    say_store(x);
    if (jf_movement_is(x->m, "share.issue"))
        jf_say(x, ", issued", "，发行");
    else
        jf_say(x, x->posting->amount < 0 ? ", given away" : ", received",
               x->posting->amount < 0 ? "，转出" : "，受让");
}

/* What left the till. */
static int64_t profit_of(const jf_explain *x)
{
    for (uint32_t i = 0; i < x->m->count; i++) {
        const jf_posting_row *p = &x->m->postings[i];
        if (jf_slot_kind(p->slot) == JF_ACCOUNT_RECEIVABLE && p->amount < 0 &&
            p->amount > INT64_MIN)
            return -p->amount;
    }
    return 0;
}

/* profit × shares / issued, the largest remainders filling up; with the shares of now. */
void jf_explain_profit(jf_explain *x)
{
    const jf_world *w = &x->reader->world;
    uint32_t chain = 0;
    say_store(x);
    jf_say(x, ", profit shared", "，利润分配");
    for (uint32_t i = 0; i < w->state.chains; i++)
        if (jf_str_eq(w->chains[i], x->m->shop))
            chain = i + 1;
    int64_t profit = profit_of(x);
    if (chain == 0 || x->posting->amount <= 0 || profit == 0)
        return;
    int64_t mine = jf_balance(w, x->posting->owner, JF_CHAIN_SLOT(SHARES, chain));
    int64_t all = -jf_balance(w, JF_PLATFORM, JF_CHAIN_SLOT(SHARES_ISSUED, chain));
    int64_t received = x->posting->amount, repaid = jf_repaid_before(x);
    if (repaid > 0) {
        jf_say(x, "; debts were repaid first", "；先抵还欠款");
        if (!jf_add(received, repaid, &received))
            return;
    }
    int64_t floor = mine > 0 && all > 0 ? jf_sum_part(profit, mine, all) : -1;
    if (received != floor && received != floor + 1)
        return;
    jf_say(x, ", shares ", "，持股 ");
    jf_say_int(x, mine);
    jf_decimal_print(&x->sum, profit, 2);
    jf_sum_weight(&x->sum, mine, all, received);
}

/* Recorded, released, or spent on a bill (decision 14). */
void jf_explain_legacy(jf_explain *x)
{
    if (jf_movement_is(x->m, "legacy.import"))
        jf_say(x, ": recorded", "：登记");
    else if (jf_movement_is(x->m, "legacy.grant"))
        jf_say(x, ": a batch of consumption coins was released", "：释放一批消费币");
    else
        jf_say(x, ": consumption coins paid a part of the bill", "：消费币抵扣账单");
    if (!x->order)
        jf_explain_named(x);
}

void jf_explain_tax(jf_explain *x)
{
    if (jf_movement_is(x->m, "tax.remit"))
        jf_say(x, ": paid over to the tax office", "：已缴税务机关");
    else
        jf_say(x, ": withheld of a withdrawal", "：自提现中代扣");
    jf_explain_named(x);
}

/* The tax that a withdrawal carries, behind its words; the net is what leaves. */
void jf_explain_withheld(jf_explain *x)
{
    const jf_withdrawal *w = jf_reader_withdrawal(x->reader, x->m->id);
    if (!w || w->tax.v == 0)
        return;
    jf_say(x, ", tax withheld ", "，代扣税 ");
    jf_say_amount(x, w->tax.v, JF_UNIT_CNY);
    jf_say(x, ", net ", "，实付 ");
    jf_say_amount(x, w->amount.v - w->tax.v, JF_UNIT_CNY);
}
