/*
 * Where a charge stands: what a till that shows its code waits for. It is paid when an
 * order is in the books that was paid by this code, and by no other.
 */
#include "app/cashier.h"
#include "app/people.h"
#include "server/state.h"

/* Between the halves of a request; in its arena. */
typedef struct standing {
    jf_desk_shop_charge charge;
    jf_desk_payment payment;
    bool begun; /* there is a payment */
} standing;

/* Whatever the channel knows by now of the payment that is furthest. */
static jf_store_result look(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    uint64_t number;
    standing *s = x->own;
    jf_desk *desk = jf_exchange_desk(x);
    (void)store;
    jf_number_parse(x->params[1], &number); /* there is no charge 0 */
    jf_store_result result =
        jf_desk_shop_charge_find(desk, &x->arena, (int64_t)number, &s->charge, error);
    if (result != JF_STORE_OK)
        return result;
    result = jf_desk_payment_of_charge(desk, &x->arena, s->charge.no, &s->payment, error);
    s->begun = result == JF_STORE_OK;
    if (s->begun)
        result = jf_cashier_look(x->server->options.cashier, &x->arena, s->payment.id, &s->payment,
                                 error);
    return result == JF_STORE_FAILED ? JF_STORE_FAILED : JF_STORE_OK;
}

/* Who began in time may end a little later. */
static const char *state_of(const jf_exchange *x, const standing *s)
{
    jf_payment_state state = s->payment.state;
    if (s->begun && state == JF_PAYMENT_DONE)
        return "paid";
    bool under_way = s->begun && (state == JF_PAYMENT_PENDING || state == JF_PAYMENT_PAID);
    bool over = x->server->options.clock().us >= s->charge.until.us;
    return under_way || !over ? "waiting" : "expired";
}

static void answer(jf_exchange *x, const standing *s)
{
    jf_jw w;
    jf_buf out;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_int(&w, "charge", s->charge.no);
    jf_jw_c(&w, "state", state_of(x, s));
    jf_jw_decimal(&w, "amount", s->charge.amount, 2);
    jf_jw_instant(&w, "until", s->charge.until);
    if (s->begun && s->payment.state == JF_PAYMENT_DONE) {
        jf_jw_str(&w, "order", s->payment.id);
        jf_jw_str(&w, "member", s->payment.member);
        jf_jw_instant(&w, "paid", s->payment.paid);
    }
    jf_jw_close(&w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

/* A charge of another shop is none. */
static void finish(jf_exchange *x)
{
    const standing *s = x->own;
    if (x->lookup.result == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_CHANNEL, "ask again: nothing is lost, and nothing is paid twice");
    else if (x->lookup.result == JF_STORE_NONE || !jf_str_eq(s->charge.shop, x->params[0]))
        jf_answer_refusal(x, JF_E_NOT_FOUND, JF_STR("charge"), JF_STR("there is no such charge"));
    else
        answer(x, s);
}

void jf_handle_charge_get(jf_exchange *x)
{
    x->own = JF_NEW(&x->arena, standing);
    jf_exchange_look_up(x, look, finish);
}
