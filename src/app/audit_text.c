/*
 * How findings name things: accounts by their owner's id and kind, amounts in
 * their unit, days as people write them. Everything here takes any number that
 * a damaged file can hold.
 */
#include <stdio.h>
#include <string.h>

#include "app/audit_work.h"
#include "base/check.h"
#include "base/id.h"

jf_audit_party *jf_audit_party_of(const jf_audit_work *work, uint32_t no)
{
    if (no == JF_PLATFORM || no > work->party_count) {
        return NULL;
    }
    jf_audit_party *party = &work->parties[no];
    return party->kind == JF_PARTY_PLATFORM ? NULL : party;
}

jf_audit_text jf_audit_party_text(const jf_audit_work *work, uint32_t no)
{
    jf_audit_text text;
    const jf_audit_party *party = jf_audit_party_of(work, no);
    if (no == JF_PLATFORM) {
        snprintf(text.c, sizeof text.c, "the platform");
    } else if (party == NULL) {
        snprintf(text.c, sizeof text.c, "party %u (there is none)", no);
    } else {
        int n = party->id.n > JF_ID_MAX ? JF_ID_MAX : (int)party->id.n;
        snprintf(text.c, sizeof text.c, "%s %.*s", party->kind == JF_PARTY_SHOP ? "shop" : "member",
                 n, party->id.p);
    }
    return text;
}

/* " in pool joint, cohort 3", " of store s", " for program staff": which of several it is. */
static void where_text(const jf_audit_work *work, jf_per per, jf_slot slot, char *out, size_t room)
{
    const jf_world *w = &work->world;
    uint32_t pool = jf_slot_pool(slot), cohort = jf_slot_cohort(slot);
    if (per == JF_PER_PROGRAM && pool < JF_TO_COUNT) {
        snprintf(out, room, " for program %s", jf_to_wire((jf_to)pool));
        return;
    }
    if (per == JF_PER_CHAIN && cohort >= 1 && cohort <= w->state.chains) {
        snprintf(out, room, " of store %.*s", JF_STR_ARG(w->chains[cohort - 1]));
        return;
    }
    if (pool < w->state.pools && per != JF_PER_ONE) {
        snprintf(out, room, " in pool %.*s", JF_STR_ARG(w->pools[pool]->name));
    } else if (pool != 0 || per != JF_PER_ONE) {
        snprintf(out, room, " in pool number %u (there is none)", pool);
    }
    size_t n = strlen(out);
    if (cohort != 0) {
        snprintf(out + n, room - n, ", cohort %u", cohort);
    }
}

jf_audit_text jf_audit_account(const jf_audit_work *work, uint32_t owner, jf_slot slot)
{
    JF_ASSERT(jf_slot_kind(slot) < JF_ACCOUNT_KINDS);
    const jf_account_type *type = jf_account_type_of(jf_slot_kind(slot));
    char where[128] = "";
    where_text(work, type->per, slot, where, sizeof where);
    jf_audit_text text;
    snprintf(text.c, sizeof text.c, "%s of %.80s%s", type->wire, jf_audit_party_text(work, owner).c,
             where);
    return text;
}

jf_audit_text jf_audit_amount(jf_i128 amount, jf_unit unit)
{
    jf_audit_text text = {""};
    jf_buf out = {text.c, 0, sizeof text.c - 1, NULL};
    if (amount > INT64_MAX || amount < INT64_MIN) {
        snprintf(text.c, sizeof text.c, "(more than fits 64 bits) %s", jf_unit_wire(unit));
        return text;
    }
    jf_decimal_print(&out, (int64_t)amount, jf_unit_decimals(unit));
    jf_buf_char(&out, ' ');
    jf_buf_c(&out, jf_unit_wire(unit));
    JF_ASSERT(out.p == text.c);
    return text;
}

jf_audit_text jf_audit_balance(jf_i128 balance, jf_slot slot)
{
    JF_ASSERT(jf_slot_kind(slot) < JF_ACCOUNT_KINDS);
    return jf_audit_amount(balance, jf_account_type_of(jf_slot_kind(slot))->unit);
}

/* About 25 times the years that people write dates of: beyond it is damage. */
#define DAYS_SHOWN 10000000

jf_audit_text jf_audit_day(jf_day day)
{
    jf_audit_text text = {""};
    jf_buf out = {text.c, 0, sizeof text.c - 1, NULL};
    if (day.n < 0 || day.n > DAYS_SHOWN) {
        snprintf(text.c, sizeof text.c, "day number %d", day.n);
        return text;
    }
    jf_day_print(&out, day);
    JF_ASSERT(out.p == text.c);
    return text;
}
