/*
 * Each row of the bill against the desk and the ledger, then each row of the desk
 * against the bill (reconcile.h).
 */
#include "app/reconcile.h"

#include <string.h>

#include "base/check.h"
#include "base/sort.h"

#define MARGIN_US INT64_C(3600000000)

/* Rows copied while they are scanned: a scan may not call the desk. */
typedef struct rows {
    jf_arena *arena;
    jf_desk_money *list;
    uint32_t count, room;
} rows;

typedef struct reconciling {
    jf_reconciliation *out;
    jf_arena *arena;
    jf_reader *reader;
    jf_desk *desk;
    uint32_t room;
    bool failed;
    jf_store_error *error;
} reconciling;

static bool take(void *context, const jf_desk_money *row)
{
    rows *r = context;
    r->list = jf_arena_room(r->arena, r->list, r->count, &r->room, sizeof *r->list, 64);
    jf_desk_money *copy = &r->list[r->count++];
    *copy = *row;
    copy->charge = jf_str_dup(r->arena, row->charge);
    copy->refund = jf_str_dup(r->arena, row->refund);
    return true;
}

static void sum_add(jf_money_sum *sum, const jf_desk_money *row)
{
    sum->count++;
    *(row->refund.n > 0 ? &sum->refunded : &sum->paid) += row->amount;
}

/* What both have, one of them, or what is not through yet; the list grows in the arena. */
static void note(reconciling *r, jf_difference_kind kind, const jf_desk_money *row,
                 const int64_t *bill, const int64_t *books)
{
    jf_reconciliation *out = r->out;
    out->list = jf_arena_room(r->arena, out->list, out->count, &r->room, sizeof *out->list, 16);
    jf_difference *d = &out->list[out->count++];
    *d = (jf_difference){.kind = kind,
                         .payment = row->charge,
                         .id = row->refund.n > 0 ? row->refund : row->charge,
                         .in_bill = bill != NULL,
                         .in_books = books != NULL};
    d->bill = bill ? *bill : 0;
    d->books = books ? *books : 0;
}

static void compare(reconciling *r, const jf_desk_money *row, int64_t books)
{
    if (row->amount != books)
        note(r, JF_DIFFERENCE_AMOUNT_DIFFERS, row, &row->amount, &books);
}

/* --- the bill's rows ------------------------------------------------------------------------- */

static bool payment_of(reconciling *r, jf_str id, jf_desk_payment *payment)
{
    jf_store_result result = jf_desk_payment_find(r->desk, r->arena, id, payment, r->error);
    r->failed |= result == JF_STORE_FAILED;
    return result == JF_STORE_OK;
}

/* An order in the books has its cash there; one that went back, at the desk. */
static void judge_paid(reconciling *r, const jf_desk_money *row)
{
    jf_desk_payment p;
    if (!payment_of(r, row->charge, &p)) {
        note(r, JF_DIFFERENCE_MISSING_IN_BOOKS, row, &row->amount, NULL);
        return;
    }
    const jf_order *order =
        p.state == JF_PAYMENT_DONE ? jf_reader_order_named(r->reader, p.id) : NULL;
    if (order)
        compare(r, row, order->amount.v - order->voucher.v);
    else if (p.state == JF_PAYMENT_DONE)
        note(r, JF_DIFFERENCE_MISSING_IN_BOOKS, row, &row->amount, NULL);
    else if (p.state == JF_PAYMENT_RETURNING || p.state == JF_PAYMENT_RETURNED)
        compare(r, row, p.cash);
    else
        note(r, JF_DIFFERENCE_PENDING, row, &row->amount, NULL);
}

/* The whole payment went back, or part of an order was refunded. */
static void judge_refund(reconciling *r, const jf_desk_money *row)
{
    jf_desk_back back;
    jf_desk_payment p;
    jf_store_result result = jf_desk_back_find(r->desk, r->arena, row->refund, &back, r->error);
    r->failed |= result == JF_STORE_FAILED;
    bool known = result == JF_STORE_OK && jf_str_eq(back.payment, row->charge);
    if (known && back.state == JF_BACK_SENT) {
        compare(r, row, back.amount);
    } else if (known && back.state != JF_BACK_REFUSED) {
        note(r, JF_DIFFERENCE_PENDING, row, &row->amount, NULL);
    } else if (jf_str_eq(row->refund, row->charge) && payment_of(r, row->charge, &p) &&
               (p.state == JF_PAYMENT_RETURNED || p.state == JF_PAYMENT_RETURNING)) {
        if (p.state == JF_PAYMENT_RETURNED)
            compare(r, row, p.cash);
        else
            note(r, JF_DIFFERENCE_PENDING, row, &row->amount, NULL);
    } else {
        note(r, JF_DIFFERENCE_MISSING_IN_BOOKS, row, &row->amount, NULL);
    }
}

