/*
 * Orders of all, newest first, one order by its id, and which orders a page wants
 * (browse.h). There is no index of what paying an order says, which it has no time for: days are
 * found by halving, members and shops by what moved their accounts, large prices by the largest
 * of a stretch. Those that were refunded are few, and have an index.
 */
#include "app/browse_work.h"
#include "app/journal_find.h"
#include "app/walk.h"
#include "core/format.h"
#include "core/order.h"

/* --- which orders --------------------------------------------------------------------- */

bool jf_order_state_of(jf_str wire, jf_order_state *state)
{
    static const char *const names[JF_ORDER_STATES] = {
        [JF_ORDER_HELD] = "held",
        [JF_ORDER_MATURED] = "matured",
        [JF_ORDER_REFUNDED] = "refunded",
    };
    for (int i = JF_ORDER_ANY + 1; i < JF_ORDER_STATES; i++)
        if (jf_str_eq(wire, jf_str_of(names[i]))) {
            *state = (jf_order_state)i;
            return true;
        }
    return false;
}

static bool in_state(const jf_world *w, jf_order_state state, const jf_order *order)
{
    switch (state) {
    case JF_ORDER_HELD:
        return jf_order_pending(w, order);
    case JF_ORDER_MATURED:
        return !jf_order_pending(w, order);
    case JF_ORDER_REFUNDED:
        return order->refunded.v > 0;
    case JF_ORDER_ANY:
    case JF_ORDER_STATES:
        break;
    }
    return true;
}

static bool is_party(jf_reader *r, jf_str id, uint32_t no, jf_party_kind kind)
{
    const jf_party *party = id.n > 0 ? jf_reader_party_no(r, no) : NULL;
    return id.n == 0 || (party && party->kind == kind && jf_str_eq(party->id, id));
}

/* Whoever paid it, and wherever. */
static bool is_such(const jf_world *w, const jf_order_wish *wish, const jf_order *order)
{
    return !(wish->since && order->base_day.n < wish->from.n) &&
           !(wish->until && order->base_day.n > wish->to.n) && order->amount.v >= wish->least &&
           in_state(w, wish->state, order);
}

bool jf_order_wanted(jf_reader *r, const jf_order_wish *wish, const jf_order *order)
{
    return !wish || (is_such(&r->world, wish, order) &&
                     is_party(r, wish->member, order->buyer, JF_PARTY_MEMBER) &&
                     is_party(r, wish->shop, order->shop, JF_PARTY_SHOP));
}

bool jf_order_before(const jf_order_wish *wish, const jf_order *order)
{
    return wish && wish->since && order->base_day.n < wish->from.n;
}

/* The first journal of a day behind `to`: days only grow with the numbers. */
uint64_t jf_order_start(jf_reader *r, const jf_order_wish *wish, uint64_t from)
{
    jf_arena arena;
    if (!wish || !wish->until)
        return from;
    jf_arena_init(&arena, 0);
    uint64_t end = jf_journal_last_until(r, &arena, wish->to) + 1;
    jf_arena_free(&arena);
    return from > 0 && from < end ? from : end;
}

/* --- rows ----------------------------------------------------------------------------- */

static void party_json(jf_reader *r, jf_jw *w, const char *of_member, uint32_t no)
{
    const jf_party *party = jf_reader_party_no(r, no);
    if (party)
        jf_jw_str(w, party->kind == JF_PARTY_MEMBER ? of_member : "buyer_shop", party->id);
}

/* How long it can still be refunded; nothing when it cannot any more. */
static void window_json(jf_reader *r, jf_jw *w, const jf_order *order)
{
    const jf_world *world = &r->world;
    if (order->version == 0 || order->version > world->state.policies ||
        order->refunded.v >= order->amount.v)
        return;
    jf_day until = {order->base_day.n + world->policies[order->version - 1]->refund_days};
    if (until.n >= world->state.open_day.n)
        jf_jw_day(w, "refundable_until", until);
}

