/*
 * Lists inside rows, policies that are read again, and pages of positions
 * (see rows.h).
 */
#include "store/rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"

#define PART_INTS 5
#define HOLDERS_PAGE 65536u /* positions fetched at a time */

jf_store_result jf_store_fail(jf_store_error *error, const char *format, ...)
{
    JF_ASSERT(error != NULL);
    va_list args;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return JF_STORE_FAILED;
}

bool jf_slot_sane(int64_t slot)
{
    return slot >= 0 && slot <= INT32_MAX && jf_slot_kind((jf_slot)slot) < JF_ACCOUNT_KINDS;
}

static bool is_uint32(int64_t value)
{
    return value >= 0 && value <= UINT32_MAX;
}

void jf_totals_write(jf_buf *out, const int64_t totals[JF_ACCOUNT_KINDS])
{
    bool first = true;
    jf_buf_char(out, '[');
    for (int kind = 0; kind < JF_ACCOUNT_KINDS; kind++) {
        if (totals[kind] != 0) {
            jf_ints_write(out, (int64_t[]){kind, totals[kind]}, 2, first);
            first = false;
        }
    }
    jf_buf_char(out, ']');
}

bool jf_totals_read(jf_str text, int64_t totals[JF_ACCOUNT_KINDS])
{
    memset(totals, 0, sizeof *totals * JF_ACCOUNT_KINDS);
    jf_ints in;
    jf_ints_begin(&in, text);
    int64_t v[2];
    int n;
    while ((n = jf_ints_next(&in, v, 2)) == 2) {
        if (v[0] < 0 || v[0] >= JF_ACCOUNT_KINDS) {
            return false;
        }
        totals[v[0]] = v[1];
    }
    return n == 0;
}

/* How many inner lists there can be at most: for room before reading. */
static uint32_t lists_in(jf_str text)
{
    uint32_t n = 0;
    for (uint32_t i = 1; i < text.n; i++) {
        n += text.p[i] == '[';
    }
    return n;
}

void jf_parts_write(jf_buf *out, const jf_part *parts, uint32_t count)
{
    jf_buf_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        const jf_part *p = &parts[i];
        JF_ASSERT(p->to < JF_TO_COUNT && jf_slot_sane(p->slot));
        jf_ints_write(out, (int64_t[PART_INTS]){p->entry, p->to, p->owner, p->slot, p->amount},
                      PART_INTS, i == 0);
    }
    jf_buf_char(out, ']');
}

static bool part_sane(const int64_t v[PART_INTS])
{
    return v[0] >= 0 && v[0] <= UINT16_MAX && v[1] >= 0 && v[1] < JF_TO_COUNT && is_uint32(v[2]) &&
           jf_slot_sane(v[3]);
}

bool jf_parts_read(jf_arena *arena, jf_str text, const jf_part **parts, uint32_t *count)
{
    uint32_t room = lists_in(text);
    jf_part *list = JF_NEW_ARRAY(arena, jf_part, room);
    jf_ints in;
    jf_ints_begin(&in, text);
    int64_t v[PART_INTS];
    int n;
    *parts = list;
    for (*count = 0; (n = jf_ints_next(&in, v, PART_INTS)) == PART_INTS; ++*count) {
        JF_ASSERT(*count < room);
        if (!part_sane(v)) {
            return false;
        }
        list[*count] = (jf_part){.entry = (uint16_t)v[0],
                                 .to = (jf_to)v[1],
                                 .owner = (uint32_t)v[2],
                                 .slot = (jf_slot)v[3],
                                 .amount = v[4]};
    }
    return n == 0;
}

/* Coins and units are the buyer's; without a hold it is known at once whether there were units. */
static bool moves_buyer(const jf_order *o)
{
    if (o->buyer_points.v || o->voucher.v || o->legacy.v || o->minted.v)
        return true;
    for (uint32_t i = 0; i < o->part_count; i++) {
        const jf_part *part = &o->parts[i];
        bool waits = part->to == JF_TO_COIN || (part->to == JF_TO_TOKEN_POOL && o->held);
        if (waits && part->amount > 0)
            return true;
    }
    return false;
}

uint32_t jf_order_unmoved(const jf_order *o, uint32_t parties[2])
{
    uint32_t count = 0;
    if (!moves_buyer(o))
        parties[count++] = o->buyer;
    if (o->shop_points.v == 0 && o->amount.v == o->legacy.v + o->rebate.v)
        parties[count++] = o->shop;
    return count;
}

bool jf_order_is_sought(const jf_order *o, const jf_sought *sought)
{
    return (sought->before == 0 || o->number < sought->before) && o->number >= sought->from &&
           o->amount.v >= sought->least && (sought->buyer == 0 || o->buyer == sought->buyer) &&
           (sought->shop == 0 || o->shop == sought->shop) &&
           (!sought->refunded || o->refunded.v > 0) &&
           (!sought->settled || !o->held || o->due_day.n < sought->open.n);
}

void jf_holders_write(jf_buf *out, const jf_holder *holders, uint32_t count)
{
    jf_buf_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        jf_ints_write(out, (int64_t[]){holders[i].party, holders[i].weight}, 2, i == 0);
    }
    jf_buf_char(out, ']');
}

