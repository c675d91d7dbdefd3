/*
 * Signing in, who asks, and signing out.
 *
 * The cookie is 256 random bits that mean nothing outside the desk, so there is
 * nothing in it to sign (decision 19). It goes to no script and no other site;
 * Secure is added when the proxy in front says that it spoke TLS.
 */
#include <string.h>

#include "app/people.h"
#include "base/check.h"
#include "server/signed.h"
#include "server/state.h"

/* Between the two halves of signing in; in the exchange's arena. */
typedef struct signing_in {
    jf_credentials credentials;
    jf_identity_result result;
    char token[JF_SESSION_TOKEN_SIZE];
    int wait_s;
} signing_in;

static void cookie_set(jf_exchange *x, const char *token, bool ends)
{
    jf_buf text;
    jf_str proto = jf_exchange_header(x, "X-Forwarded-Proto");
    jf_buf_init(&text, &x->arena);
    jf_buf_c(&text, JF_SESSION_COOKIE "=");
    jf_buf_c(&text, token);
    jf_buf_c(&text, "; Path=/; HttpOnly; SameSite=Strict");
    if (jf_str_eq(proto, JF_STR("https")))
        jf_buf_c(&text, "; Secure");
    if (ends)
        jf_buf_c(&text, "; Max-Age=0");
    jf_buf_char(&text, '\0');
    x->cookie = text.p;
}

static jf_store_result look(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    signing_in *s = x->own;
    const jf_server_options *options = &x->server->options;
    (void)store;
    s->result =
        jf_sign_in(options->people, &s->credentials, options->clock(), s->token, &s->wait_s, error);
    return s->result == JF_IDENTITY_FAILED ? JF_STORE_FAILED : JF_STORE_OK;
}

void jf_grant_json(jf_jw *w, jf_str role, jf_str scope)
{
    jf_jw_open(w, NULL, '{');
    jf_jw_str(w, "role", role);
    if (scope.n > 0)
        jf_jw_str(w, "scope", scope);
    jf_jw_close(w, '}');
}

/* Is the caller's second factor on? False when the desk failed, which was answered. */
static bool factor_get(jf_exchange *x, const jf_caller *caller, bool *on)
{
    jf_store_error error;
    jf_desk_person person;
    jf_desk *desk = jf_exchange_desk(x);
    jf_store_result found =
        jf_desk_person_find(desk, &x->arena, jf_str_of(caller->name), &person, &error);
    *on = found == JF_STORE_OK && person.has_totp;
    if (found == JF_STORE_FAILED)
        jf_answer_problem(x, JF_P_DESK, "ask again who you are");
    return found != JF_STORE_FAILED;
}

static void caller_json(jf_exchange *x, const jf_caller *caller, jf_str session, int status)
{
    jf_jw w;
    jf_buf out;
    bool factor = false, person = caller->kind == JF_CALLER_PERSON;
    char csrf[JF_SESSION_TOKEN_SIZE];
    if (person && !factor_get(x, caller, &factor))
        return;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "kind", person ? "person" : "key");
    jf_jw_c(&w, "name", caller->name);
    jf_jw_open(&w, "roles", '[');
    for (uint32_t i = 0; i < caller->grant_count; i++) {
        const jf_grant *grant = &caller->grants[i];
        jf_grant_json(&w, jf_str_of(jf_role_wire(grant->role)), jf_str_of(grant->scope));
    }
    jf_jw_close(&w, ']');
    if (person) {
        jf_jw_bool(&w, "totp", factor);
        jf_session_csrf(session, csrf);
        jf_jw_c(&w, "csrf", csrf);
    }
    jf_jw_close(&w, '}');
    jf_answer_json(x, status, jf_buf_view(&out));
}

void jf_session_answer(jf_exchange *x, const char *token)
{
    const jf_server_options *options = &x->server->options;
    jf_str text = jf_str_of(token);
    if (jf_session_find(options->people, text, options->clock(), &x->caller) != JF_IDENTITY_OK) {
        jf_answer_problem(x, JF_P_UNAUTHORIZED, "the session ended at once; sign in again");
        return;
    }
    cookie_set(x, token, false);
    caller_json(x, &x->caller, text, x->route->success);
}

