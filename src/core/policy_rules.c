/*
 * What the arithmetic demands of a policy (spec section 3), and what only a
 * comparison of two fields can tell. Everything is exact: products of ppm go
 * through 128 bits, and no ratio is ever divided.
 *
 * A rule passes over pools without a name and entries without a kind: their
 * shape is a finding already.
 */
#include "core/policy_read.h"

#include "base/check.h"
#include "core/format.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void add(jf_check *check, jf_finding_kind kind, jf_path field)
{
    JF_ASSERT(field.text[0] != '\0');
    jf_findings_add(check->arena, check->findings, kind, field, NULL);
}

static void add_schema(jf_check *check, jf_path field, const char *expected)
{
    JF_ASSERT(expected != NULL);
    jf_findings_add(check->arena, check->findings, JF_FINDING_SCHEMA, field, expected);
}

int64_t jf_entry_total(const jf_entry *entry)
{
    JF_ASSERT(entry->to < JF_TO_COUNT && entry->levels <= JF_POLICY_LEVELS);
    const jf_program *program = jf_program_of(entry->to);
    int64_t total = program->total ? program->total(entry) : entry->rate.v;
    JF_ASSERT(total >= 0);
    return total;
}

int64_t jf_levels_sum(const jf_entry *entry)
{
    int64_t total = 0;
    for (uint32_t i = 0; i < entry->levels; i++)
        total += entry->level[i].v;
    JF_ASSERT(total >= 0);
    return total;
}

/*
 * Section 3: sum(rates on rebate) + sum(rates on amount) / rho > 1 for some
 * allowed rho. The left side falls with rho, so rho_min decides; both sides
 * are multiplied by rho_min and 10^6 to stay whole.
 */
static void rule_allocation(jf_check *check)
{
    const jf_policy *p = check->policy;
    JF_ASSERT(p->rebate_min.v > 0);
    jf_i128 on_rebate = 0, on_amount = 0;
    for (uint32_t i = 0; i < p->entry_count; i++) {
        const jf_entry *entry = &p->entries[i];
        if (entry->to == JF_TO_COUNT) {
            continue;
        }
        jf_i128 *sum = entry->base == JF_BASE_REBATE ? &on_rebate : &on_amount;
        *sum += jf_entry_total(entry);
    }
    jf_i128 taken = on_rebate * p->rebate_min.v + on_amount * JF_PPM_ONE;
    JF_ASSERT(taken >= 0);
    if (taken > (jf_i128)JF_PPM_ONE * p->rebate_min.v) {
        add(check, JF_FINDING_ALLOCATION_EXCEEDS_REBATE, jf_path_of("allocation"));
    }
}

/* Section 3: fraction * cap * rho_max * points.member >= 1; only members have credit. */
static void rule_credit(jf_check *check)
{
    const jf_policy *p = check->policy;
    int64_t cap = 0;
    for (uint32_t i = 0; i < p->pool_count; i++) {
        if (p->pools[i].members && p->pools[i].cap.v > cap) {
            cap = p->pools[i].cap.v;
        }
    }
    JF_ASSERT(cap >= 0 && cap <= 1000 * (int64_t)JF_PPM_ONE);
    jf_i128 again = (jf_i128)p->credit.fraction.v * cap;
    again = again * p->rebate_max.v * p->points_member.v; /* at most 10^30 */
    jf_i128 one = (jf_i128)JF_PPM_ONE * JF_PPM_ONE;
    if (p->credit.earns_points && again >= one * one) {
        add(check, JF_FINDING_ENDLESS_CREDIT, jf_path_of("credit.earns_points"));
    }
    if (p->credit.enabled && p->hold_days < p->refund_days) {
        add(check, JF_FINDING_CREDIT_ON_REFUNDABLE, jf_path_of("points.hold_days"));
    }
}

static void rule_token(jf_check *check)
{
    const jf_token_policy *token = &check->policy->token;
    JF_ASSERT(token->exit_multiple.v > 0 && token->initial_price > 0);
    if (token->mint.v >= JF_PPM_ONE) {
        add(check, JF_FINDING_TOKEN_PRICE_CAN_FALL, jf_path_of("token.mint"));
    }
    if (token->sell_fee.v < 0) {
        add(check, JF_FINDING_TOKEN_PRICE_CAN_FALL, jf_path_of("token.sell_fee"));
    }
}

static void rule_period(jf_check *check, const jf_pool_policy *pool, uint32_t i)
{
    JF_ASSERT(i < JF_POLICY_POOLS);
    if (pool->min_days > pool->max_days) {
        add(check, JF_FINDING_BAD_PERIOD, jf_path_of("pools[%u].min_days", i));
    }
    if (pool->max_days > 30) {
        add(check, JF_FINDING_BAD_PERIOD, jf_path_of("pools[%u].max_days", i));
    }
    if (pool->periods > 40) {
        add(check, JF_FINDING_BAD_PERIOD, jf_path_of("pools[%u].periods", i));
    }
    if (pool->growth_floor.v > pool->growth_cap.v) {
        add_schema(check, jf_path_of("pools[%u].growth_floor", i),
                   "expected growth_floor to be at most growth_cap");
    }
}

