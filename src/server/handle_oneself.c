/*
 * What people change of themselves: password and second factor. In a lookup's
 * thread, for a password takes a tenth of a second.
 */
#include <string.h>

#include "app/oneself.h"
#include "server/signed.h"
#include "server/state.h"

/* Between the two halves; in the exchange's arena. */
typedef struct changing {
    jf_oneself self;
    jf_str given; /* the new password, or the code */
    const char *field;
    char secret[JF_TOTP_TEXT_SIZE];
    jf_identity_result result;
} changing;

static jf_identity *people_of(const jf_exchange *x)
{
    return x->server->options.people;
}

static jf_store_result looked(jf_identity_result result, changing *c)
{
    c->result = result;
    return result == JF_IDENTITY_FAILED ? JF_STORE_FAILED : JF_STORE_OK;
}

static bool changed(jf_exchange *x)
{
    const changing *c = x->own;
    if (x->lookup.result == JF_STORE_OK)
        return jf_identity_answered(x, c->result, c->field, c->self.wait_s);
    jf_answer_problem(x, JF_P_DESK, "nothing was changed, or it is not in the trail");
    return false;
}

static void finish_changed(jf_exchange *x)
{
    if (changed(x))
        jf_answer_done(x);
}

/* The body is read, and somebody is there who may. NULL: refused. */
static changing *begin(jf_exchange *x, jf_json **body, const char *field)
{
    changing *c = JF_NEW(&x->arena, changing);
    if (!jf_person_asks(x, "a key has neither password nor second factor") ||
        !jf_exchange_fields(x, body))
        return NULL;
    c->self = (jf_oneself){.name = jf_str_of(x->caller.name),
                           .session = jf_exchange_session(x),
                           .now = x->server->options.clock()};
    c->field = field;
    x->own = c;
    return c;
}

static jf_store_result look_password(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    changing *c = x->own;
    (void)store;
    return looked(jf_oneself_password(people_of(x), &c->self, c->given, error), c);
}

void jf_handle_password(jf_exchange *x)
{
    jf_json *body;
    changing *c = begin(x, &body, "new");
    if (!c)
        return;
    c->self.password = jf_body_text(body, "old");
    c->given = jf_body_text(body, "new");
    jf_exchange_look_up(x, look_password, finish_changed);
}

static jf_store_result look_prepare(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    changing *c = x->own;
    (void)store;
    return looked(jf_oneself_totp_prepare(people_of(x), &c->self, c->secret, error), c);
}

static void finish_prepare(jf_exchange *x)
{
    jf_jw w;
    jf_buf out, uri;
    const changing *c = x->own;
    if (!changed(x))
        return;
    jf_buf_init(&out, &x->arena);
    jf_buf_init(&uri, &x->arena);
    jf_totp_uri(&uri, c->self.name, c->secret);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "secret", c->secret);
    jf_jw_str(&w, "uri", jf_buf_view(&uri));
    jf_jw_close(&w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

void jf_handle_totp_prepare(jf_exchange *x)
{
    jf_json *body;
    if (begin(x, &body, ""))
        jf_exchange_look_up(x, look_prepare, finish_prepare);
}

static jf_store_result look_begin(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    changing *c = x->own;
    (void)store;
    return looked(jf_oneself_totp_begin(people_of(x), &c->self, c->given, error), c);
}

static void finish_begin(jf_exchange *x)
{
    const changing *c = x->own;
    if (x->lookup.result == JF_STORE_OK && c->result == JF_IDENTITY_WRONG)
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("code"),
                          JF_STR("expected the six digits that the app shows now"));
    else
        finish_changed(x);
}

void jf_handle_totp_begin(jf_exchange *x)
{
    jf_json *body;
    changing *c = begin(x, &body, "code");
    if (!c)
        return;
    c->given = jf_body_text(body, "code");
    jf_exchange_look_up(x, look_begin, finish_begin);
}

static jf_store_result look_end(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    changing *c = x->own;
    (void)store;
    return looked(jf_oneself_totp_end(people_of(x), &c->self, error), c);
}

void jf_handle_totp_end(jf_exchange *x)
{
    jf_json *body;
    changing *c = begin(x, &body, "password");
    if (!c)
        return;
    c->self.password = jf_body_text(body, "password");
    jf_exchange_look_up(x, look_end, finish_changed);
}