static void finish(jf_exchange *x)
{
    signing_in *s = x->own;
    if (x->lookup.result != JF_STORE_OK)
        jf_answer_problem(x, JF_P_DESK, "nobody was signed in");
    else if (s->result == JF_IDENTITY_OK)
        jf_session_answer(x, s->token);
    else if (s->result == JF_IDENTITY_CODE)
        jf_answer_problem(x, JF_P_CODE, "send `code` too");
    else if (s->result == JF_IDENTITY_LOCKED) {
        x->retry_after = s->wait_s;
        jf_answer_problem(x, JF_P_LOCKED, "see the header Retry-After");
    } else {
        jf_answer_problem(x, JF_P_SIGN_IN, "");
    }
}

jf_str jf_body_text(const jf_json *body, const char *name)
{
    const jf_json *member = jf_json_get(body, jf_str_of(name));
    return member ? member->text : JF_STR_NONE;
}

bool jf_person_asks(jf_exchange *x, const char *expected)
{
    if (x->caller.kind == JF_CALLER_PERSON)
        return true;
    jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR_NONE, jf_str_of(expected));
    return false;
}

void jf_answer_done(jf_exchange *x)
{
    jf_answer_json(x, x->route->success, JF_STR("{}"));
}

/* What the rules call such a refusal. */
static jf_code code_of(jf_identity_result result)
{
    switch (result) {
    case JF_IDENTITY_NOT_FOUND:
    case JF_IDENTITY_NO_PARTY:
        return JF_E_NOT_FOUND;
    case JF_IDENTITY_TAKEN:
        return JF_E_EXISTS;
    case JF_IDENTITY_TOO_MANY:
    case JF_IDENTITY_STATE:
        return JF_E_STATE_CONFLICT;
    default:
        return JF_E_BAD_REQUEST;
    }
}

bool jf_identity_answered(jf_exchange *x, jf_identity_result result, const char *field, int wait_s)
{
    const jf_identity *people = x->server->options.people;
    if (result == JF_IDENTITY_OK)
        return true;
    if (result == JF_IDENTITY_FAILED) {
        jf_answer_problem(x, JF_P_DESK, "nothing was changed");
    } else if (result == JF_IDENTITY_WRONG || result == JF_IDENTITY_CODE) {
        jf_answer_problem(x, JF_P_WRONG_PASSWORD, "");
    } else if (result == JF_IDENTITY_TWO) {
        jf_answer_problem(x, JF_P_FORBIDDEN, jf_identity_text(people, result));
    } else if (result == JF_IDENTITY_LOCKED) {
        x->retry_after = wait_s;
        jf_answer_problem(x, JF_P_LOCKED, "see the header Retry-After");
    } else {
        jf_answer_refusal(x, code_of(result), jf_str_of(field),
                          jf_str_of(jf_identity_text(people, result)));
    }
    return false;
}

void jf_handle_sign_in(jf_exchange *x)
{
    jf_json *body;
    signing_in *s = JF_NEW(&x->arena, signing_in);
    if (!jf_exchange_fields(x, &body))
        return;
    s->credentials = (jf_credentials){.name = jf_body_text(body, "name"),
                                      .password = jf_body_text(body, "password"),
                                      .code = jf_body_text(body, "code")};
    x->own = s;
    jf_exchange_look_up(x, look, finish);
}

void jf_handle_session(jf_exchange *x)
{
    caller_json(x, &x->caller, jf_exchange_session(x), x->route->success);
}

void jf_session_end_answer(jf_exchange *x)
{
    cookie_set(x, "", true);
    jf_answer_done(x);
}

void jf_handle_sign_out(jf_exchange *x)
{
    jf_store_error error;
    if (!jf_person_asks(x, "a key has no session"))
        return;
    if (jf_sign_out(x->server->options.people, jf_exchange_session(x), &error) ==
        JF_IDENTITY_FAILED)
        jf_answer_problem(x, JF_P_DESK, "the session goes on");
    else if (jf_exchange_note(x, "sign_out", JF_STR_NONE, "ok")) {
        jf_session_end_answer(x);
    }
}
