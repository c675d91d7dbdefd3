/*
 * QR codes: plates that a shop hangs up, charges that ask for an amount, the
 * code that a member shows, reading any of them, and their picture.
 *
 * A code leads to a shop or a member, and whoever reads it sees them as the
 * books have them now: those handlers go through the writer's queue for
 * shop.get, and finish when it has answered.
 */
#include <string.h>

#include "app/people.h"
#include "app/permit.h"
#include "app/qr.h"
#include "app/qr_picture.h"
#include "base/check.h"
#include "server/codes.h"
#include "server/state.h"

#define SECOND INT64_C(1000000)
#define CHARGE_MINUTES 5
#define CHARGE_MINUTES_MAX 60

static jf_instant now_of(const jf_exchange *x)
{
    return x->server->options.clock();
}

/* The key that signs codes; false when the desk failed, and answered so. */
static bool key_get(jf_exchange *x, uint8_t key[JF_QR_KEY_SIZE])
{
    jf_store_error error;
    if (jf_desk_secret(jf_exchange_desk(x), "qr", key, &error) == JF_STORE_OK)
        return true;
    jf_answer_problem(x, JF_P_DESK, "no code can be made or read");
    return false;
}

static void code_json(jf_jw *w, const uint8_t key[JF_QR_KEY_SIZE], const jf_qr *qr)
{
    char space[256];
    jf_buf text = {space, 0, sizeof space, NULL};
    jf_qr_print(key, qr, &text);
    jf_jw_str(w, "code", jf_buf_view(&text));
}

static void reply_begin(jf_exchange *x, jf_jw *w, jf_buf *out)
{
    jf_buf_init(out, &x->arena);
    jf_jw_init(w, out);
    jf_jw_open(w, NULL, '{');
}

static void reply_end(jf_exchange *x, jf_jw *w, jf_buf *out)
{
    jf_jw_close(w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(out));
}

void jf_shop_ask(jf_exchange *x, jf_str shop, void (*finish)(jf_exchange *x))
{
    jf_buf line;
    jf_jw w;
    jf_buf_init(&line, &x->arena);
    jf_jw_init(&w, &line);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "cmd", "shop.get");
    jf_jw_str(&w, "shop", shop);
    jf_jw_close(&w, '}');
    jf_exchange_wait(x, jf_buf_view(&line), finish);
}

/* --- plates --------------------------------------------------------------------------------- */

static void plate_json(jf_jw *w, const uint8_t key[JF_QR_KEY_SIZE], const jf_desk_plate *plate)
{
    jf_qr qr = {.kind = JF_QR_PLATE, .plate = plate->no};
    jf_jw_int(w, "plate", plate->no);
    jf_jw_str(w, "shop", plate->shop);
    jf_jw_instant(w, "bound", plate->bound);
    code_json(w, key, &qr);
}

static void plate_answer(jf_exchange *x, const jf_desk_plate *plate)
{
    jf_jw w;
    jf_buf out;
    uint8_t key[JF_QR_KEY_SIZE];
    if (!key_get(x, key))
        return;
    reply_begin(x, &w, &out);
    plate_json(&w, key, plate);
    reply_end(x, &w, &out);
}

static void finish_plate_make(jf_exchange *x)
{
    jf_str terms;
    jf_store_error error;
    jf_instant now = now_of(x);
    jf_desk_plate plate = {.shop = x->params[0], .made = now, .bound = now};
    if (!jf_exchange_result(x, &terms) || !jf_exchange_note(x, "plate.make", plate.shop, "sent"))
        return;
    if (jf_desk_plate_add(jf_exchange_desk(x), &plate, &error) == JF_STORE_OK)
        plate_answer(x, &plate);
    else
        jf_answer_problem(x, JF_P_DESK, "no plate was made");
}

void jf_handle_plate_make(jf_exchange *x)
{
    jf_json *body;
    if (jf_exchange_fields(x, &body))
        jf_shop_ask(x, x->params[0], finish_plate_make);
}

/* A plate that is to stand for another shop. */
typedef struct binding {
    uint32_t param; /* of the path, that names the plate */
    jf_str from;    /* where it is; empty: wherever that is */
    jf_str to;
} binding;

static void finish_plate_bind(jf_exchange *x)
{
    jf_str terms;
    jf_store_error error;
    uint64_t number;
    const binding *b = x->own;
    jf_str named = x->params[b->param];
    jf_number_parse(named, &number); /* there is no plate 0 */
    jf_desk_plate plate = {.no = (int64_t)number, .shop = b->to, .bound = now_of(x)};
    if (!jf_exchange_result(x, &terms) || !jf_exchange_note(x, "plate.bind", named, "sent"))
        return;
    jf_store_result result =
        jf_desk_plate_bind(jf_exchange_desk(x), plate.no, b->from, plate.shop, plate.bound, &error);
    if (result == JF_STORE_OK)
        plate_answer(x, &plate);
    else if (result == JF_STORE_NONE)
        jf_answer_refusal(x, JF_E_NOT_FOUND, x->param_names[b->param],
                          JF_STR("there is no such plate"));
    else
        jf_answer_problem(x, JF_P_DESK, "the plate stays where it was");
}

