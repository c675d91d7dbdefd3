/*
 * Collecting and writing an outlook (outlook.h).
 */
#include "app/outlook.h"

#include "app/pool_next.h"
#include "app/walk.h"
#include "base/check.h"
#include "base/sort.h"
#include "core/allocation.h"
#include "core/ledger.h"
#include "core/order.h"
#include "core/projection.h"
#include "core/release.h"

typedef struct outlook {
    jf_reader reader;
    const jf_party *party;
    const jf_policy *policy; /* in force on the open day */
    jf_jw w;
} outlook;

/* --- points ----------------------------------------------------------------------------- */

static void position_json(outlook *o, const jf_pool_policy *pool, const jf_account *a)
{
    const jf_world *w = &o->reader.world;
    const jf_cohort *cohort = jf_world_cohort(w, pool->pool, jf_slot_cohort(a->slot));
    int64_t cap = 0;
    JF_ASSERT(cohort != NULL);
    jf_schedule ahead = jf_schedule_of(w, o->policy, pool, cohort);
    if (!jf_ratio_of(a->balance, pool->cap, &cap))
        cap = INT64_MAX;
    jf_jw_open(&o->w, NULL, '{');
    jf_jw_int(&o->w, "cohort", cohort->cohort);
    jf_jw_decimal(&o->w, "points", a->balance, 2);
    jf_jw_decimal(&o->w, "credited", a->credited, 2);
    jf_jw_decimal(&o->w, "released", jf_entitlement(a->balance, cohort->index), 2);
    jf_jw_decimal(&o->w, "cap", cap, 2);
    jf_jw_bool(&o->w, "finished", cohort->finished);
    jf_schedule_write(&o->w, "ahead", &ahead);
    jf_jw_close(&o->w, '}');
}

static bool is_position(jf_slot slot)
{
    return jf_slot_kind(slot) == JF_ACCOUNT_POSITION;
}

/* The walk is only asked for the accounts, which it has in the order of cohorts. */
static void pool_json(outlook *o, const jf_walk *positions, const jf_pool_policy *policy)
{
    const jf_world *w = &o->reader.world;
    const jf_pool *pool = w->pools[policy->pool];
    jf_pool_next next = jf_pool_next_of(w, policy);
    jf_disclosure disclosure;
    jf_disclosure_of(w, o->policy, policy, o->party, &disclosure);
    jf_jw_open(&o->w, NULL, '{');
    jf_jw_str(&o->w, "pool", pool->name);
    jf_jw_int(&o->w, "period", pool->period);
    jf_jw_decimal(&o->w, "matured", pool->matured.v, 2);
    jf_pool_next_json(&o->w, policy, &next);
    jf_disclosure_write(&o->w, "disclosure", &disclosure);
    jf_jw_open(&o->w, "cohorts", '[');
    for (uint32_t i = 0; i < positions->count; i++) {
        const jf_account *a = positions->cursors[i].account;
        if (jf_slot_pool(a->slot) == policy->pool && a->balance > 0)
            position_json(o, policy, a);
    }
    jf_jw_close(&o->w, ']');
    jf_jw_close(&o->w, '}');
}

static void pools_json(outlook *o)
{
    jf_walk positions;
    jf_walk_party(&positions, &o->reader, o->party, is_position);
    jf_jw_open(&o->w, "pools", '[');
    for (uint32_t i = 0; o->policy && i < o->policy->pool_count; i++)
        if (jf_pool_concerns(o->party, &o->policy->pools[i]))
            pool_json(o, &positions, &o->policy->pools[i]);
    jf_jw_close(&o->w, ']');
    jf_walk_free(&positions);
}

/* --- on hold ---------------------------------------------------------------------------- */

/* An account that holds something back, and what of it the rows explain so far. */
typedef struct held {
    const jf_account *account;
    jf_unit unit; /* of what it will be */
    int64_t explained;
} held;

#define HELD_KINDS 5

/* What takes effect on a day, of one account. */
typedef struct due {
    jf_day day;
    uint32_t held;
    int64_t amount;
} due;

typedef struct holding {
    outlook *o;
    held list[HELD_KINDS];
    uint32_t count;
    due *dues;
    uint32_t due_count, due_room;
} holding;

/* Money behind vouchers and coins is told as what it will be. */
static bool held_unit(jf_slot slot, jf_unit *unit)
{
    switch (jf_slot_kind(slot)) {
    case JF_ACCOUNT_PENDING_WALLET:
    case JF_ACCOUNT_PENDING_TOKENS:
        *unit = JF_UNIT_CNY;
        return true;
    case JF_ACCOUNT_PENDING_VOUCHERS:
        *unit = JF_UNIT_VOUCHER;
        return true;
    case JF_ACCOUNT_PENDING_COINS:
        *unit = JF_UNIT_COIN;
        return true;
    case JF_ACCOUNT_PENDING_POINTS:
        *unit = JF_UNIT_POINT;
        return true;
    default:
        return false;
    }
}

static bool is_held(jf_slot slot)
{
    jf_unit unit;
    return held_unit(slot, &unit);
}

