/*
 * After-sales: a member asks for a refund, the shop or the office decides, and a
 * shop refunds by itself; member and shop see before what it would do to what is
 * theirs. The refund is the rules' order.refund, and goes through the payment
 * channel when the order did.
 *
 * An ask's refund has an id and a time of its own (its number, its decision), so
 * however often it is approved, also after a crash, it is one refund. When the
 * rules refuse it, the ask is open again: also when the window has closed since
 * it was asked for, and then the office may approve it as an exception, `late`,
 * as it may refund any order (spec section 10).
 */
#include "app/people.h"
#include "app/permit.h"
#include "app/reader.h"
#include "base/check.h"
#include "server/codes.h"
#include "server/desk_page.h"
#include "server/office.h"
#include "server/state.h"

#define REASON_MAX 500

/* --- the order behind it ------------------------------------------------------------------- */

/* Between the halves of a request. */
typedef struct asking {
    jf_desk_ask ask, wanted;
    jf_str member, shop; /* of the order, once it is looked up; empty: there is none */
    int64_t left;        /* of its amount */
    jf_str id, at;       /* of a shop's own refund; at: when the id was used before */
    bool approves, late;
} asking;

static void order_take(asking *a, jf_arena *arena, jf_reader *r, jf_str id)
{
    const jf_order *order = jf_reader_order_named(r, id);
    const jf_party *buyer = order ? jf_reader_party_no(r, order->buyer) : NULL;
    const jf_party *shop = order ? jf_reader_party_no(r, order->shop) : NULL;
    if (!buyer || !shop)
        return;
    a->shop = jf_str_dup(arena, shop->id);
    if (buyer->kind == JF_PARTY_MEMBER)
        a->member = jf_str_dup(arena, buyer->id);
    a->left = order->amount.v - order->refunded.v;
}

/* When the refund's id was used before, and by what: the same again has the first one's time. */
static void first_take(asking *a, jf_arena *arena, jf_reader *r)
{
    jf_json *command;
    jf_str text = jf_reader_command(r, JF_CMD_ORDER_REFUND, a->id);
    if (text.n > 0 && jf_json_parse(arena, text, &command, NULL))
        a->at = jf_str_dup(arena, jf_json_get(command, JF_STR("at"))->text);
}

static jf_store_result look_order(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_reader r;
    asking *a = x->own;
    jf_reader_open(&r, store);
    order_take(a, &x->arena, &r, a->wanted.order);
    first_take(a, &x->arena, &r);
    jf_store_result result = jf_reader_result(&r, error);
    jf_reader_close(&r);
    return result;
}

/* An order of somebody else is none. */
static bool order_is(jf_exchange *x, jf_str whose, jf_str wanted)
{
    if (x->lookup.result != JF_STORE_OK)
        jf_answer_problem(x, JF_P_READ, "`jifen audit` says more");
    else if (whose.n == 0 || !jf_str_eq(whose, wanted))
        jf_answer_refusal(x, JF_E_NOT_FOUND, JF_STR("order"), JF_STR("there is no such order"));
    return x->status == 0;
}

/* --- asking ------------------------------------------------------------------------------- */