static void order_members(jf_reader *r, jf_jw *w, jf_day day, jf_str at, const jf_order *order)
{
    const jf_party *shop = jf_reader_party_no(r, order->shop);
    jf_jw_str(w, "order", order->id);
    jf_jw_int(w, "journal", (int64_t)order->number);
    jf_jw_day(w, "day", day);
    jf_jw_str(w, "at", at);
    party_json(r, w, "member", order->buyer);
    if (shop)
        jf_jw_str(w, "shop", shop->id);
    jf_jw_decimal(w, "amount", order->amount.v, 2);
    jf_jw_decimal(w, "cash", order->amount.v - order->voucher.v - order->legacy.v, 2);
    jf_jw_decimal(w, "voucher", order->voucher.v, 2);
    jf_jw_decimal(w, "credit", order->credit.v, 2);
    jf_jw_decimal(w, "rebate", order->rebate.v, 2);
    jf_jw_decimal(w, "refunded", order->refunded.v, 2);
    jf_jw_decimal(w, "buyer_points", order->buyer_points.v, 2);
    jf_jw_decimal(w, "shop_points", order->shop_points.v, 2);
    jf_jw_bool(w, "held", jf_order_pending(&r->world, order));
    if (order->held)
        jf_jw_day(w, "matures", order->due_day);
    window_json(r, w, order);
}

void jf_order_row(jf_reader *r, jf_jw *w, jf_day day, jf_str at, const jf_order *order)
{
    jf_jw_open(w, NULL, '{');
    order_members(r, w, day, at, order);
    jf_jw_close(w, '}');
}

/* --- all orders ----------------------------------------------------------------------- */

/* The first day whose orders can still be pending: none was held longer than a policy says. */
static jf_day held_since(const jf_world *w)
{
    int32_t longest = 0;
    for (uint32_t i = 0; i < w->state.policies; i++)
        if (w->policies[i]->hold_days > longest)
            longest = w->policies[i]->hold_days;
    return (jf_day){w->state.open_day.n - longest};
}

/* The first journal of a day or behind it: days only grow with the numbers. */
static uint64_t first_on(jf_reader *r, jf_day day)
{
    jf_arena arena;
    jf_arena_init(&arena, 0);
    uint64_t first = jf_journal_last_until(r, &arena, (jf_day){day.n - 1}) + 1;
    jf_arena_free(&arena);
    return first;
}

/* The number of a party; false when it is named and there is none. */
static bool number_of(jf_reader *r, jf_party_kind kind, jf_str id, uint32_t *no)
{
    const jf_party *party = id.n > 0 ? jf_reader_party(r, kind, id) : NULL;
    *no = party ? party->no : 0;
    return id.n == 0 || party;
}

/* What the store passes over itself; false when nothing can be found. */
static bool sought_of(jf_reader *r, const jf_order_wish *wish, uint64_t from, jf_sought *sought)
{
    jf_day first = wish->from, held = held_since(&r->world);
    bool since = wish->since;
    if (wish->state == JF_ORDER_HELD && !(since && first.n > held.n)) {
        since = true;
        first = held;
    }
    *sought = (jf_sought){.before = jf_order_start(r, wish, from),
                          .from = since ? first_on(r, first) : 0,
                          .least = wish->least,
                          .refunded = wish->state == JF_ORDER_REFUNDED,
                          .settled = wish->state == JF_ORDER_MATURED,
                          .open = r->world.state.open_day};
    return number_of(r, JF_PARTY_MEMBER, wish->member, &sought->buyer) &&
           number_of(r, JF_PARTY_SHOP, wish->shop, &sought->shop);
}

/* The numbers of a page, kept while the table is scanned: a scan may not call the store. */
typedef struct looking {
    const jf_order_wish *wish;
    const jf_world *world;
    uint64_t *numbers;
    uint64_t limit, count;
    bool more;
} looking;

static bool look_at(void *context, const void *row)
{
    looking *l = context;
    const jf_order *order = row;
    if (!is_such(l->world, l->wish, order))
        return true;
    l->more = l->count == l->limit;
    if (!l->more)
        l->numbers[l->count++] = order->number;
    return !l->more;
}

/* The journal says when; an order without it is damage. */
static void number_row(jf_reader *r, jf_jw *w, uint64_t number, jf_arena *arena)
{
    jf_walk paid = {.reader = r};
    const jf_order *order = jf_reader_order(r, number);
    jf_arena_init(&paid.scratch, 0);
    jf_movement m;
    if (order && jf_reader_journal(r, arena, number, &paid.journal)) {
        jf_walk_movement(&paid, &m);
        order_members(r, w, m.journal->day, m.at, order);
    }
    jf_arena_free(&paid.scratch);
}

