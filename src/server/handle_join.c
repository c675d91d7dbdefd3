/*
 * People who sign themselves up, where the server was started with --join; and what
 * an app needs to know before anybody has signed in.
 *
 * Three steps, each of which may be the last that happens: the desk takes the
 * person, the writer makes the member, the desk gives the role (app/join.h).
 */
#include <string.h>

#include "app/browse.h"
#include "app/join.h"
#include "base/check.h"
#include "server/codes.h"
#include "server/signed.h"
#include "server/state.h"

/* Between the steps; in the exchange's arena. */
typedef struct joining {
    jf_join join;
    jf_identity_result result;
    char token[JF_SESSION_TOKEN_SIZE];
} joining;

static jf_identity *people_of(const jf_exchange *x)
{
    return x->server->options.people;
}

static jf_store_result looked(joining *j, jf_identity_result result)
{
    j->result = result;
    return result == JF_IDENTITY_FAILED ? JF_STORE_FAILED : JF_STORE_OK;
}

/* Did the step on the desk go well? Else that is answered. */
static bool stepped(jf_exchange *x)
{
    const joining *j = x->own;
    const char *field = j->result == JF_IDENTITY_BAD_PASSWORD ? "password"
                        : j->result == JF_IDENTITY_STATE      ? "invitation"
                                                              : "name";
    if (x->lookup.result == JF_STORE_OK)
        return jf_identity_answered(x, j->result, field, j->join.wait_s);
    jf_answer_problem(x, JF_P_DESK, "send it again: what was done stays done");
    return false;
}

/* --- the role, and the session ------------------------------------------------------------ */

static jf_store_result look_end(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    joining *j = x->own;
    jf_credentials mine = {.name = j->join.name, .password = j->join.password};
    (void)store;
    jf_identity_result result = jf_join_end(people_of(x), &j->join, error);
    if (result == JF_IDENTITY_OK)
        result = jf_sign_in(people_of(x), &mine, j->join.now, j->token, &j->join.wait_s, error);
    return looked(j, result);
}

static void finish_end(jf_exchange *x)
{
    const joining *j = x->own;
    if (stepped(x))
        jf_session_answer(x, j->token);
}

/* --- the member in the books ---------------------------------------------------------------- */

static jf_store_result look_refused(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    joining *j = x->own;
    (void)store;
    return looked(j, jf_join_refused(people_of(x), j->join.name, error));
}

/* A member of that name is there already: for whoever joins, the name is taken. */
static void finish_refused(jf_exchange *x)
{
    jf_str result;
    if (x->job.code == JF_E_ID_CONFLICT || x->job.code == JF_E_EXISTS)
        (void)jf_identity_answered(x, JF_IDENTITY_TAKEN, "name", 0);
    else
        (void)jf_exchange_result(x, &result);
}

static void finish_member(jf_exchange *x)
{
    jf_str result;
    if (x->job.code == JF_OK)
        jf_exchange_look_up(x, look_end, finish_end);
    else if (x->job.code == JF_E_UNAVAILABLE)
        (void)jf_exchange_result(x, &result);
    else
        jf_exchange_look_up(x, look_refused, finish_refused);
}

/* --- the person ------------------------------------------------------------------------------ */

static jf_store_result look_begin(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    joining *j = x->own;
    (void)store;
    return looked(j, jf_join_begin(people_of(x), &x->arena, &j->join, error));
}

static void finish_begin(jf_exchange *x)
{
    const joining *j = x->own;
    if (!stepped(x))
        return;
    if (j->join.command.n > 0)
        jf_exchange_wait(x, j->join.command, finish_member);
    else
        jf_exchange_look_up(x, look_end, finish_end);
}

static bool refuse(jf_exchange *x, const char *field, const char *expected)
{
    jf_answer_refusal(x, JF_E_BAD_REQUEST, jf_str_of(field), jf_str_of(expected));
    return false;
}

static bool phone_fits(jf_str phone)
{
    uint32_t sign = phone.n > 0 && phone.p[0] == '+';
    for (uint32_t i = sign; i < phone.n; i++)
        if (phone.p[i] < '0' || phone.p[i] > '9')
            return false;
    return phone.n == 0 || (phone.n - sign >= 5 && phone.n - sign <= 20);
}

/* Who invited: the member of an invitation's code. */
static bool invitation_take(jf_exchange *x, const jf_json *body, jf_join *join)
{
    jf_qr qr;
    jf_str code = jf_body_text(body, "invitation");
    if (code.n == 0)
        return true;
    if (!jf_code_find(x, "invitation", code, &qr))
        return false;
    join->referrer = qr.id;
    return qr.kind == JF_QR_INVITATION || refuse(x, "invitation", "expected an invitation");
}

void jf_handle_join(jf_exchange *x)
{
    jf_json *body;
    joining *j = JF_NEW(&x->arena, joining);
    if (!x->server->options.joining) {
        jf_answer_problem(x, JF_P_FORBIDDEN, "here nobody joins by themselves");
        return;
    }
    if (!jf_exchange_fields(x, &body))
        return;
    j->join = (jf_join){.name = jf_body_text(body, "name"),
                        .password = jf_body_text(body, "password"),
                        .phone = jf_body_text(body, "phone"),
                        .region = jf_body_text(body, "region"),
                        .now = x->server->options.clock()};
    x->own = j;
    if (!phone_fits(j->join.phone))
        refuse(x, "phone", "expected 5 to 20 digits");
    else if (invitation_take(x, body, &j->join))
        jf_exchange_look_up(x, look_begin, finish_begin);
}

/* --- the site ------------------------------------------------------------------------------ */

static jf_store_result look_zone(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    return jf_browse_zone(store, &x->found, error);
}

static void finish_site(jf_exchange *x)
{
    jf_jw w;
    jf_buf out;
    const jf_server_options *options = &x->server->options;
    if (x->lookup.result != JF_STORE_OK) {
        jf_answer_problem(x, JF_P_READ, "`jifen audit` says more");
        return;
    }
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    if (options->site)
        jf_jw_c(&w, "name", options->site);
    jf_jw_bool(&w, "joining", options->joining);
    if (options->channel)
        jf_jw_c(&w, "channel", options->channel);
    if (x->found.n > 0)
        jf_jw_str(&w, "zone", jf_buf_view(&x->found));
    jf_jw_close(&w, '}');
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

void jf_handle_site(jf_exchange *x)
{
    jf_exchange_look_up(x, look_zone, finish_site);
}