/* The binding that a request asks for; NULL when the body is not right, and answered so. */
static binding *binding_read(jf_exchange *x, uint32_t param)
{
    jf_json *body;
    if (!jf_exchange_fields(x, &body))
        return NULL;
    binding *b = JF_NEW(&x->arena, binding);
    b->param = param;
    b->to = jf_json_get(body, JF_STR("shop"))->text;
    x->own = b;
    return b;
}

void jf_handle_plate_bind(jf_exchange *x)
{
    const binding *b = binding_read(x, 0);
    if (b)
        jf_shop_ask(x, b->to, finish_plate_bind);
}

static jf_str shop_to(const void *context, jf_str field)
{
    JF_ASSERT(jf_str_eq(field, JF_STR("shop")));
    return ((const binding *)context)->to;
}

/* From a shop of one's own to another: the route's roles are looked at for the other one too. */
void jf_handle_plate_move(jf_exchange *x)
{
    binding *b = binding_read(x, 1);
    if (!b)
        return;
    b->from = x->params[0];
    if (jf_permit_read(&x->caller, x->route->who, shop_to, b))
        jf_shop_ask(x, b->to, finish_plate_bind);
    else
        jf_answer_problem(x, JF_P_FORBIDDEN, "the caller does not manage that shop");
}

typedef struct plates {
    jf_jw w;
    uint8_t key[JF_QR_KEY_SIZE];
} plates;

static bool plate_row(void *context, const jf_desk_plate *plate)
{
    plates *p = context;
    jf_jw_open(&p->w, NULL, '{');
    plate_json(&p->w, p->key, plate);
    jf_jw_close(&p->w, '}');
    return true;
}

jf_store_result jf_read_plates(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    plates p;
    (void)store;
    if (jf_desk_secret(jf_exchange_desk(x), "qr", p.key, error) != JF_STORE_OK)
        return JF_STORE_FAILED;
    jf_jw_init(&p.w, &x->found);
    jf_jw_open(&p.w, NULL, '{');
    jf_jw_open(&p.w, "rows", '[');
    jf_store_result result =
        jf_desk_plate_scan(jf_exchange_desk(x), x->params[0], plate_row, &p, error);
    jf_jw_close(&p.w, ']');
    jf_jw_close(&p.w, '}');
    return result;
}

/* --- charges and members ---------------------------------------------------------------- */

/* A code whose time ends, as an answer. */
static void timed_answer(jf_exchange *x, const jf_qr *qr)
{
    jf_jw w;
    jf_buf out;
    uint8_t key[JF_QR_KEY_SIZE];
    if (!key_get(x, key))
        return;
    reply_begin(x, &w, &out);
    if (qr->kind == JF_QR_CHARGE)
        jf_jw_int(&w, "charge", qr->charge);
    code_json(&w, key, qr);
    jf_jw_instant(&w, "until", qr->until);
    reply_end(x, &w, &out);
}

/* The shop is there: the charge gets its number. */
static void finish_charge(jf_exchange *x)
{
    jf_str terms;
    jf_store_error error;
    jf_qr *qr = x->own;
    if (!jf_exchange_result(x, &terms))
        return;
    jf_desk_shop_charge charge = {.shop = qr->id, .amount = qr->amount, .until = qr->until};
    if (jf_desk_shop_charge_add(jf_exchange_desk(x), &charge, &error) != JF_STORE_OK) {
        jf_answer_problem(x, JF_P_DESK, "nothing was asked for");
        return;
    }
    qr->charge = charge.no;
    timed_answer(x, qr);
}

void jf_handle_charge(jf_exchange *x)
{
    jf_json *body;
    if (!jf_exchange_fields(x, &body))
        return;
    const jf_json *minutes = jf_json_get(body, JF_STR("minutes"));
    int64_t last = minutes ? minutes->integer : CHARGE_MINUTES;
    if (last > CHARGE_MINUTES_MAX) {
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("minutes"), JF_STR("expected at most 60"));
        return;
    }
    jf_qr *qr = JF_NEW(&x->arena, jf_qr);
    *qr = (jf_qr){.kind = JF_QR_CHARGE,
                  .id = x->params[0],
                  .until = {(now_of(x).us / SECOND + 60 * last) * SECOND}};
    jf_decimal_parse(jf_json_get(body, JF_STR("amount"))->text, 2, &qr->amount);
    x->own = qr;
    jf_shop_ask(x, qr->id, finish_charge);
}

