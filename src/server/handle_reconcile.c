/*
 * A day's bill of the payment channel beside the books (app/reconcile.h), and the
 * rows behind its sums; asked for in a lookup's thread, for a channel may take its time.
 */
#include <stdio.h>

#include "app/people.h"
#include "app/reconcile.h"
#include "server/desk_page.h"
#include "server/state.h"

static void sum_json(jf_jw *w, const char *key, const jf_money_sum *sum)
{
    jf_jw_open(w, key, '{');
    jf_jw_int(w, "count", (int64_t)sum->count);
    jf_jw_decimal(w, "paid", sum->paid, 2);
    jf_jw_decimal(w, "refunded", sum->refunded, 2);
    jf_jw_close(w, '}');
}

static void reconciliation_json(jf_exchange *x, jf_day day, const jf_reconciliation *r)
{
    jf_jw w;
    jf_jw_init(&w, &x->found);
    jf_jw_open(&w, NULL, '{');
    jf_jw_day(&w, "day", day);
    sum_json(&w, "bill", &r->bill);
    sum_json(&w, "books", &r->books);
    jf_jw_open(&w, "differences", '[');
    for (uint32_t i = 0; i < r->count; i++)
        jf_difference_json(&w, &r->list[i]);
    jf_jw_close(&w, ']');
    jf_jw_bool(&w, "ok", r->count == 0);
    jf_jw_close(&w, '}');
}

/* The day is one of the books' calendar; NONE while they have no days. */
static jf_store_result day_span(jf_reader *reader, jf_day day, jf_instant *from, jf_instant *to,
                                jf_store_error *error)
{
    jf_store_result result = jf_reader_result(reader, error);
    if (result != JF_STORE_OK || !reader->zone_known)
        return result == JF_STORE_OK ? JF_STORE_NONE : result;
    *from = jf_zone_start(&reader->zone, day);
    *to = jf_zone_start(&reader->zone, (jf_day){day.n + 1});
    return JF_STORE_OK;
}

static jf_store_result look_reconcile(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_reader reader;
    jf_reconciliation r;
    const jf_day *day = x->own;
    const jf_server_options *options = &x->server->options;
    jf_reader_open(&reader, store);
    jf_instant from, to;
    jf_store_result result = day_span(&reader, *day, &from, &to, error);
    if (result == JF_STORE_OK)
        result = jf_reconcile(&r, &x->arena, &reader, jf_identity_desk(options->people),
                              jf_cashier_channel(options->cashier), from, to, error);
    if (result == JF_STORE_OK)
        reconciliation_json(x, *day, &r);
    jf_reader_close(&reader);
    return result;
}

static void finish_reconcile(jf_exchange *x)
{
    if (x->lookup.result == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_CHANNEL, "the bill or the books cannot be read; ask again");
    else if (x->lookup.result == JF_STORE_NONE)
        jf_answer_refusal(x, JF_E_NOT_FOUND, JF_STR("day"), JF_STR("the books have no days yet"));
    else
        jf_exchange_found(x);
}

void jf_handle_reconcile(jf_exchange *x)
{
    jf_day *day = JF_NEW(&x->arena, jf_day);
    x->own = day;
    if (!jf_day_parse(x->params[0], day))
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("day"),
                          JF_STR("expected a day like 2024-03-01"));
    else if (!jf_cashier_channel(x->server->options.cashier))
        jf_answer_problem(x, JF_P_CHANNEL, "this server has no payment channel");
    else
        jf_exchange_look_up(x, look_reconcile, finish_reconcile);
}

/* --- the rows behind a sum ------------------------------------------------------------------- */

static void row_json(jf_jw *w, uint32_t no, const jf_desk_money *row)
{
    bool refund = row->refund.n > 0;
    jf_jw_open(w, NULL, '{');
    jf_jw_int(w, "no", no);
    jf_jw_c(w, "kind", refund ? "refunded" : "paid");
    jf_jw_str(w, "id", refund ? row->refund : row->charge);
    jf_jw_str(w, "payment", row->charge);
    jf_jw_instant(w, "at", row->at);
    jf_jw_decimal(w, "amount", row->amount, 2);
    jf_jw_close(w, '}');
}

/* Newest first; numbered from 1 in the order of time, so that a page can go on below a number. */
static void rows_json(jf_exchange *x, const jf_desk_money *list, uint32_t count)
{
    const jf_query *q = &x->query;
    jf_desk_page page;
    jf_desk_page_begin(&page, x);
    uint32_t no = q->before > 0 && q->before <= count ? (uint32_t)q->before - 1 : count;
    for (; no > 0; no--) {
        bool refund = list[no - 1].refund.n > 0;
        if (q->money != JF_MONEY_ANY && refund != (q->money == JF_MONEY_REFUNDED))
            continue;
        if (!jf_desk_page_takes(&page, no))
            break;
        row_json(&page.w, no, &list[no - 1]);
    }
    jf_desk_page_end(&page);
}

static jf_store_result nothing(jf_store_error *error, const char *why)
{
    snprintf(error->message, sizeof error->message, "%s", why);
    return JF_STORE_NONE;
}

jf_store_result jf_read_reconcile_rows(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_day day;
    jf_reader reader;
    jf_instant from, to;
    jf_desk_money *list;
    uint32_t count;
    jf_channel *channel = jf_cashier_channel(x->server->options.cashier);
    bool bill = jf_str_eq(x->params[1], JF_STR("bill"));
    if (!jf_day_parse(x->params[0], &day) || (!bill && !jf_str_eq(x->params[1], JF_STR("books"))))
        return nothing(error, "expected a day like 2024-03-01, and bill or books");
    if (!channel)
        return nothing(error, "this server has no payment channel");
    jf_reader_open(&reader, store);
    jf_store_result result = day_span(&reader, day, &from, &to, error);
    if (result == JF_STORE_OK)
        result = jf_reconcile_rows(&x->arena, jf_exchange_desk(x), bill ? channel : NULL, from, to,
                                   &list, &count, error);
    if (result == JF_STORE_OK)
        rows_json(x, list, count);
    else if (result == JF_STORE_NONE)
        nothing(error, "the books have no days yet");
    jf_reader_close(&reader);
    return result;
}
