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

static void order_json(void *context, jf_reader *r, const jf_movement *m, const jf_order *o)
{
    jf_jw *w = context;
    const jf_party *shop = jf_reader_party_no(r, o->shop);
    jf_jw_open(w, NULL, '{');
    jf_jw_str(w, "order", o->id);
    jf_jw_str(w, "shop", shop ? shop->id : JF_STR_NONE);
    jf_jw_day(w, "day", m->journal->day);
    jf_jw_str(w, "at", m->at);
    jf_jw_decimal(w, "amount", o->amount.v, 2);
    jf_jw_decimal(w, "voucher", o->voucher.v, 2);
    jf_jw_decimal(w, "points", o->buyer_points.v, 2);
    jf_jw_decimal(w, "refunded", o->refunded.v, 2);
    jf_jw_close(w, '}');
}

/* One page of the statement; *before: where the next goes on, 0 after the last. */
static jf_store_result page_write(jf_store *store, jf_str member, uint64_t *before, jf_jw *w,
                                  jf_store_error *error)
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
        *before = page.next;
    }
    *error = page.error;
    jf_statement_free(&page);
    return result;
}

jf_store_result jf_export_member(jf_store *store, jf_str member, jf_str phone, jf_jw *w,
                                 jf_store_error *error)
{
    uint64_t before = 0;
    jf_store_result result = profile(store, member, phone, w, error);
    if (result != JF_STORE_OK)
        return result;
    do
        result = page_write(store, member, &before, w, error);
    while (result == JF_STORE_OK && before > 0);
    if (result != JF_STORE_OK)
        return result;
    jf_jw_close(w, ']');
    jf_jw_open(w, "orders", '[');
    result = jf_browse_bought(store, member, order_json, w, error);
    jf_jw_close(w, ']');
    return result;
}
