/*
 * Scan and pay: a member starts a payment, follows it, and (in the sandbox) plays
 * the payer. The cashier does the rest, in a lookup's thread, for a channel may
 * take its time.
 */
#include <string.h>

#include "app/cashier.h"
#include "app/people.h"
#include "app/qr.h"
#include "base/check.h"
#include "base/id.h"
#include "server/codes.h"
#include "server/desk_page.h"
#include "server/state.h"

/* Between the halves of a request; in its arena. */
typedef struct paying {
    jf_desk_payment wanted, payment;
    jf_play play;  /* of the sandbox's payer */
    bool was_paid; /* the charge, by another payment */
} paying;

void jf_payment_members(jf_jw *w, const jf_desk_payment *p)
{
    jf_jw_str(w, "payment", p->id);
    jf_jw_c(w, "state", jf_payment_state_wire(p->state));
    jf_jw_str(w, "shop", p->shop);
    jf_jw_decimal(w, "amount", p->amount, 2);
    jf_jw_decimal(w, "voucher", p->voucher, 2);
    jf_jw_decimal(w, "credit", p->credit, 2);
    jf_jw_decimal(w, "cash", p->cash, 2);
}

static void payment_json(jf_jw *w, const jf_desk_payment *p)
{
    jf_payment_members(w, p);
    jf_jw_instant(w, "until", p->until);
    if (p->reason.n > 0)
        jf_jw_str(w, "reason", p->reason);
    if (p->charge > 0)
        jf_jw_int(w, "charge", p->charge);
}