void jf_handle_member_code(jf_exchange *x)
{
    jf_qr qr = jf_qr_of_member(x->params[0], now_of(x));
    timed_answer(x, &qr);
}

/* It stays good: what is printed on a poster cannot be changed every year. */
void jf_handle_invitation(jf_exchange *x)
{
    jf_jw w;
    jf_buf out;
    uint8_t key[JF_QR_KEY_SIZE];
    jf_qr qr = {.kind = JF_QR_INVITATION, .id = x->params[0]};
    if (!key_get(x, key))
        return;
    reply_begin(x, &w, &out);
    code_json(&w, key, &qr);
    reply_end(x, &w, &out);
}

/* --- reading ------------------------------------------------------------------------------ */

/* What was read; the shop's terms follow, where it leads to a shop. */
static void read_answer(jf_exchange *x, const jf_qr *qr, jf_str terms)
{
    jf_jw w;
    jf_buf out;
    reply_begin(x, &w, &out);
    jf_jw_c(&w, "kind", jf_qr_kind_wire(qr->kind));
    jf_jw_str(&w, jf_qr_of_shop(qr->kind) ? "shop" : "member", qr->id);
    if (qr->kind == JF_QR_PLATE)
        jf_jw_int(&w, "plate", qr->plate);
    if (qr->kind == JF_QR_CHARGE)
        jf_jw_decimal(&w, "amount", qr->amount, 2);
    if (qr->until.us)
        jf_jw_instant(&w, "until", qr->until);
    if (terms.n > 0)
        jf_jw_raw(&w, "terms", terms);
    reply_end(x, &w, &out);
}

static void finish_read_code(jf_exchange *x)
{
    jf_str terms;
    if (jf_exchange_result(x, &terms))
        read_answer(x, x->own, terms);
}

/* The shop that a plate stands for now. */
static bool plate_find(jf_exchange *x, const char *field, jf_qr *qr)
{
    jf_desk_plate plate;
    jf_store_error error;
    jf_store_result result =
        jf_desk_plate_find(jf_exchange_desk(x), &x->arena, qr->plate, &plate, &error);
    if (result == JF_STORE_OK)
        qr->id = plate.shop;
    else if (result == JF_STORE_NONE)
        jf_answer_refusal(x, JF_E_NOT_FOUND, jf_str_of(field), JF_STR("there is no such plate"));
    else
        jf_answer_problem(x, JF_P_DESK, "the plate cannot be looked up");
    return result == JF_STORE_OK;
}

/* Who a member is, is for those who serve them. */
static bool may_read_members(const jf_exchange *x)
{
    for (uint32_t i = 0; i < x->caller.grant_count; i++)
        if (jf_role_scope(x->caller.grants[i].role) != JF_SCOPE_MEMBER)
            return true;
    return false;
}

bool jf_code_find(jf_exchange *x, const char *field, jf_str code, jf_qr *qr)
{
    uint8_t key[JF_QR_KEY_SIZE];
    if (!key_get(x, key))
        return false;
    switch (jf_qr_read(key, code, now_of(x), qr)) {
    case JF_QR_OK:
        return qr->kind != JF_QR_PLATE || plate_find(x, field, qr);
    case JF_QR_FOREIGN:
        jf_answer_refusal(x, JF_E_NOT_FOUND, jf_str_of(field), JF_STR("this is no code of ours"));
        break;
    case JF_QR_OVER:
        jf_answer_refusal(x, JF_E_STATE_CONFLICT, jf_str_of(field),
                          JF_STR("its time is over; ask for a new one"));
        break;
    }
    return false;
}

void jf_handle_code_read(jf_exchange *x)
{
    jf_json *body;
    jf_qr *qr = JF_NEW(&x->arena, jf_qr);
    if (!jf_exchange_fields(x, &body) ||
        !jf_code_find(x, "code", jf_json_get(body, JF_STR("code"))->text, qr))
        return;
    x->own = qr;
    if (jf_qr_of_shop(qr->kind))
        jf_shop_ask(x, qr->id, finish_read_code);
    else if (qr->kind == JF_QR_INVITATION || may_read_members(x))
        read_answer(x, qr, JF_STR_NONE);
    else
        jf_answer_problem(x, JF_P_FORBIDDEN, "a member's code is for shops");
}

void jf_handle_code_picture(jf_exchange *x)
{
    jf_json *body;
    jf_buf svg;
    if (!jf_exchange_fields(x, &body))
        return;
    jf_buf_init(&svg, &x->arena);
    if (jf_qr_picture(jf_json_get(body, JF_STR("code"))->text, &svg))
        jf_answer_text(x, x->route->success, "image/svg+xml", jf_buf_view(&svg));
    else
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("code"), JF_STR("expected 1 to 1000 bytes"));
}
