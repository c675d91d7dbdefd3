/*
 * The state hash: SHA-256 over every row but the journals, as lines of text,
 * each ended by a newline. Equal books have equal hashes, on any store, and so
 * does what a replay of their commands makes.
 *
 * Fields are separated by '|', numbers are decimal, truths 0 or 1, a text that
 * there is none of is empty. No text of the books holds a '|' or a newline.
 * Lists are written as the store keeps them. In this order:
 *
 *   state|open_day|policies|pools|parties|journals|closes|price_over|price_under|totals
 *   policy|version|from|SHA-256 of the document
 *   pool|no|name|period|first_active|matured|matured_before|flow_before|rebates|released|last_close
 *   cohort|pool|cohort|points|index|growth|released|closed|finished
 *   seat|region|holders
 *   party|no|kind|id|region|phone|referrer|home|sell_day|sell_over|sell_under|shop_kind|owner|
 *       recruiter|city_partner|rebate|max_voucher
 *   account|owner|slot|balance|credited|last
 *   order|number|id|buyer|shop|version|base_day|due_day|held|cash_shop|amount|rebate|
 *       rebate_voucher|rest|voucher|credit|buyer_points|shop_points|minted|token_price|refunded|
 *       refunded_held|parts
 *   lot|order|since|owner|member_id|order_id|minted|units|spend|sold|burnt|proceeds
 *   withdrawal|id|party|amount|state
 *   idem|kind|id|number
 *
 * Within a kind of row: by version, by number, by pool and cohort, by region,
 * by number, by owner and slot, by number, by order, by id, by kind and id.
 * Accounts that never moved are left out. Lines of one row are one line; they are broken here only.
 *
 * Which orders moved nothing (unmoved|party|number of the order) follows from the orders and is
 * no part of the hash; its lines are compared beside it.
 */
#include "app/state_hash.h"

#include "app/audit.h"
#include "base/check.h"
#include "base/sort.h"
#include "store/rows.h"

/* The line being written, and who takes it. */
typedef struct lines {
    jf_buf line;
    jf_line_fn fn;
    void *context;
    bool ended;
} lines;

static void begin(lines *out, const char *kind)
{
    jf_buf_clear(&out->line);
    jf_buf_c(&out->line, kind);
}

static void number(lines *out, int64_t value)
{
    JF_ASSERT(out->line.n > 0);
    jf_buf_char(&out->line, '|');
    jf_buf_int(&out->line, value);
}

static void text(lines *out, jf_str value)
{
    JF_ASSERT(out->line.n > 0);
    jf_buf_char(&out->line, '|');
    jf_buf_str(&out->line, value);
}

static bool end(lines *out)
{
    out->ended = out->ended || !out->fn(out->context, jf_buf_view(&out->line));
    return !out->ended;
}

static void write_state(lines *out, const jf_state *state)
{
    begin(out, "state");
    number(out, state->open_day.n);
    number(out, state->policies);
    number(out, state->pools);
    number(out, state->parties);
    number(out, (int64_t)state->journals);
    number(out, (int64_t)state->closes);
    number(out, state->price_over);
    number(out, state->price_under);
    jf_buf_char(&out->line, '|');
    jf_totals_write(&out->line, state->totals);
    number(out, state->chains);
    end(out);
}

static void write_policy(lines *out, const jf_policy *policy)
{
    JF_ASSERT(policy->version >= 1 && policy->document.n > 0);
    begin(out, "policy");
    number(out, policy->version);
    number(out, policy->from.n);
    jf_buf_char(&out->line, '|');
    jf_hash_print(&out->line, jf_sha256_of(policy->document.p, policy->document.n));
    end(out);
}

static void write_pool(lines *out, const jf_pool *pool)
{
    begin(out, "pool");
    number(out, pool->no);
    text(out, pool->name);
    number(out, pool->period);
    number(out, pool->first_active);
    number(out, pool->matured.v);
    number(out, pool->matured_before.v);
    number(out, pool->flow_before.v);
    number(out, pool->rebates.v);
    number(out, pool->released.v);
    number(out, pool->last_close.n);
    end(out);
}