/* Names are unique; no side is taken twice. The later pool is the one to change. */
static void rule_pools(jf_check *check)
{
    const jf_policy *p = check->policy;
    JF_ASSERT(p->pool_count <= JF_POLICY_POOLS);
    for (uint32_t i = 0; i < p->pool_count; i++) {
        const jf_pool_policy *pool = &p->pools[i];
        if (pool->name.n == 0) {
            continue;
        }
        rule_period(check, pool, i);
        bool named = false, taken = false;
        for (uint32_t k = 0; k < i; k++) {
            const jf_pool_policy *other = &p->pools[k];
            named = named || jf_str_eq(other->name, pool->name);
            taken = taken || (other->members && pool->members) || (other->shops && pool->shops);
        }
        if (named) {
            add_schema(check, jf_path_of("pools[%u].name", i),
                       "expected a name of its own: an earlier pool has this one");
        }
        if (taken) {
            add(check, JF_FINDING_POOL_SIDE_TAKEN_TWICE, jf_path_of("pools[%u].sides", i));
        }
    }
}

void jf_check_rising(jf_check *check, const jf_entry *entry, jf_path path, const char *bars)
{
    for (uint32_t i = 1; i < entry->levels; i++)
        if (entry->level[i].v < entry->level[i - 1].v)
            add_schema(check, jf_path_of("%s.rates[%u]", path.text, i),
                       "expected at least the rate before it");
    for (uint32_t i = 1; i < entry->bars; i++)
        if (entry->bar[i].v <= entry->bar[i - 1].v)
            add_schema(check, jf_path_of("%s.%s[%u]", path.text, bars, i),
                       "expected more than the amount before it");
    JF_ASSERT(entry->levels <= JF_POLICY_LEVELS && entry->bars <= JF_POLICY_LEVELS);
    bool both = entry->bars > 0 && entry->levels > 0; /* a missing list is a finding already */
    if (bars && both && entry->bars != entry->levels)
        add_schema(check, jf_path_of("%s.%s", path.text, bars),
                   "expected one amount for each rate");
}

/*
 * A share that fills one pot or one pool can stand in the list once: token_pool
 * (section 18), and every program with something to do at the end of a month.
 */
static bool stands_once(jf_to to)
{
    const jf_reward_info *reward = jf_reward_info_of(to);
    return to == JF_TO_TOKEN_POOL || (reward && reward->month);
}

static void rule_entries(jf_check *check)
{
    const jf_policy *p = check->policy;
    bool seen[JF_TO_COUNT] = {false};
    for (uint32_t i = 0; i < p->entry_count; i++) {
        const jf_entry *entry = &p->entries[i];
        if (entry->to == JF_TO_COUNT)
            continue;
        const jf_program *program = jf_program_of(entry->to);
        if (program->check)
            program->check(check, entry, jf_path_of("allocation[%u]", i));
        if (seen[entry->to] && stands_once(entry->to)) {
            char detail[80];
            jf_format(detail, sizeof detail, "expected one %s entry at most",
                      jf_to_wire(entry->to));
            add_schema(check, jf_path_of("allocation[%u].to", i), detail);
        }
        seen[entry->to] = true;
    }
    JF_ASSERT(p->entry_count <= JF_POLICY_ENTRIES);
}

/* An order can be paid, used and refunded; a quiet period's cohort gets as much. */
static void rule_warnings(jf_check *check)
{
    const jf_policy *p = check->policy;
    bool used_early = false;
    for (uint32_t i = 0; i < p->entry_count; i++) {
        used_early |= p->entries[i].to == JF_TO_TOKEN_POOL && p->entries[i].rate.v > 0;
    }
    for (uint32_t i = 0; i < p->pool_count; i++) {
        if (p->pools[i].name.n > 0 && p->pools[i].rule == JF_RULE_SHARE) {
            used_early = true;
            add(check, JF_FINDING_QUIET_PERIOD, jf_path_of("pools[%u].rule", i));
        }
    }
    if (used_early && p->hold_days < p->refund_days) {
        add(check, JF_FINDING_WASH_ORDER, jf_path_of("points.hold_days"));
    }
}

/* Section 18: later versions keep every pool's name, and the first one's time zone. */
static void rule_previous(jf_check *check, const jf_policy *previous)
{
    JF_ASSERT(previous->pool_count <= JF_POLICY_POOLS);
    for (uint32_t i = 0; i < previous->pool_count; i++) {
        jf_str name = previous->pools[i].name;
        if (jf_check_pool(check, name) < 0) {
            char detail[160];
            jf_format(detail, sizeof(detail), "expected the pool \"%.*s\" of the version before",
                      JF_STR_ARG(name));
            jf_findings_add(check->arena, check->findings, JF_FINDING_POOL_DROPPED,
                            jf_path_of("pools"), detail);
        }
    }
    if (!jf_str_eq(check->policy->timezone, previous->timezone)) {
        char detail[160];
        jf_format(detail, sizeof(detail), "expected \"%.*s\"", JF_STR_ARG(previous->timezone));
        jf_findings_add(check->arena, check->findings, JF_FINDING_ZONE_CHANGED,
                        jf_path_of("timezone"), detail);
    }
}

void jf_policy_rules(jf_check *check, const jf_policy *previous)
{
    JF_ASSERT(check->policy != previous);
    if (check->policy->rebate_min.v > check->policy->rebate_max.v) {
        add_schema(check, jf_path_of("rebate.min"), "expected rebate.min to be at most rebate.max");
    }
    rule_allocation(check);
    rule_credit(check);
    rule_token(check);
    rule_pools(check);
    rule_entries(check);
    rule_warnings(check);
    if (previous != NULL) {
        rule_previous(check, previous);
    }
}