bool jf_holders_read(jf_arena *arena, jf_str text, const jf_holder **holders, uint32_t *count)
{
    uint32_t room = lists_in(text);
    jf_holder *list = JF_NEW_ARRAY(arena, jf_holder, room);
    jf_ints in;
    jf_ints_begin(&in, text);
    int64_t v[2];
    int n;
    *holders = list;
    for (*count = 0; (n = jf_ints_next(&in, v, 2)) == 2; ++*count) {
        JF_ASSERT(*count < room);
        if (!is_uint32(v[0]) || !is_uint32(v[1])) {
            return false;
        }
        list[*count] = (jf_holder){(uint32_t)v[0], (uint32_t)v[1]};
    }
    return n == 0;
}

/* The world's number of each pool that the policy names; false when one is not there. */
static bool pools_number(const jf_world *w, jf_policy *policy)
{
    for (uint32_t i = 0; i < policy->pool_count; i++) {
        uint32_t no = 0;
        while (no < w->state.pools && !jf_str_eq(w->pools[no]->name, policy->pools[i].name)) {
            no++;
        }
        if (no == w->state.pools) {
            return false;
        }
        policy->pools[i].pool = no;
    }
    return true;
}

jf_store_result jf_policy_restore(jf_world *w, uint32_t version, jf_day from, jf_str document,
                                  jf_store_error *error)
{
    JF_ASSERT(version >= 1);
    char reason[160] = "";
    jf_json *json;
    jf_policy policy;
    jf_findings findings;
    jf_error refusal;
    if (!jf_json_parse(&w->config, document, &json, reason)) {
        return jf_store_fail(error, "version %u of the policy in the database is damaged: %s",
                             version, reason);
    }
    const jf_policy *previous = version > 1 ? w->policies[version - 2] : NULL;
    if (jf_policy_read(&w->config, json, previous, &policy, &findings, &refusal) != JF_OK ||
        findings.errors > 0) {
        const jf_finding *f = findings.count > 0 ? &findings.list[0] : NULL;
        return jf_store_fail(error,
                             "version %u of the policy in the database is none that this version"
                             " of jifen takes (%s %s): use the version that wrote it",
                             version, f ? f->id : "not an object", f ? f->field : "");
    }
    if (!pools_number(w, &policy)) {
        return jf_store_fail(error,
                             "version %u of the policy names a pool that is not in the database:"
                             " the file is damaged; restore it from a backup",
                             version);
    }
    policy.version = version;
    policy.from = from;
    jf_world_put_policy(w, &policy);
    return JF_STORE_OK;
}

/* Room for one more page behind what there is; arenas keep the old blocks, so it doubles. */
static void holders_grow(jf_arena *arena, jf_position_columns *all, uint32_t *room)
{
    uint32_t wider = *room == 0 ? HOLDERS_PAGE : 2 * *room;
    jf_position_columns grown = {
        .count = all->count,
        .owner = JF_NEW_ARRAY(arena, uint32_t, wider),
        .points = JF_NEW_ARRAY(arena, int64_t, wider),
        .credited = JF_NEW_ARRAY(arena, int64_t, wider),
    };
    if (all->count > 0) {
        memcpy(grown.owner, all->owner, sizeof *grown.owner * all->count);
        memcpy(grown.points, all->points, sizeof *grown.points * all->count);
        memcpy(grown.credited, all->credited, sizeof *grown.credited * all->count);
    }
    *all = grown;
    *room = wider;
}

jf_store_result jf_holders_fetch(jf_store *store, jf_world *w, uint32_t pool, uint32_t cohort,
                                 jf_store_error *error)
{
    jf_position_columns all = {0};
    uint32_t room = 0, after = JF_PLATFORM, got;
    do {
        if (room - all.count < HOLDERS_PAGE) {
            holders_grow(&w->batch, &all, &room);
        }
        jf_position_columns page = {.owner = all.owner + all.count,
                                    .points = all.points + all.count,
                                    .credited = all.credited + all.count};
        jf_store_result result =
            store->ops->positions(store, pool, cohort, after, HOLDERS_PAGE, &page, error);
        if (result != JF_STORE_OK) {
            return result;
        }
        got = page.count;
        all.count += got;
        after = got > 0 ? page.owner[got - 1] : after;
    } while (got == HOLDERS_PAGE);
    JF_ASSERT(all.count <= room);
    jf_world_put_holders(w, &(jf_holders){.pool = pool,
                                          .cohort = cohort,
                                          .count = all.count,
                                          .owner = all.owner,
                                          .points = all.points,
                                          .credited = all.credited});
    return JF_STORE_OK;
}

void jf_named_take(jf_named *page, uint32_t no, jf_str id)
{
    bool begins = id.n >= page->prefix.n && jf_str_eq((jf_str){id.p, page->prefix.n}, page->prefix);
    bool behind = page->after.n == 0 || jf_str_cmp(id, page->after) > 0;
    uint32_t at = page->count;
    JF_ASSERT(page->limit > 0 && page->count <= page->limit);
    while (at > 0 && jf_str_cmp(page->ids[at - 1], id) > 0) {
        at--;
    }
    if (!begins || !behind || at == page->limit) {
        return;
    }
    if (page->count < page->limit) {
        page->count++;
    }
    for (uint32_t i = page->count - 1; i > at; i--) {
        page->ids[i] = page->ids[i - 1];
        page->numbers[i] = page->numbers[i - 1];
    }
    page->ids[at] = jf_str_dup(page->arena, id);
    page->numbers[at] = no;
}
