/*
 * What one member or shop did: its orders, a shop's days, its withdrawals, from
 * the journals that moved its accounts (browse.h, walk.h), and those orders that moved none.
 */
#include "app/browse_work.h"
#include "app/walk.h"
#include "core/step.h"

/* A page being made. */
typedef struct own {
    jf_reader reader;
    const jf_party *party;
    jf_walk back;
    jf_jw w;
    uint64_t before, limit, most;   /* of the page: cursor, rows, journals */
    uint64_t found, looked, number; /* rows; journals; the last of them */
    uint64_t next;
    const jf_order_wish *wish; /* of orders; NULL: all */
} own;

/* On to the party's next journal; false when the page or the books end. */
static bool own_next(own *o)
{
    while (jf_walk_newest(&o->back) != 0) {
        if (o->found >= o->limit || o->looked >= o->most) {
            o->next = o->number;
            return false;
        }
        if (!jf_walk_next(&o->back))
            return false;
        if (o->before > 0 && o->back.journal.number >= o->before)
            continue;
        o->number = o->back.journal.number;
        o->looked++;
        return true;
    }
    return false;
}

/* On to where the page begins, without a look at each journal since. */
static void own_begin(own *o)
{
    if (o->before == 0 || o->before > o->reader.world.state.journals)
        return;
    int64_t *ends = JF_NEW_ARRAY(&o->reader.world.config, int64_t, o->back.count);
    jf_walk_begin_at(&o->back, o->before - 1, ends);
}

/* A list: the accounts that tell of its rows, and what makes them. */
typedef struct own_list {
    bool (*takes)(jf_slot slot);
    void (*rows)(own *o);
    bool orders;               /* those that moved none of these accounts belong to it as well */
    bool refunds;              /* and what was refunded of them */
    const jf_order_wish *wish; /* of orders; NULL: all */
} own_list;

static jf_store_result own_page(jf_store *store, jf_party_kind kind, jf_str id, jf_page page,
                                const own_list *list, jf_buf *out, jf_store_error *error)
{
    own o = {.limit = jf_page_limit(page), .most = JF_LOOKED_AT_MAX, .wish = list->wish};
    jf_reader_open(&o.reader, store);
    o.before = jf_order_start(&o.reader, list->wish, page.from);
    o.party = jf_reader_party(&o.reader, kind, id);
    if (o.party) {
        jf_walk_party(&o.back, &o.reader, o.party, list->takes);
        own_begin(&o);
        if (list->orders)
            jf_walk_unmoved(&o.back, o.party->no, o.before);
        if (list->refunds)
            jf_walk_refunds(&o.back, o.before);
        jf_page_begin(&o.w, out);
        list->rows(&o);
        jf_page_end(&o.w, o.next);
        jf_walk_free(&o.back);
    }
    jf_store_result result = jf_reader_result(&o.reader, error);
    if (result == JF_STORE_OK && !o.party)
        result = jf_reader_nobody(kind, id, error);
    jf_reader_close(&o.reader);
    return result;
}

/* --- orders ----------------------------------------------------------------------------- */

/* What paying an order moves for its buyer or its shop, whatever else moves it too. */
bool jf_takes_orders(jf_slot slot)
{
    switch (jf_slot_kind(slot)) {
    case JF_ACCOUNT_RECEIVABLE:
    case JF_ACCOUNT_VOUCHERS:
    case JF_ACCOUNT_COINS:
    case JF_ACCOUNT_TOKENS:
    case JF_ACCOUNT_PENDING_COINS:
    case JF_ACCOUNT_PENDING_TOKENS:
    case JF_ACCOUNT_PENDING_POINTS:
    case JF_ACCOUNT_POSITION:
    case JF_ACCOUNT_DEBT_CNY:
    case JF_ACCOUNT_DEBT_VOUCHER:
    case JF_ACCOUNT_DEBT_COIN:
    case JF_ACCOUNT_CLAWBACK_DEBT:
    case JF_ACCOUNT_LEGACY_COINS:
        return true;
    default:
        return false;
    }
}

/* The order that the journal being read paid, or refunded; NULL: it did neither. */
static const jf_order *order_of(own *o, jf_movement *m)
{
    jf_walk_movement(&o->back, m);
    if (!jf_movement_is(m, "order.pay") && !jf_movement_is(m, "order.refund"))
        return NULL;
    return jf_movement_order(&o->reader, m);
}

static void order_rows(own *o)
{
    uint32_t no = o->party->no;
    while (own_next(o)) {
        jf_movement m;
        const jf_order *order = order_of(o, &m);
        if (!order || order->number != m.journal->number ||
            (order->buyer != no && order->shop != no))
            continue;
        if (jf_order_before(o->wish, order))
            return;
        if (!jf_order_wanted(&o->reader, o->wish, order))
            continue;
        jf_order_row(&o->reader, &o->w, m.journal->day, m.at, order);
        o->found++;
    }
}

jf_store_result jf_browse_orders(jf_store *store, jf_party_kind kind, jf_str id,
                                 const jf_order_wish *wish, jf_page page, jf_buf *out,
                                 jf_store_error *error)
{
    const own_list list = {jf_takes_orders, order_rows, true, false, wish};
    return own_page(store, kind, id, page, &list, out, error);
}

