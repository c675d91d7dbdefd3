/*
 * A shop charges a member who shows their code: a payment like one that the member
 * starts, in cash, that the member sees among theirs. A code is good once; sent
 * again with the same id, the request is the same payment.
 */
#include "app/cashier.h"
#include "app/people.h"
#include "base/check.h"
#include "server/codes.h"
#include "server/state.h"

/* Between the halves of a request; in its arena. */
typedef struct collecting {
    jf_desk_payment wanted, payment;
    jf_str code;
    jf_instant until; /* of the code */
    bool used;        /* it was good for another payment */
} collecting;

static void collection_answer(jf_exchange *x, const jf_desk_payment *p)
{
    jf_jw w;
    jf_buf out;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_str(&w, "payment", p->id);
    jf_jw_str(&w, "member", p->member);
    jf_jw_c(&w, "state", jf_payment_state_wire(p->state));
    jf_jw_decimal(&w, "amount", p->amount, 2);
    jf_jw_instant(&w, "until", p->until);
    if (p->reason.n > 0)
        jf_jw_str(&w, "reason", p->reason);
    jf_jw_close(&w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

/* A payment at another shop is none. */
static void finish_collection(jf_exchange *x)
{
    const collecting *c = x->own;
    if (c->used)
        jf_answer_refusal(x, JF_E_STATE_CONFLICT, JF_STR("code"),
                          JF_STR("it was used; ask for the next one"));
    else if (x->lookup.result == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_CHANNEL, "ask again: nothing is lost, and nothing is paid twice");
    else if (x->lookup.result == JF_STORE_NONE || !jf_str_eq(c->payment.shop, x->params[0]))
        jf_answer_refusal(x, JF_E_NOT_FOUND, JF_STR("payment"), JF_STR("there is no such payment"));
    else
        collection_answer(x, &c->payment);
}

static jf_store_result look(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    collecting *c = x->own;
    (void)store;
    return jf_cashier_look(x->server->options.cashier, &x->arena, c->wanted.id, &c->payment, error);
}

void jf_handle_collection_get(jf_exchange *x)
{
    collecting *c = JF_NEW(&x->arena, collecting);
    c->wanted.id = x->params[1];
    x->own = c;
    jf_exchange_look_up(x, look, finish_collection);
}

/* --- starting ----------------------------------------------------------------------------- */

static jf_store_result look_start(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    collecting *c = x->own;
    (void)store;
    jf_store_result result = jf_desk_code_use(jf_exchange_desk(x), c->code, c->wanted.id, c->until,
                                              x->server->options.clock(), error);
    c->used = result == JF_STORE_NONE;
    if (result != JF_STORE_OK)
        return result;
    c->payment = c->wanted;
    result = jf_cashier_start(x->server->options.cashier, &x->arena, &c->payment, error);
    return result == JF_STORE_NONE ? JF_STORE_OK : result; /* known: started, and not answered */
}

/* The shop is there: on to the code and the cashier. */
static void finish_shop(jf_exchange *x)
{
    jf_str terms;
    if (jf_exchange_result(x, &terms))
        jf_exchange_look_up(x, look_start, finish_collection);
}

static bool code_take(jf_exchange *x, collecting *c)
{
    jf_qr qr;
    if (!jf_code_find(x, "code", c->code, &qr))
        return false;
    if (qr.kind != JF_QR_MEMBER) {
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("code"),
                          JF_STR("expected the code of a member"));
        return false;
    }
    c->wanted.member = qr.id;
    c->until = qr.until;
    return true;
}

/* The id was used: the same request gets the same payment, however old its code is by now. */
static bool known(jf_exchange *x, collecting *c)
{
    jf_store_error error;
    const jf_desk_payment *p = &c->payment;
    jf_store_result found =
        jf_desk_payment_find(jf_exchange_desk(x), &x->arena, c->wanted.id, &c->payment, &error);
    if (found == JF_STORE_NONE)
        return false;
    if (found == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_DESK, "nothing was started");
    else if (jf_str_eq(p->shop, c->wanted.shop) && p->amount == c->wanted.amount && p->voucher == 0)
        jf_exchange_look_up(x, look, finish_collection);
    else
        jf_answer_refusal(x, JF_E_ID_CONFLICT, JF_STR("id"),
                          JF_STR("it was used before with other content; expected a new id"));
    return true;
}

void jf_handle_collection(jf_exchange *x)
{
    jf_json *body;
    collecting *c = JF_NEW(&x->arena, collecting);
    if (!jf_exchange_fields(x, &body))
        return;
    c->code = jf_json_get(body, JF_STR("code"))->text;
    c->wanted = (jf_desk_payment){
        .id = jf_json_get(body, JF_STR("id"))->text, .shop = x->params[0], .scan = true};
    jf_decimal_parse(jf_json_get(body, JF_STR("amount"))->text, 2, &c->wanted.amount);
    x->own = c;
    if (!jf_cashier_channel(x->server->options.cashier))
        jf_answer_problem(x, JF_P_CHANNEL, "this server has no payment channel for cash");
    else if (!known(x, c) && code_take(x, c))
        jf_shop_ask(x, c->wanted.shop, finish_shop);
}
