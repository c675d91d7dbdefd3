/*
 * A member's own copy (export.h).
 */
#include "app/export.h"

#include "app/browse_work.h"
#include "app/statement.h"
#include "core/step.h"

#define PAGE JF_PAGE_LIMIT_MAX

static jf_store_result profile(jf_store *store, jf_str member, jf_str phone, jf_jw *w,
                               jf_store_error *error)
{
    jf_reader r;
    jf_reader_open(&r, store);
    const jf_party *party = jf_reader_party(&r, JF_PARTY_MEMBER, member);
    if (party) {
        jf_jw_open(w, "profile", '{');
        jf_party_members(&r, w, party, phone, true);
        jf_jw_close(w, '}');
    }
    jf_store_result result = jf_reader_result(&r, error);
    if (result == JF_STORE_OK && !party)
        result = jf_reader_nobody(JF_PARTY_MEMBER, member, error);
    jf_reader_close(&r);
    return result;
}

static void order_json(jf_jw *w, const jf_statement_row *row)
{
    const jf_order *o = row->order;
    jf_jw_open(w, NULL, '{');
    jf_jw_str(w, "order", o->id);
    jf_jw_str(w, "shop", row->shop);
    jf_jw_day(w, "day", row->day);
    jf_jw_str(w, "at", row->at);
    jf_jw_decimal(w, "amount", o->amount.v, 2);
    jf_jw_decimal(w, "voucher", o->voucher.v, 2);
    jf_jw_decimal(w, "points", o->buyer_points.v, 2);
    jf_jw_decimal(w, "refunded", o->refunded.v, 2);
    jf_jw_close(w, '}');
}

/* Orders of their own, each once: where it was paid. */
static void orders_note(const jf_statement *page, jf_str member, jf_jw *orders)
{
    uint64_t last = 0;
    for (const jf_statement_row *row = page->rows; row; row = row->next) {
        bool pays = row->order && row->order->number == row->journal;
        if (pays && row->journal != last && jf_str_eq(row->buyer, member)) {
            order_json(orders, row);
            last = row->journal;
        }
    }
}

/* One page of the statement; *before: where the next goes on, 0 after the last. */
static jf_store_result page_write(jf_store *store, jf_str member, uint64_t *before, jf_jw *w,
                                  jf_jw *orders, jf_store_error *error)
{
    jf_statement page;
    jf_statement_query query = {
        .of = JF_STATEMENT_MEMBER, .name = member, .limit = PAGE, .before = *before};
    jf_store_result result = jf_statement_init(&page, store, &query);
    if (result == JF_STORE_OK) {
        if (*before == 0) {
            jf_jw_raw(w, "account", page.now);
            jf_jw_open(w, "statement", '[');
        }
        jf_statement_rows_json(&page, w);
        orders_note(&page, member, orders);
        *before = page.next;
    }
    *error = page.error;
    jf_statement_free(&page);
    return result;
}

jf_store_result jf_export_member(jf_store *store, jf_str member, jf_str phone, jf_jw *w,
                                 jf_store_error *error)
{
    jf_jw orders;
    jf_buf text;
    uint64_t before = 0;
    jf_store_result result = profile(store, member, phone, w, error);
    if (result != JF_STORE_OK)
        return result;
    jf_buf_init(&text, NULL);
    jf_jw_init(&orders, &text);
    do
        result = page_write(store, member, &before, w, &orders, error);
    while (result == JF_STORE_OK && before > 0);
    if (result == JF_STORE_OK) {
        jf_jw_close(w, ']');
        jf_jw_open(w, "orders", '[');
        jf_buf_str(w->out, jf_buf_view(&text));
        jf_jw_close(w, ']');
    }
    jf_buf_free(&text);
    return result;
}
