/*
 * A day's bill of the payment channel beside the books (app/reconcile.h), asked for
 * in a lookup's thread, for a channel may take its time.
 */
#include "app/people.h"
#include "app/reconcile.h"
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

/* The day is one of the books' calendar. */
static jf_store_result look_reconcile(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_reader reader;
    jf_reconciliation r;
    const jf_day *day = x->own;
    const jf_server_options *options = &x->server->options;
    jf_reader_open(&reader, store);
    jf_store_result result = jf_reader_result(&reader, error);
    if (result == JF_STORE_OK && !reader.zone_known)
        result = JF_STORE_NONE;
    if (result == JF_STORE_OK) {
        jf_instant from = jf_zone_start(&reader.zone, *day);
        jf_instant to = jf_zone_start(&reader.zone, (jf_day){day->n + 1});
        result = jf_reconcile(&r, &x->arena, &reader, jf_identity_desk(options->people),
                              jf_cashier_channel(options->cashier), from, to, error);
    }
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