static void due_add(holding *h, jf_day day, jf_slot slot, int64_t amount)
{
    uint32_t at = 0, i = 0;
    while (at < h->count && h->list[at].account->slot != slot)
        at++;
    if (at == h->count || amount == 0)
        return;
    h->list[at].explained += amount;
    while (i < h->due_count && (h->dues[i].day.n != day.n || h->dues[i].held != at))
        i++;
    if (i == h->due_count) {
        JF_ASSERT(h->due_count < h->due_room);
        h->dues[h->due_count++] = (due){.day = day, .held = at};
    }
    h->dues[i].amount += amount;
}

/* What an order that has not matured will bring the party. */
static void order_add(holding *h, const jf_order *order)
{
    uint32_t no = h->o->party->no;
    if (!jf_order_pending(&h->o->reader.world, order))
        return;
    for (uint32_t i = 0; i < order->part_count; i++)
        if (order->parts[i].owner == no && jf_part_is_money(&order->parts[i]))
            due_add(h, order->due_day, order->parts[i].slot,
                    jf_order_left(order, order->parts[i].amount));
    if (order->buyer == no)
        due_add(h, order->due_day, JF_SLOT(PENDING_POINTS),
                jf_order_left(order, order->buyer_points.v));
    if (order->shop == no)
        due_add(h, order->due_day, JF_SLOT(PENDING_POINTS),
                jf_order_left(order, order->shop_points.v));
}

static bool explained(const holding *h)
{
    for (uint32_t i = 0; i < h->count; i++)
        if (h->list[i].explained != h->list[i].account->balance)
            return false;
    return true;
}

/* Did the journal put something on hold for the party? Then it paid an order. */
static bool holds(const jf_walk *w)
{
    if (w->journal.kind != JF_JOURNAL_COMMAND)
        return false;
    for (uint32_t i = 0; i < w->posting_count; i++)
        if (w->postings[i].amount > 0 && w->postings[i].owner == w->owner &&
            is_held(w->postings[i].slot))
            return true;
    return false;
}

static void hold_walk(holding *h)
{
    jf_walk back;
    jf_reader *r = &h->o->reader;
    jf_walk_party(&back, r, h->o->party, is_held);
    JF_ASSERT(back.count <= HELD_KINDS);
    for (; h->count < back.count; h->count++) {
        held *one = &h->list[h->count];
        one->account = back.cursors[h->count].account;
        held_unit(one->account->slot, &one->unit);
    }
    h->due_room = HELD_KINDS * (JF_OUTLOOK_WALK + 1);
    h->dues = JF_NEW_ARRAY(&r->world.config, due, h->due_room);
    for (int looked = 0; looked < JF_OUTLOOK_WALK && !explained(h) && jf_walk_next(&back);
         looked++) {
        const jf_order *order = holds(&back) ? jf_reader_order(r, back.journal.number) : NULL;
        if (order)
            order_add(h, order);
    }
    jf_walk_free(&back);
    for (uint32_t i = 0; i < h->count; i++)
        due_add(h, r->world.state.open_day, h->list[i].account->slot,
                h->list[i].account->balance - h->list[i].explained);
}

static int by_day(const void *a, const void *b)
{
    const due *x = a, *y = b;
    if (x->day.n != y->day.n)
        return x->day.n < y->day.n ? -1 : 1;
    return (x->held > y->held) - (x->held < y->held);
}

static void pending_json(outlook *o)
{
    holding h = {.o = o};
    hold_walk(&h);
    jf_sort(h.dues, h.due_count, sizeof *h.dues, by_day);
    jf_jw_open(&o->w, "pending", '[');
    for (uint32_t i = 0; i < h.due_count; i++) {
        const held *from = &h.list[h.dues[i].held];
        jf_jw_open(&o->w, NULL, '{');
        jf_jw_day(&o->w, "day", h.dues[i].day);
        jf_jw_c(&o->w, "account", jf_account_type_of(jf_slot_kind(from->account->slot))->wire);
        jf_jw_c(&o->w, "unit", jf_unit_wire(from->unit));
        jf_jw_decimal(&o->w, "amount", h.dues[i].amount, 2);
        jf_jw_close(&o->w, '}');
    }
    jf_jw_close(&o->w, ']');
}

/* --- all of it -------------------------------------------------------------------------- */

static void write_outlook(outlook *o, jf_buf *out)
{
    const jf_world *w = &o->reader.world;
    o->policy = jf_world_policy(w, w->state.open_day);
    jf_jw_init(&o->w, out);
    jf_jw_open(&o->w, NULL, '{');
    jf_jw_day(&o->w, "open_day", w->state.open_day);
    pools_json(o);
    pending_json(o);
    jf_jw_close(&o->w, '}');
}

jf_store_result jf_outlook(jf_store *store, jf_party_kind kind, jf_str id, jf_buf *out,
                           jf_store_error *error)
{
    outlook o = {.party = NULL};
    jf_reader_open(&o.reader, store);
    o.party = jf_reader_party(&o.reader, kind, id);
    if (o.party)
        write_outlook(&o, out);
    jf_store_result result = jf_reader_result(&o.reader, error);
    if (result == JF_STORE_OK && !o.party)
        result = jf_reader_nobody(kind, id, error);
    jf_reader_close(&o.reader);
    return result;
}