static void write_cohort(lines *out, const jf_cohort *cohort)
{
    JF_ASSERT(cohort != NULL && cohort->row.exists);
    begin(out, "cohort");
    number(out, cohort->pool);
    number(out, cohort->cohort);
    number(out, cohort->points.v);
    number(out, cohort->index);
    number(out, cohort->growth);
    number(out, cohort->released.v);
    number(out, cohort->closed.n);
    number(out, cohort->finished);
    end(out);
}

static void write_pools(lines *out, const jf_world *w)
{
    for (uint32_t i = 0; i < w->state.pools; i++) {
        JF_ASSERT(w->pools[i] != NULL && w->pools[i]->no == i);
        write_pool(out, w->pools[i]);
    }
    for (uint32_t i = 0; i < w->state.pools; i++) {
        for (uint32_t c = 0; c < w->pools[i]->period; c++) {
            write_cohort(out, w->pools[i]->cohorts[c]);
        }
    }
}

static int by_region(const void *a, const void *b)
{
    jf_region x = (*(jf_seat *const *)a)->region, y = (*(jf_seat *const *)b)->region;
    return (x > y) - (x < y);
}

static void write_seats(lines *out, jf_world *w)
{
    jf_seat **seats = JF_NEW_ARRAY(&w->batch, jf_seat *, w->seats.count);
    uint32_t count = 0;
    jf_seat *seat;
    for (uint64_t at = 0; (seat = jf_map_next(&w->seats, &at)) != NULL;) {
        if (seat->row.exists) {
            seats[count++] = seat;
        }
    }
    JF_ASSERT(count <= w->seats.count);
    jf_sort(seats, count, sizeof *seats, by_region);
    for (uint32_t i = 0; i < count; i++) {
        begin(out, "seat");
        number(out, seats[i]->region);
        jf_buf_char(&out->line, '|');
        jf_holders_write(&out->line, seats[i]->holders, seats[i]->count);
        end(out);
    }
}

static bool write_party(void *context, const void *row)
{
    lines *out = context;
    const jf_party *party = row;
    begin(out, "party");
    number(out, party->no);
    number(out, party->kind);
    text(out, party->id);
    number(out, party->region);
    text(out, party->phone);
    number(out, party->referrer);
    number(out, party->home);
    number(out, party->sell_day.n);
    number(out, party->sell_over);
    number(out, party->sell_under);
    number(out, party->shop_kind);
    number(out, party->owner);
    number(out, party->recruiter);
    number(out, party->city_partner);
    number(out, party->rebate.v);
    number(out, party->max_voucher.v);
    number(out, party->staff);
    number(out, party->manager);
    number(out, party->chain);
    return end(out);
}

static bool write_account(void *context, const void *row)
{
    lines *out = context;
    const jf_account *account = row;
    if (account->last == 0) {
        return !out->ended;
    }
    begin(out, "account");
    number(out, account->owner);
    number(out, account->slot);
    number(out, account->balance);
    number(out, account->credited);
    number(out, (int64_t)account->last);
    return end(out);
}

static bool write_order(void *context, const void *row)
{
    lines *out = context;
    const jf_order *order = row;
    const int64_t before_amounts[] = {order->buyer,      order->shop,      order->version,
                                      order->base_day.n, order->due_day.n, order->held,
                                      order->cash_shop};
    const int64_t amounts[] = {
        order->amount.v,  order->rebate.v,    order->rebate_voucher.v, order->rest.v,
        order->voucher.v, order->credit.v,    order->buyer_points.v,   order->shop_points.v,
        order->minted.v,  order->token_price, order->refunded.v,       order->refunded_held.v,
    };
    begin(out, "order");
    number(out, (int64_t)order->number);
    text(out, order->id);
    for (size_t i = 0; i < sizeof before_amounts / sizeof *before_amounts; i++) {
        number(out, before_amounts[i]);
    }
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        number(out, amounts[i]);
    }
    jf_buf_char(&out->line, '|');
    jf_parts_write(&out->line, order->parts, order->part_count);
    number(out, order->legacy.v);
    return end(out);
}