static void ask_answer(jf_exchange *x, const jf_desk_ask *ask, jf_str result)
{
    jf_jw w;
    jf_buf out;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_int(&w, "ask", ask->no);
    jf_jw_str(&w, "state", ask->state);
    if (result.n > 0)
        jf_jw_raw(&w, "result", result);
    jf_jw_close(&w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

static bool same_ask(const jf_desk_ask *a, const jf_desk_ask *b)
{
    return jf_str_eq(a->order, b->order) && a->amount == b->amount &&
           jf_str_eq(a->reason, b->reason);
}

static void finish_ask(jf_exchange *x)
{
    jf_store_error error;
    asking *a = x->own;
    if (!order_is(x, a->member, x->params[0]))
        return;
    a->wanted.shop = a->shop;
    a->ask = a->wanted;
    jf_store_result result = jf_desk_ask_add(jf_exchange_desk(x), &x->arena, &a->ask, &error);
    if (result == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_DESK, "nothing was asked for");
    else if (!same_ask(&a->ask, &a->wanted))
        jf_answer_refusal(x, JF_E_ID_CONFLICT, JF_STR("id"),
                          JF_STR("it was used before with other content; expected a new id"));
    else
        ask_answer(x, &a->ask, JF_STR_NONE);
}

void jf_handle_refund_ask(jf_exchange *x)
{
    jf_json *body;
    asking *a = JF_NEW(&x->arena, asking);
    if (!jf_exchange_fields(x, &body))
        return;
    a->wanted = (jf_desk_ask){.id = jf_json_get(body, JF_STR("id"))->text,
                              .member = x->params[0],
                              .order = jf_json_get(body, JF_STR("order"))->text,
                              .reason = jf_json_get(body, JF_STR("reason"))->text,
                              .asked = x->server->options.clock()};
    jf_decimal_parse(jf_json_get(body, JF_STR("amount"))->text, 2, &a->wanted.amount);
    x->own = a;
    if (a->wanted.reason.n == 0 || a->wanted.reason.n > REASON_MAX)
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("reason"), JF_STR("expected 1 to 500 bytes"));
    else
        jf_exchange_look_up(x, look_order, finish_ask);
}

/* --- lists --------------------------------------------------------------------------------- */

static bool ask_row(void *context, const jf_desk_ask *ask)
{
    jf_desk_page *p = context;
    if (!jf_desk_page_takes(p, ask->no))
        return false;
    jf_jw_open(&p->w, NULL, '{');
    jf_jw_int(&p->w, "ask", ask->no);
    jf_jw_str(&p->w, "id", ask->id);
    jf_jw_str(&p->w, "member", ask->member);
    jf_jw_str(&p->w, "shop", ask->shop);
    jf_jw_str(&p->w, "order", ask->order);
    jf_jw_decimal(&p->w, "amount", ask->amount, 2);
    jf_jw_str(&p->w, "reason", ask->reason);
    jf_jw_str(&p->w, "state", ask->state);
    jf_jw_instant(&p->w, "asked", ask->asked);
    if (ask->decider.n > 0) {
        jf_jw_instant(&p->w, "decided", ask->decided);
        jf_jw_str(&p->w, "decider", ask->decider);
    }
    if (ask->outcome.n > 0)
        jf_jw_str(&p->w, "outcome", ask->outcome);
    if (ask->late)
        jf_jw_bool(&p->w, "late", true);
    jf_jw_close(&p->w, '}');
    return true;
}

static jf_store_result asks_read(jf_exchange *x, jf_str member, jf_str shop, jf_store_error *error)
{
    jf_desk_page page;
    jf_desk_page_begin(&page, x);
    jf_store_result result = jf_desk_ask_scan(jf_exchange_desk(x), member, shop,
                                              (int64_t)x->query.before, ask_row, &page, error);
    jf_desk_page_end(&page);
    return result;
}

jf_store_result jf_read_member_asks(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    (void)store;
    return asks_read(x, x->params[0], JF_STR_NONE, error);
}

jf_store_result jf_read_shop_asks(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    (void)store;
    return asks_read(x, JF_STR_NONE, x->params[0], error);
}

jf_store_result jf_read_asks(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    (void)store;
    return asks_read(x, JF_STR_NONE, JF_STR_NONE, error);
}

/* --- refunding ------------------------------------------------------------------------------ */

typedef struct refund {
    jf_str id, order;
    int64_t amount;
    jf_str at;
    bool late;
} refund;

static jf_str refund_line(jf_exchange *x, const refund *r)
{
    jf_jw w;
    jf_buf line;
    jf_buf_init(&line, &x->arena);
    jf_jw_init(&w, &line);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "cmd", "order.refund");
    jf_jw_str(&w, "id", r->id);
    jf_jw_str(&w, "order", r->order);
    jf_jw_decimal(&w, "amount", r->amount, 2);
    if (r->late)
        jf_jw_bool(&w, "late", true);
    jf_jw_str(&w, "at", r->at);
    jf_jw_close(&w, '}');
    return jf_buf_view(&line);
}

static jf_str instant_text(jf_exchange *x, jf_instant at)
{
    jf_buf text;
    jf_buf_init(&text, &x->arena);
    jf_instant_print(&text, at);
    return jf_buf_view(&text);
}