jf_store_result jf_browse_bought(jf_store *store, jf_str member, jf_bought_fn fn, void *context,
                                 jf_store_error *error)
{
    own o = {.limit = UINT64_MAX, .most = UINT64_MAX};
    jf_reader_open(&o.reader, store);
    o.party = jf_reader_party(&o.reader, JF_PARTY_MEMBER, member);
    if (o.party) {
        jf_walk_party(&o.back, &o.reader, o.party, jf_takes_orders);
        jf_walk_unmoved(&o.back, o.party->no, 0);
        while (own_next(&o)) {
            jf_movement m;
            const jf_order *order = order_of(&o, &m);
            if (order && order->number == m.journal->number && order->buyer == o.party->no)
                fn(context, &o.reader, &m, order);
        }
        jf_walk_free(&o.back);
    }
    jf_store_result result = jf_reader_result(&o.reader, error);
    jf_reader_close(&o.reader);
    return result;
}

/* --- days ------------------------------------------------------------------------------- */

/* What a shop sold on a day. */
typedef struct sold {
    jf_day day;
    uint64_t orders;
    int64_t sales, rebate, points, vouchers, refunded;
} sold;

static void sold_json(own *o, const sold *d)
{
    if (d->orders == 0 && d->refunded == 0)
        return;
    jf_jw_open(&o->w, NULL, '{');
    jf_jw_day(&o->w, "day", d->day);
    jf_jw_int(&o->w, "orders", (int64_t)d->orders);
    jf_jw_decimal(&o->w, "sales", d->sales, 2);
    jf_jw_decimal(&o->w, "rebate", d->rebate, 2);
    jf_jw_decimal(&o->w, "points", d->points, 2);
    jf_jw_decimal(&o->w, "vouchers", d->vouchers, 2);
    jf_jw_decimal(&o->w, "refunded", d->refunded, 2);
    jf_jw_close(&o->w, '}');
    o->found++;
}

/* A day of a shop has far fewer than 10^5 orders of at most 10^13 fen: sums fit. */
static void sold_add(own *o, sold *d, const jf_movement *m, const jf_order *order)
{
    int64_t refunded = 0;
    if (!order || order->shop != o->party->no)
        return;
    if (order->number == m->journal->number) {
        d->orders++;
        d->sales += order->amount.v;
        d->rebate += order->rebate.v;
        d->points += order->shop_points.v;
        d->vouchers += order->voucher.v;
    } else if (jf_decimal_parse(m->amount, 2, &refunded) == JF_DECIMAL_OK) {
        d->refunded += refunded;
    }
}

/* A day is never split: a page ends where one does, whatever it looked at. */
static void day_rows(own *o)
{
    sold today = {.day = {INT32_MAX}};
    uint64_t number = 0, limit = o->limit, most = o->most;
    o->limit = o->most = UINT64_MAX;
    while (own_next(o)) {
        jf_movement m;
        const jf_order *order = order_of(o, &m);
        if (m.journal->day.n != today.day.n) {
            sold_json(o, &today);
            if (o->found >= limit || o->looked > most) {
                o->next = number;
                return;
            }
            today = (sold){.day = m.journal->day};
        }
        number = m.journal->number;
        sold_add(o, &today, &m, order);
    }
    sold_json(o, &today);
}

jf_store_result jf_browse_days(jf_store *store, jf_str shop, jf_page page, jf_buf *out,
                               jf_store_error *error)
{
    page.limit = page.limit && page.limit < JF_DAYS_LIMIT ? page.limit : JF_DAYS_LIMIT;
    static const own_list list = {jf_takes_orders, day_rows, true, true, NULL};
    return own_page(store, JF_PARTY_SHOP, shop, page, &list, out, error);
}

/* --- withdrawals ------------------------------------------------------------------------ */

static bool takes_money(jf_slot slot)
{
    return jf_slot_kind(slot) == JF_ACCOUNT_WALLET || jf_slot_kind(slot) == JF_ACCOUNT_RECEIVABLE;
}

static void withdrawal_rows(own *o)
{
    while (own_next(o)) {
        jf_movement m;
        jf_walk_movement(&o->back, &m);
        const jf_withdrawal *row =
            jf_movement_is(&m, "withdraw.request") ? jf_reader_withdrawal(&o->reader, m.id) : NULL;
        if (!row || row->party != o->party->no)
            continue;
        jf_jw_open(&o->w, NULL, '{');
        jf_withdrawal_members(&o->reader, &o->w, row);
        jf_jw_day(&o->w, "day", m.journal->day);
        jf_jw_close(&o->w, '}');
        o->found++;
    }
}

jf_store_result jf_browse_withdrawn(jf_store *store, jf_party_kind kind, jf_str id, jf_page page,
                                    jf_buf *out, jf_store_error *error)
{
    static const own_list list = {takes_money, withdrawal_rows, false, false, NULL};
    return own_page(store, kind, id, page, &list, out, error);
}