static void payment_answer(jf_exchange *x, const jf_desk_payment *p)
{
    jf_jw w;
    jf_buf out;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    payment_json(&w, p);
    jf_jw_close(&w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

/* A payment of somebody else is none. */
static bool is_own(const jf_exchange *x, const jf_desk_payment *p)
{
    return jf_str_eq(p->member, x->params[0]);
}

static void finish_payment(jf_exchange *x)
{
    const paying *p = x->own;
    if (x->lookup.result == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_CHANNEL, "ask again: nothing is lost, and nothing is paid twice");
    else if (x->lookup.result == JF_STORE_NONE || !is_own(x, &p->payment))
        jf_answer_refusal(x, JF_E_NOT_FOUND, JF_STR("payment"), JF_STR("there is no such payment"));
    else
        payment_answer(x, &p->payment);
}

/* --- starting ----------------------------------------------------------------------------- */

/* A charge that somebody has paid is not paid again; who has may ask again what came of it. */
static jf_store_result charge_look(jf_exchange *x, paying *p, jf_store_error *error)
{
    jf_desk *desk = jf_exchange_desk(x);
    if (p->wanted.charge == 0)
        return JF_STORE_OK;
    jf_store_result result =
        jf_desk_payment_of_charge(desk, &x->arena, p->wanted.charge, &p->payment, error);
    bool paid = p->payment.state == JF_PAYMENT_PAID || p->payment.state == JF_PAYMENT_DONE;
    p->was_paid = result == JF_STORE_OK && paid && !jf_str_eq(p->payment.id, p->wanted.id);
    return result;
}

static jf_store_result look_start(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    paying *p = x->own;
    (void)store;
    jf_store_result result = charge_look(x, p, error);
    if (result == JF_STORE_FAILED || p->was_paid)
        return result;
    p->payment = p->wanted;
    return jf_cashier_start(x->server->options.cashier, &x->arena, &p->payment, error);
}

/* The id was used: for the same, it is the same answer; for anything else a conflict. */
static bool same_payment(const jf_desk_payment *a, const jf_desk_payment *b)
{
    return jf_str_eq(a->member, b->member) && jf_str_eq(a->shop, b->shop) &&
           a->amount == b->amount && a->voucher == b->voucher && a->credit == b->credit &&
           a->scan == b->scan && a->charge == b->charge;
}

static void finish_start(jf_exchange *x)
{
    paying *p = x->own;
    if (p->was_paid) {
        jf_answer_refusal(x, JF_E_STATE_CONFLICT, JF_STR("code"),
                          JF_STR("it was paid; ask for a new one"));
        return;
    }
    if (x->lookup.result == JF_STORE_NONE && !same_payment(&p->wanted, &p->payment)) {
        jf_answer_refusal(x, JF_E_ID_CONFLICT, JF_STR("id"),
                          JF_STR("it was used before with other content; expected a new id"));
        return;
    }
    if (x->lookup.result == JF_STORE_NONE)
        x->lookup.result = JF_STORE_OK;
    finish_payment(x);
}

/* The shop is there: on to the cashier. */
static void finish_shop(jf_exchange *x)
{
    jf_str terms;
    if (jf_exchange_result(x, &terms))
        jf_exchange_look_up(x, look_start, finish_start);
}

static bool refuse(jf_exchange *x, const char *field, const char *expected)
{
    jf_answer_refusal(x, JF_E_BAD_REQUEST, jf_str_of(field), jf_str_of(expected));
    return false;
}

static void amount_take(const jf_json *body, const char *name, int64_t *out)
{
    const jf_json *member = jf_json_get(body, jf_str_of(name));
    if (member)
        jf_decimal_parse(member->text, 2, out);
}

/* The shop, and with a charge the amount, come from the code that was scanned. */
static bool code_take(jf_exchange *x, const jf_json *code, jf_desk_payment *p)
{
    jf_qr qr;
    if (!jf_code_find(x, "code", code->text, &qr))
        return false;
    if (!jf_qr_of_shop(qr.kind))
        return refuse(x, "code", "expected the code of a shop");
    if (qr.kind == JF_QR_CHARGE && p->amount > 0)
        return refuse(x, "amount", "the charge says it; leave it out");
    if (qr.kind == JF_QR_CHARGE)
        p->amount = qr.amount;
    p->charge = qr.charge;
    p->shop = qr.id;
    p->scan = true;
    return true;
}

static bool payment_read(jf_exchange *x, const jf_json *body, jf_desk_payment *p)
{
    const jf_json *shop = jf_json_get(body, JF_STR("shop")), *code;
    code = jf_json_get(body, JF_STR("code"));
    *p = (jf_desk_payment){.id = jf_json_get(body, JF_STR("id"))->text, .member = x->params[0]};
    amount_take(body, "amount", &p->amount);
    amount_take(body, "voucher", &p->voucher);
    amount_take(body, "credit", &p->credit);
    if (!shop == !code)
        return refuse(x, "shop", "expected either a shop or a code");
    if (shop)
        p->shop = shop->text;
    else if (!code_take(x, code, p))
        return false;
    if (p->amount == 0)
        return refuse(x, "amount", "missing");
    if (p->voucher > p->amount)
        return refuse(x, "voucher", "expected at most the amount");
    if (p->credit > p->voucher)
        return refuse(x, "credit", "expected at most the vouchers");
    if (p->voucher < p->amount && !jf_cashier_channel(x->server->options.cashier)) {
        jf_answer_problem(x, JF_P_CHANNEL, "this server has no payment channel for cash");
        return false;
    }
    return true;
}

void jf_handle_payment(jf_exchange *x)
{
    jf_json *body;
    paying *p = JF_NEW(&x->arena, paying);
    if (!jf_exchange_fields(x, &body) || !payment_read(x, body, &p->wanted))
        return;
    x->own = p;
    jf_shop_ask(x, p->wanted.shop, finish_shop);
}

/* --- following, and playing ------------------------------------------------------------- */

static jf_store_result look(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    paying *p = x->own;
    (void)store;
    return jf_cashier_look(x->server->options.cashier, &x->arena, x->params[1], &p->payment, error);
}

void jf_handle_payment_get(jf_exchange *x)
{
    x->own = JF_NEW(&x->arena, paying);
    jf_exchange_look_up(x, look, finish_payment);
}

/* The payer acts, and the channel says so to us: which is a look. What cannot be done any more is
 * done again: a notification that comes twice. */
static jf_store_result look_play(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    paying *p = x->own;
    jf_channel *channel = jf_cashier_channel(x->server->options.cashier);
    jf_desk *desk = jf_exchange_desk(x);
    jf_store_result result =
        jf_desk_payment_find(desk, &x->arena, x->params[1], &p->payment, error);
    if (result != JF_STORE_OK || !is_own(x, &p->payment))
        return result;
    if (channel->ops->play(channel, x->params[1], p->play, error) == JF_STORE_FAILED)
        return JF_STORE_FAILED;
    return look(x, store, error);
}

static bool play_read(jf_str outcome, jf_play *play)
{
    static const char *const names[JF_PLAYS] = {
        [JF_PLAY_PAID] = "paid",         [JF_PLAY_FAILED] = "failed",
        [JF_PLAY_UNBILLED] = "unbilled", [JF_PLAY_MISBILLED] = "misbilled",
        [JF_PLAY_STRAY] = "stray",
    };
    for (int i = 0; i < JF_PLAYS; i++)
        if (jf_str_eq(outcome, jf_str_of(names[i]))) {
            *play = (jf_play)i;
            return true;
        }
    return false;
}

void jf_handle_payment_play(jf_exchange *x)
{
    jf_json *body;
    const jf_channel *channel = jf_cashier_channel(x->server->options.cashier);
    paying *p = JF_NEW(&x->arena, paying);
    if (!jf_exchange_fields(x, &body))
        return;
    jf_str outcome = jf_json_get(body, JF_STR("outcome"))->text;
    x->own = p;
    if (!play_read(outcome, &p->play))
        refuse(x, "outcome", "expected paid, failed, unbilled, misbilled or stray");
    else if (!channel || !channel->ops->play)
        jf_answer_problem(x, JF_P_CHANNEL, "only the sandbox can be told what the payer does");
    else
        jf_exchange_look_up(x, look_play, finish_payment);
}

/* --- lists -------------------------------------------------------------------------------- */

static bool payment_row(void *context, const jf_desk_payment *payment)
{
    jf_desk_page *p = context;
    if (!jf_desk_page_takes(p, payment->no))
        return false;
    jf_jw_open(&p->w, NULL, '{');
    jf_jw_int(&p->w, "no", payment->no);
    jf_jw_str(&p->w, "member", payment->member);
    jf_jw_instant(&p->w, "created", payment->created);
    if (payment->paid.us)
        jf_jw_instant(&p->w, "paid", payment->paid);
    payment_json(&p->w, payment);
    jf_jw_close(&p->w, '}');
    return true;
}

static jf_store_result payments_read(jf_exchange *x, jf_str member, jf_store_error *error)
{
    jf_desk_page page;
    jf_desk *desk = jf_exchange_desk(x);
    jf_desk_page_begin(&page, x);
    jf_store_result result =
        jf_desk_payment_scan(desk, member, (int64_t)x->query.before, payment_row, &page, error);
    jf_desk_page_end(&page);
    return result;
}

jf_store_result jf_read_member_payments(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    (void)store;
    return payments_read(x, x->params[0], error);
}

jf_store_result jf_read_payments(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_desk_page page;
    jf_desk_payment payment;
    jf_desk *desk = jf_exchange_desk(x);
    (void)store;
    if (x->query.id.n == 0)
        return payments_read(x, JF_STR_NONE, error);
    jf_desk_page_begin(&page, x);
    jf_store_result result = jf_desk_payment_find(desk, &x->arena, x->query.id, &payment, error);
    if (result == JF_STORE_OK)
        payment_row(&page, &payment);
    jf_desk_page_end(&page);
    return result == JF_STORE_NONE ? JF_STORE_OK : result;
}

/* --- refunds --------------------------------------------------------------------------------- */

/* Between the halves of a refund; what the handler keeps in x->own comes back behind it. */
typedef struct refunding {
    jf_desk_back back;
    jf_str answer;
    void *own;
    void (*finish)(jf_exchange *x);
} refunding;

static jf_store_result look_refund(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    refunding *r = x->own;
    (void)store;
    return jf_cashier_refund(x->server->options.cashier, &x->arena, &r->back, &r->answer, error);
}

static void finish_refund(jf_exchange *x)
{
    const refunding *r = x->own;
    if (x->lookup.result != JF_STORE_OK) {
        jf_answer_problem(x, JF_P_CHANNEL, "ask again with the same id");
        return;
    }
    x->own = r->own;
    jf_buf_init(&x->job.answers, &x->arena);
    jf_buf_str(&x->job.answers, r->answer);
    r->finish(x);
}

bool jf_refund_through_channel(jf_exchange *x, jf_str order, jf_str id, jf_str line,
                               void (*finish)(jf_exchange *x))
{
    jf_store_error error;
    jf_desk_payment payment;
    jf_desk *desk = jf_exchange_desk(x);
    jf_store_result found = jf_desk_payment_find(desk, &x->arena, order, &payment, &error);
    if (found == JF_STORE_NONE)
        return false;
    if (found == JF_STORE_FAILED) {
        jf_answer_problem(x, JF_P_DESK, "nothing was refunded");
        return true;
    }
    refunding *r = JF_NEW(&x->arena, refunding);
    r->back = (jf_desk_back){.id = id, .payment = payment.id, .command = line};
    r->own = x->own;
    r->finish = finish;
    x->own = r;
    jf_exchange_look_up(x, look_refund, finish_refund);
    return true;
}