/* --- both ------------------------------------------------------------------------------------- */

static int str_compare(jf_str a, jf_str b)
{
    int order = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int by_id(const void *a, const void *b)
{
    const jf_desk_money *x = a, *y = b;
    int order = str_compare(x->charge, y->charge);
    return order ? order : str_compare(x->refund, y->refund);
}

static bool has(const rows *sorted, const jf_desk_money *row)
{
    uint32_t low = 0, high = sorted->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = by_id(&sorted->list[middle], row);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void judge(reconciling *r, rows *bill, const rows *books, jf_instant from, jf_instant to)
{
    for (uint32_t i = 0; i < bill->count; i++) {
        const jf_desk_money *row = &bill->list[i];
        if (row->at.us < from.us || row->at.us >= to.us)
            continue;
        sum_add(&r->out->bill, row);
        if (row->refund.n > 0)
            judge_refund(r, row);
        else
            judge_paid(r, row);
    }
    jf_sort(bill->list, bill->count, sizeof *bill->list, by_id);
    for (uint32_t i = 0; i < books->count; i++) {
        const jf_desk_money *row = &books->list[i];
        sum_add(&r->out->books, row);
        if (!has(bill, row))
            note(r, JF_DIFFERENCE_MISSING_IN_BILL, row, NULL, &row->amount);
    }
}

jf_store_result jf_reconcile(jf_reconciliation *out, jf_arena *arena, jf_reader *reader,
                             jf_desk *desk, jf_channel *channel, jf_instant from, jf_instant to,
                             jf_store_error *error)
{
    rows bill = {.arena = arena}, books = {.arena = arena};
    reconciling r = {.out = out, .arena = arena, .reader = reader, .desk = desk, .error = error};
    const jf_instant before = {from.us - MARGIN_US}, behind = {to.us + MARGIN_US};
    *out = (jf_reconciliation){.count = 0};
    if (channel->ops->bill(channel, before, behind, take, &bill, error) != JF_STORE_OK ||
        jf_desk_money_scan(desk, from, to, take, &books, error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    judge(&r, &bill, &books, from, to);
    return r.failed ? JF_STORE_FAILED : jf_reader_result(reader, error);
}

jf_store_result jf_reconcile_rows(jf_arena *arena, jf_desk *desk, jf_channel *bill_of,
                                  jf_instant from, jf_instant to, jf_desk_money **list,
                                  uint32_t *count, jf_store_error *error)
{
    rows found = {.arena = arena};
    jf_store_result result = bill_of ? bill_of->ops->bill(bill_of, from, to, take, &found, error)
                                     : jf_desk_money_scan(desk, from, to, take, &found, error);
    *list = found.list;
    *count = found.count;
    return result;
}

/* --- JSON ------------------------------------------------------------------------------------ */

void jf_difference_json(jf_jw *w, const jf_difference *d)
{
    static const struct {
        const char *wire, *en, *zh;
    } kinds[JF_DIFFERENCE_KINDS] = {
#define JF_DIFFERENCE(NAME, wire, en, zh) [JF_DIFFERENCE_##NAME] = {wire, en, zh},
#include "app/reconcile.def"
#undef JF_DIFFERENCE
    };
    JF_ASSERT(d->kind < JF_DIFFERENCE_KINDS);
    jf_jw_open(w, NULL, '{');
    jf_jw_c(w, "kind", kinds[d->kind].wire);
    jf_jw_str(w, "id", d->id);
    jf_jw_str(w, "payment", d->payment);
    if (d->in_bill)
        jf_jw_decimal(w, "bill", d->bill, 2);
    if (d->in_books)
        jf_jw_decimal(w, "books", d->books, 2);
    jf_jw_c(w, "action", kinds[d->kind].en);
    jf_jw_c(w, "zh", kinds[d->kind].zh);
    jf_jw_close(w, '}');
}