static jf_store_result orders_of_all(jf_store *store, const jf_order_wish *wish, jf_page page,
                                     jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_arena arena;
    jf_reader_open(&r, store);
    jf_arena_init(&arena, 0);
    jf_sought sought;
    looking l = {.wish = wish, .world = &r.world, .limit = jf_page_limit(page)};
    l.numbers = JF_NEW_ARRAY(&r.world.config, uint64_t, l.limit);
    if (sought_of(&r, wish, page.from, &sought) && r.result == JF_STORE_OK)
        r.result = store->ops->orders_back(store, &sought, look_at, &l, &r.error);
    jf_page_begin(&w, out);
    for (uint64_t i = 0; i < l.count && r.result == JF_STORE_OK; i++) {
        jf_arena_reset(&arena);
        jf_jw_open(&w, NULL, '{');
        number_row(&r, &w, l.numbers[i], &arena);
        jf_jw_close(&w, '}');
    }
    jf_page_end(&w, l.more ? l.numbers[l.count - 1] : 0);
    jf_store_result result = jf_reader_result(&r, error);
    jf_arena_free(&arena);
    jf_reader_close(&r);
    return result;
}

jf_store_result jf_browse_all_orders(jf_store *store, const jf_order_wish *wish, jf_page page,
                                     jf_buf *out, jf_store_error *error)
{
    bool buyer = wish->member.n > 0;
    if ((!buyer && wish->shop.n == 0) || wish->state == JF_ORDER_REFUNDED)
        return orders_of_all(store, wish, page, out, error);
    jf_store_result result =
        jf_browse_orders(store, buyer ? JF_PARTY_MEMBER : JF_PARTY_SHOP,
                         buyer ? wish->member : wish->shop, wish, page, out, error);
    if (result != JF_STORE_NONE)
        return result;
    jf_jw w;
    jf_page_begin(&w, out);
    jf_page_end(&w, 0);
    return JF_STORE_OK;
}

/* --- one order ------------------------------------------------------------------------ */

static void refund_row(jf_jw *w, const jf_movement *m, int64_t amount)
{
    jf_jw_open(w, NULL, '{');
    jf_jw_int(w, "journal", (int64_t)m->journal->number);
    jf_jw_day(w, "day", m->journal->day);
    jf_jw_str(w, "at", m->at);
    jf_jw_decimal(w, "amount", amount, 2);
    jf_jw_close(w, '}');
}

/* Back from now until all that was refunded is found, or the order itself. */
static void refunds_json(jf_reader *r, jf_jw *w, const jf_order *order)
{
    jf_walk back;
    int64_t left = order->refunded.v, amount;
    const jf_party *shop = left > 0 ? jf_reader_party_no(r, order->shop) : NULL;
    jf_jw_open(w, "refunds", '[');
    if (shop) {
        jf_walk_party(&back, r, shop, jf_takes_orders);
        for (int looked = 0; looked < JF_LOOKED_AT_MAX && left > 0 && jf_walk_next(&back) &&
                             back.journal.number > order->number;
             looked++) {
            jf_movement m;
            jf_walk_movement(&back, &m);
            if (!jf_movement_is(&m, "order.refund") || !jf_str_eq(m.order, order->id) ||
                jf_decimal_parse(m.amount, 2, &amount) != JF_DECIMAL_OK)
                continue;
            refund_row(w, &m, amount);
            left -= amount;
        }
        jf_walk_free(&back);
    }
    jf_jw_close(w, ']');
}

jf_store_result jf_browse_order(jf_store *store, jf_str id, jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_reader r;
    jf_arena arena;
    jf_reader_open(&r, store);
    jf_arena_init(&arena, 0);
    const jf_order *order = jf_reader_order_named(&r, id);
    if (order) {
        jf_jw_init(&w, out);
        jf_jw_open(&w, NULL, '{');
        number_row(&r, &w, order->number, &arena);
        refunds_json(&r, &w, order);
        jf_jw_close(&w, '}');
    }
    jf_store_result result = jf_reader_result(&r, error);
    if (result == JF_STORE_OK && !order) {
        jf_format(error->message, sizeof error->message, "there is no order \"%.*s\"",
                  JF_STR_ARG(id));
        result = JF_STORE_NONE;
    }
    jf_arena_free(&arena);
    jf_reader_close(&r);
    return result;
}
