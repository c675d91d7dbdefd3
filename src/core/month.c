/*
 * Paying a month's rewards. Who takes part stands on the world's list of
 * standings and turnovers; the program says who gets how much, and here it is
 * posted. Turnover starts from nothing again, but for what refunds took below
 * nothing: that is carried into the next month.
 */
#include "core/month.h"

#include "base/arith.h"
#include "base/check.h"
#include "base/sort.h"
#include "core/ledger.h"
#include "core/program.h"
#include "core/receive.h"
#include "core/split.h"

bool jf_month_within(jf_day from, jf_day until)
{
    for (jf_day day = from; day.n < until.n; day.n++)
        if (jf_day_is_month_end(day))
            return true;
    return false;
}

uint32_t jf_bars_reached(const jf_entry *entry, int64_t turnover)
{
    uint32_t reached = 0;
    while (reached < entry->bars && turnover >= entry->bar[reached].v)
        reached++;
    return reached;
}

void jf_month_share_pot(const jf_month *month, const int64_t *weights)
{
    int64_t *shares = JF_NEW_ARRAY(month->arena, int64_t, month->count);
    if (!jf_split(month->arena, month->pot.v, weights, month->count, shares))
        return;
    for (uint32_t i = 0; i < month->count; i++)
        month->list[i].pays = shares[i];
}

void jf_month_fit_pot(const jf_month *month)
{
    jf_i128 sum = 0;
    for (uint32_t i = 0; i < month->count; i++)
        sum += month->list[i].pays;
    if (sum <= month->pot.v)
        return;
    for (uint32_t i = 0; i < month->count; i++) {
        jf_i128 product = (jf_i128)month->list[i].pays * month->pot.v;
        month->list[i].pays = (int64_t)(product / sum);
    }
}

static int by_id(const void *a, const void *b)
{
    return jf_str_cmp(((const jf_enrolled *)a)->who->id, ((const jf_enrolled *)b)->who->id);
}

/* Everybody who has a standing or a turnover in the program, each once. */
static void enrolled_in(jf_step *s, jf_to to, jf_month *month)
{
    const jf_world *w = s->w;
    const jf_slot standing = JF_POOL_SLOT(STANDING, (uint32_t)to);
    const jf_slot turnover = JF_POOL_SLOT(TURNOVER, (uint32_t)to);
    month->list = JF_NEW_ARRAY(&s->w->step, jf_enrolled, w->listed.count);
    const jf_listed *listed;
    for (uint64_t at = 0; (listed = jf_map_next(&w->listed, &at)) != NULL;) {
        if (listed->slot != standing && listed->slot != turnover)
            continue;
        jf_enrolled e = {.who = jf_world_party_no(w, listed->party),
                         .standing = jf_balance(w, listed->party, standing),
                         .turnover = jf_balance(w, listed->party, turnover)};
        bool twice = listed->slot == turnover && e.standing != 0;
        bool nothing = jf_balance(w, listed->party, listed->slot) == 0;
        e.becomes = e.standing;
        JF_ASSERT(e.who && e.who->kind == JF_PARTY_MEMBER);
        if (!twice && !nothing)
            month->list[month->count++] = e;
    }
    jf_sort(month->list, month->count, sizeof *month->list, by_id);
}

static void post_standing(jf_step *s, jf_to to, uint32_t party, int64_t change, uint32_t why)
{
    uint32_t program = (uint32_t)to;
    jf_post_share(s, party, JF_POOL_SLOT(STANDING, program), (jf_share){change}, why);
    jf_post_share(s, JF_PLATFORM, JF_POOL_SLOT(STANDINGS_GIVEN, program), (jf_share){-change}, why);
}

static void post_turnover_over(jf_step *s, jf_to to, const jf_enrolled *e, uint32_t why)
{
    uint32_t program = (uint32_t)to;
    if (e->turnover <= 0)
        return;
    jf_post_turnover(s, e->who->no, JF_POOL_SLOT(TURNOVER, program), (jf_turnover){-e->turnover},
                     why);
    jf_post_turnover(s, JF_PLATFORM, JF_POOL_SLOT(TURNOVER_COUNTED, program),
                     (jf_turnover){e->turnover}, why);
}

/* The entry of the program in force, or NULL; there is one at most (policy_rules.c). */
static const jf_entry *entry_of(const jf_policy *policy, jf_to to)
{
    for (uint32_t i = 0; i < policy->entry_count; i++)
        if (policy->entries[i].to == to)
            return &policy->entries[i];
    return NULL;
}

static void pay_month(jf_step *s, jf_to to, const jf_month *month, const jf_slot from, uint32_t why)
{
    int64_t paid = 0;
    for (uint32_t i = 0; i < month->count; i++)
        s->overflow |=
            month->list[i].pays == INT64_MAX || !jf_add(paid, month->list[i].pays, &paid);
    if (s->overflow)
        return;
    jf_post_cny(s, JF_PLATFORM, from, (jf_cny){-paid}, why);
    for (uint32_t i = 0; i < month->count; i++) {
        const jf_enrolled *e = &month->list[i];
        JF_ASSERT(e->pays >= 0 && e->becomes >= 0);
        jf_receive_cny(s, e->who->no, (jf_cny){e->pays}, why);
        post_standing(s, to, e->who->no, e->becomes - e->standing, why);
        post_turnover_over(s, to, e, why);
    }
}

static void program_close(jf_step *s, jf_to to)
{
    const jf_program *program = jf_program_of(to);
    const jf_entry *entry = entry_of(s->policy, to);
    jf_slot pot = JF_POOL_SLOT(POT, (uint32_t)to);
    jf_month month = {.arena = &s->w->step, .pot = {jf_balance(s->w, JF_PLATFORM, pot)}};
    enrolled_in(s, to, &month);
    if (month.count == 0)
        return;
    jf_journal_begin(s, JF_JOURNAL_MONTH, (uint64_t)to);
    uint32_t why = JF_WHY_MONTH;
    if (entry) {
        program->month(&month, entry);
        why = jf_why_entry(JF_WHY_MONTH, (uint32_t)(entry - s->policy->entries));
    }
    pay_month(s, to, &month, program->from_revenue ? JF_SLOT(REVENUE) : pot, why);
    jf_journal_end(s);
}

void jf_month_close(jf_step *s)
{
    if (!jf_day_is_month_end(s->day))
        return;
    for (jf_to to = 0; to < JF_TO_COUNT; to++) {
        const jf_reward_info *reward = jf_reward_info_of(to);
        if (reward && reward->month)
            program_close(s, to);
    }
}

/* --- reward.enroll ------------------------------------------------------------------ */

void jf_needs_reward_enroll(const jf_world *w, const jf_cmd_reward_enroll *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->member);
}

jf_code jf_do_reward_enroll(jf_step *s, const jf_cmd_reward_enroll *c)
{
    const jf_party *member = jf_world_party(s->w, JF_PARTY_MEMBER, c->member);
    JF_ASSERT(member != NULL);
    if (!member->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "member", "there is no member \"%.*s\"",
                         JF_STR_ARG(c->member));
    int64_t now = jf_balance(s->w, member->no, JF_POOL_SLOT(STANDING, (uint32_t)c->program));
    post_standing(s, c->program, member->no, (int64_t)c->weight - now, JF_WHY_ENROLL);
    return JF_OK;
}