static void refund_send(jf_exchange *x, const refund *r, void (*finish)(jf_exchange *x))
{
    jf_str line = refund_line(x, r);
    if (!jf_refund_through_channel(x, r->order, r->id, line, finish))
        jf_exchange_wait(x, line, finish);
}

static void finish_shop_refund(jf_exchange *x)
{
    jf_str result;
    if (jf_exchange_result(x, &result))
        jf_answer_json(x, x->route->success, result);
}

static void finish_shop_order(jf_exchange *x)
{
    asking *a = x->own;
    if (!order_is(x, a->shop, x->params[0]) ||
        !jf_exchange_note(x, "order.refund", x->params[1], "sent"))
        return;
    jf_str at = a->at.n > 0 ? a->at : instant_text(x, x->server->options.clock());
    const refund r = {a->id, a->wanted.order, a->wanted.amount, at, false};
    refund_send(x, &r, finish_shop_refund);
}

void jf_handle_shop_refund(jf_exchange *x)
{
    jf_json *body;
    asking *a = JF_NEW(&x->arena, asking);
    if (!jf_exchange_fields(x, &body))
        return;
    a->id = jf_json_get(body, JF_STR("id"))->text;
    a->wanted.order = x->params[1];
    jf_decimal_parse(jf_json_get(body, JF_STR("amount"))->text, 2, &a->wanted.amount);
    x->own = a;
    jf_exchange_look_up(x, look_order, finish_shop_order);
}

/* --- trying ----------------------------------------------------------------------------------- */

/* One of the rows of `back`, without whose it is. */
static void back_row(jf_jw *w, const jf_json *row)
{
    jf_jw_open(w, NULL, '{');
    for (const jf_json *field = row->child; field; field = field->next) {
        if (jf_str_eq(field->key, JF_STR("kind")) || jf_str_eq(field->key, JF_STR("owner")))
            continue;
        jf_jw_key(w, field->key);
        if (field->type == JF_JSON_INTEGER)
            jf_jw_int(w, NULL, field->integer);
        else
            jf_jw_str(w, NULL, field->text);
    }
    jf_jw_close(w, '}');
}

/*
 * What the buyer gets, and of what would move only what is the asker's: whose reward an order
 * was, and how large, is not for the other side of it. The path says whose the answer is, by
 * the same words as the rows: `member` or `shop`.
 */
