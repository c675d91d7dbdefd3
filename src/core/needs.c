/*
 * What a command needs: the lookups that note what is missing, and what the
 * closing of days needs on behalf of any dated command.
 */
#include "core/needs.h"

#include "base/check.h"
#include "core/month.h"
#include "core/step.h"

void jf_needs_init(jf_needs *needs, jf_arena *arena)
{
    *needs = (jf_needs){.arena = arena};
}

static void needs_add(jf_needs *needs, jf_need need)
{
    needs->list = jf_arena_room(needs->arena, needs->list, needs->count, &needs->room,
                                sizeof *needs->list, 16);
    JF_ASSERT(needs->count < needs->room);
    needs->list[needs->count++] = need;
}

jf_party *jf_want_party(const jf_world *w, jf_needs *needs, jf_party_kind kind, jf_str id)
{
    jf_party *party = jf_world_party(w, kind, id);
    if (!party)
        needs_add(needs, (jf_need){.kind = JF_NEED_PARTY, .party = kind, .id = id});
    return party;
}

jf_party *jf_want_either(const jf_world *w, jf_needs *needs, jf_str member, jf_str shop)
{
    return member.n > 0 ? jf_want_party(w, needs, JF_PARTY_MEMBER, member)
                        : jf_want_party(w, needs, JF_PARTY_SHOP, shop);
}

jf_party *jf_want_party_no(const jf_world *w, jf_needs *needs, uint32_t no)
{
    jf_party *party = jf_world_party_no(w, no);
    if (!party)
        needs_add(needs, (jf_need){.kind = JF_NEED_PARTY_NO, .number = no});
    return party;
}

jf_phone *jf_want_phone(const jf_world *w, jf_needs *needs, jf_str phone)
{
    jf_phone *row = jf_world_phone(w, phone);
    if (!row)
        needs_add(needs, (jf_need){.kind = JF_NEED_PHONE, .id = phone});
    return row;
}

jf_idem *jf_want_idem(const jf_world *w, jf_needs *needs, jf_command_kind kind, jf_str id)
{
    jf_idem *idem = jf_world_idem(w, kind, id);
    if (!idem)
        needs_add(needs, (jf_need){.kind = JF_NEED_IDEM, .command = kind, .id = id});
    return idem;
}

jf_order *jf_want_order(const jf_world *w, jf_needs *needs, uint64_t number)
{
    jf_order *order = jf_world_order(w, number);
    if (!order)
        needs_add(needs, (jf_need){.kind = JF_NEED_ORDER, .number = number});
    return order;
}

jf_withdrawal *jf_want_withdrawal(const jf_world *w, jf_needs *needs, jf_str id)
{
    jf_withdrawal *withdrawal = jf_world_withdrawal(w, id);
    if (!withdrawal)
        needs_add(needs, (jf_need){.kind = JF_NEED_WITHDRAWAL, .id = id});
    return withdrawal;
}

jf_due *jf_want_due(const jf_world *w, jf_needs *needs, jf_day day)
{
    jf_due *due = jf_world_due(w, day);
    if (!due)
        needs_add(needs, (jf_need){.kind = JF_NEED_DUE, .day = day});
    return due;
}

jf_zone_fact *jf_want_zone(const jf_world *w, jf_needs *needs, jf_str name)
{
    jf_zone_fact *zone = jf_world_zone(w, name);
    if (!zone)
        needs_add(needs, (jf_need){.kind = JF_NEED_ZONE, .id = name});
    return zone;
}

jf_holders *jf_want_holders(const jf_world *w, jf_needs *needs, uint32_t pool, uint32_t cohort)
{
    jf_holders *holders = w->holders;
    if (holders && holders->pool == pool && holders->cohort == cohort)
        return holders;
    needs_add(needs, (jf_need){.kind = JF_NEED_HOLDERS, .pool = pool, .cohort = cohort});
    return NULL;
}

void jf_want_order_parties(const jf_world *w, jf_needs *needs, const jf_order *order)
{
    jf_want_party_no(w, needs, order->buyer);
    jf_want_party_no(w, needs, order->shop);
    for (uint32_t i = 0; i < order->part_count; i++)
        jf_want_party_no(w, needs, order->parts[i].owner);
}

/*
 * The orders that mature in the days to close, everybody they pay, the debtors,
 * and at the end of a month everybody who takes part in its rewards.
 */
static void days_needs(const jf_world *w, jf_day until, jf_needs *needs)
{
    for (jf_day day = w->state.open_day; day.n < until.n; day.n++) {
        const jf_due *due = jf_want_due(w, needs, day);
        for (uint32_t i = 0; due && i < due->count; i++)
            jf_want_order_parties(w, needs, due->orders[i]);
    }
    const jf_debtor *debtor;
    for (uint64_t at = 0; (debtor = jf_map_next(&w->debtors, &at)) != NULL;)
        jf_want_party_no(w, needs, debtor->party);
    const jf_listed *listed;
    bool month = jf_month_within(w->state.open_day, until);
    for (uint64_t at = 0; month && (listed = jf_map_next(&w->listed, &at)) != NULL;)
        if (jf_slot_kind(listed->slot) != JF_ACCOUNT_SHARES)
            jf_want_party_no(w, needs, listed->party);
}

/* The first day that stays open when the command is done; false when it closes none. */
static bool closes_until(const jf_world *w, const jf_command *command, jf_day *until)
{
    if (!jf_command_day(w, command, until))
        return false;
    if (command->kind == JF_CMD_DAY_CLOSE)
        until->n++;
    int64_t ahead = (int64_t)until->n - w->state.open_day.n;
    return ahead > 0 && ahead <= JF_DAYS_AHEAD + 1;
}

bool jf_needs_committed(const jf_command *command)
{
    return command->kind == JF_CMD_COHORT_SWEEP;
}

void jf_needs_of(const jf_world *w, const jf_command *command, jf_needs *needs)
{
    const jf_command_info *info = jf_command_info_of(command->kind);
    if (info->id_use == JF_ID_USE_OWN_ID) {
        const jf_idem *idem = jf_want_idem(w, needs, command->kind, command->id);
        if (!idem)
            return;
        if (idem->row.exists) {
            const jf_order *order =
                idem->result.n == 0 ? jf_want_order(w, needs, idem->number) : NULL;
            if (order)
                jf_want_order_parties(w, needs, order);
            return;
        }
    }
    jf_needs_of_trial(w, command, needs);
}

void jf_needs_of_trial(const jf_world *w, const jf_command *command, jf_needs *needs)
{
    jf_day until;
    if (closes_until(w, command, &until))
        days_needs(w, until, needs);
    switch (command->kind) {
#define JF_COMMAND(NAME, name, wire, id, built, who, reply, refuses, en, zh, ...)                  \
    case JF_CMD_##NAME:                                                                            \
        JF_NEEDS_##built(name);                                                                    \
        break;
#define JF_NEEDS_RULES(name) jf_needs_##name(w, &command->u.name, needs)
#define JF_NEEDS_ENGINE(name)
#include "core/commands.def"
#undef JF_COMMAND
    case JF_COMMAND_KINDS:
        JF_ASSERT_UNREACHED();
    }
}