static bool write_lot(void *context, const void *row)
{
    lines *out = context;
    const jf_lot *lot = row;
    JF_ASSERT(lot->order >= 1 && lot->owner != JF_PLATFORM);
    begin(out, "lot");
    number(out, (int64_t)lot->order);
    number(out, (int64_t)lot->since);
    number(out, lot->owner);
    text(out, lot->member_id);
    text(out, lot->order_id);
    number(out, lot->minted.v);
    number(out, lot->units.v);
    number(out, lot->spend.v);
    number(out, lot->sold.v);
    number(out, lot->burnt.v);
    number(out, lot->proceeds.v);
    return end(out);
}

static bool write_withdrawal(void *context, const void *row)
{
    lines *out = context;
    const jf_withdrawal *withdrawal = row;
    begin(out, "withdrawal");
    text(out, withdrawal->id);
    number(out, withdrawal->party);
    number(out, withdrawal->amount.v);
    number(out, withdrawal->state);
    number(out, withdrawal->tax.v);
    return end(out);
}

static bool write_idem(void *context, const void *row)
{
    lines *out = context;
    const jf_idem *idem = row;
    JF_ASSERT(idem->kind < JF_COMMAND_KINDS);
    begin(out, "idem");
    number(out, idem->kind);
    text(out, idem->id);
    number(out, (int64_t)idem->number);
    return end(out);
}

static jf_store_result write_all(lines *out, jf_store *store, jf_world *w, jf_store_error *error)
{
    static const struct {
        jf_table table;
        jf_row_fn write;
    } tables[] = {{JF_TABLE_PARTY, write_party},           {JF_TABLE_ACCOUNT, write_account},
                  {JF_TABLE_ORDER, write_order},           {JF_TABLE_LOT, write_lot},
                  {JF_TABLE_WITHDRAWAL, write_withdrawal}, {JF_TABLE_IDEM, write_idem}};
    jf_hash head;
    if (store->ops->load(store, w, &head, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    write_state(out, &w->state);
    for (uint32_t i = 0; i < w->state.policies; i++) {
        write_policy(out, w->policies[i]);
    }
    write_pools(out, w);
    write_seats(out, w);
    for (size_t i = 0; i < sizeof tables / sizeof *tables && !out->ended; i++) {
        if (store->ops->scan(store, tables[i].table, tables[i].write, out, error) != JF_STORE_OK) {
            return JF_STORE_FAILED;
        }
    }
    return JF_STORE_OK;
}

jf_store_result jf_state_lines(jf_store *store, jf_line_fn fn, void *context, jf_store_error *error)
{
    jf_world world;
    lines out = {.fn = fn, .context = context};
    JF_ASSERT(fn != NULL);
    jf_world_init(&world);
    jf_buf_init(&out.line, NULL);
    jf_store_result result = write_all(&out, store, &world, error);
    jf_buf_free(&out.line);
    jf_world_free(&world);
    return result;
}

static bool write_unmoved(void *context, const void *row)
{
    lines *out = context;
    const jf_unmoved_row *unmoved = row;
    begin(out, "unmoved");
    number(out, unmoved->party);
    number(out, (int64_t)unmoved->number);
    return end(out);
}

jf_store_result jf_unmoved_lines(jf_store *store, jf_line_fn fn, void *context,
                                 jf_store_error *error)
{
    lines out = {.fn = fn, .context = context};
    jf_buf_init(&out.line, NULL);
    jf_store_result result = store->ops->scan(store, JF_TABLE_UNMOVED, write_unmoved, &out, error);
    jf_buf_free(&out.line);
    return result;
}

static bool hash_line(void *context, jf_str line)
{
    jf_sha256_add(context, line.p, line.n);
    jf_sha256_add(context, "\n", 1);
    return true;
}

jf_store_result jf_state_hash(jf_store *store, jf_hash *out, jf_store_error *error)
{
    jf_sha256 *sha = jf_sha256_new();
    jf_sha256_begin(sha);
    jf_store_result result = jf_state_lines(store, hash_line, sha, error);
    *out = jf_sha256_end(sha);
    jf_sha256_free(sha);
    return result;
}