static void finish_try(jf_exchange *x)
{
    jf_jw w;
    jf_buf out;
    jf_str result;
    jf_json *quote;
    if (!jf_exchange_result(x, &result))
        return;
    bool read = jf_json_parse(&x->arena, result, &quote, NULL);
    JF_ASSERT(read);
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_str(&w, "cash", jf_json_get(quote, JF_STR("cash"))->text);
    jf_jw_str(&w, "voucher", jf_json_get(quote, JF_STR("voucher"))->text);
    jf_jw_open(&w, "back", '[');
    for (const jf_json *row = jf_json_get(quote, JF_STR("back"))->child; row; row = row->next)
        if (jf_str_eq(jf_json_get(row, JF_STR("kind"))->text, x->param_names[0]) &&
            jf_str_eq(jf_json_get(row, JF_STR("owner"))->text, x->params[0]))
            back_row(&w, row);
    jf_jw_close(&w, ']');
    jf_jw_close(&w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

static void finish_try_order(jf_exchange *x)
{
    const asking *a = x->own;
    bool of_shop = jf_str_eq(x->param_names[0], JF_STR("shop"));
    if (!order_is(x, of_shop ? a->shop : a->member, x->params[0]))
        return;
    const refund r = {JF_STR("quote"), a->wanted.order, a->wanted.amount,
                      instant_text(x, x->server->options.clock()), a->late};
    jf_exchange_wait(x, refund_line(x, &r), finish_try);
    x->job.tries = true;
}

void jf_handle_own_refund_quote(jf_exchange *x)
{
    jf_json *body;
    asking *a = JF_NEW(&x->arena, asking);
    if (!jf_exchange_fields(x, &body))
        return;
    const jf_json *late = jf_json_get(body, JF_STR("late"));
    a->late = late && late->type == JF_JSON_TRUE;
    a->wanted.order = x->params[1];
    jf_decimal_parse(jf_json_get(body, JF_STR("amount"))->text, 2, &a->wanted.amount);
    x->own = a;
    jf_exchange_look_up(x, look_order, finish_try_order);
}

/* --- deciding --------------------------------------------------------------------------------- */

/* "ok", or the code of the rules' refusal. */
static jf_str outcome_of(jf_exchange *x)
{
    jf_json *answer;
    bool read = jf_json_parse(&x->arena, jf_buf_view(&x->job.answers), &answer, NULL);
    JF_ASSERT(read);
    const jf_json *error = jf_json_get(answer, JF_STR("error"));
    return error ? jf_json_get(error, JF_STR("code"))->text : JF_STR("ok");
}

/* The rules have answered; what they said is kept beside the ask. */
static void finish_approved(jf_exchange *x)
{
    jf_str result;
    jf_store_error error;
    const asking *a = x->own;
    if (jf_desk_ask_outcome(jf_exchange_desk(x), a->ask.no, outcome_of(x), &error) ==
        JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_DESK, "decide it again: it is refunded once");
    else if (jf_exchange_result(x, &result))
        ask_answer(x, &a->ask, result);
}

static bool ask_find(jf_exchange *x, asking *a)
{
    uint64_t number;
    jf_store_error error;
    jf_number_parse(x->params[1], &number); /* there is no ask 0 */
    jf_store_result result =
        jf_desk_ask_find(jf_exchange_desk(x), &x->arena, (int64_t)number, &a->ask, &error);
    if (result == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_DESK, "nothing was decided");
    else if (result == JF_STORE_NONE || !jf_str_eq(a->ask.shop, x->params[0]))
        jf_answer_refusal(x, JF_E_NOT_FOUND, JF_STR("ask"), JF_STR("there is no such ask"));
    return x->status == 0;
}

/* Marks it, once; the trail knows first. What was decided the same before is decided again. */
static bool decide(jf_exchange *x, asking *a)
{
    jf_store_error error;
    jf_desk_ask marked = {.no = a->ask.no,
                          .state = a->approves ? JF_STR("approved") : JF_STR("rejected"),
                          .decided = x->server->options.clock(),
                          .decider = jf_exchange_who(x),
                          .late = a->late};
    if (!jf_exchange_note(x, a->approves ? "refund.approve" : "refund.reject", x->params[1],
                          "sent"))
        return false;
    if (jf_desk_ask_decide(jf_exchange_desk(x), &marked, &error) == JF_STORE_FAILED) {
        jf_answer_problem(x, JF_P_DESK, "nothing was decided");
        return false;
    }
    if (!ask_find(x, a))
        return false;
    if (jf_str_eq(a->ask.state, marked.state))
        return true;
    jf_answer_refusal(x, JF_E_STATE_CONFLICT, JF_STR("ask"), JF_STR("it was decided before"));
    return false;
}

/* An exception is for those who may refund any order, and who could make it there. */
static bool late_read(jf_exchange *x, const jf_json *body, asking *a)
{
    const jf_command refunds = {.kind = JF_CMD_ORDER_REFUND};
    const jf_json *late = jf_json_get(body, JF_STR("late"));
    a->late = late && late->type == JF_JSON_TRUE;
    if (a->late && !a->approves)
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("late"),
                          JF_STR("only what is approved can be late"));
    else if (a->late && jf_permit(&x->caller, &refunds, 0, 0) != JF_PERMIT_ALLOWED)
        jf_answer_problem(x, JF_P_FORBIDDEN, "only the office refunds after the window");
    return x->status == 0;
}

void jf_handle_ask_decide(jf_exchange *x)
{
    jf_json *body;
    asking *a = JF_NEW(&x->arena, asking);
    if (!jf_decision_read(x, &body, &a->approves) || !late_read(x, body, a) || !ask_find(x, a) ||
        !decide(x, a))
        return;
    x->own = a;
    if (!a->approves) {
        ask_answer(x, &a->ask, JF_STR_NONE);
        return;
    }
    jf_buf id;
    jf_buf_init(&id, &x->arena);
    jf_buf_c(&id, "refund-ask:");
    jf_buf_int(&id, a->ask.no);
    const refund r = {jf_buf_view(&id), a->ask.order, a->ask.amount,
                      instant_text(x, a->ask.decided), a->ask.late};
    refund_send(x, &r, finish_approved);
}
