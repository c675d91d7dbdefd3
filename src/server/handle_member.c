/*
 * What members decide and take with them: preferences, a copy of all that is known
 * of them, and leaving.
 */
#include <ctype.h>
#include <string.h>

#include "app/closing.h"
#include "app/export.h"
#include "app/people.h"
#include "base/check.h"
#include "core/step.h"
#include "server/codes.h"
#include "server/signed.h"
#include "server/state.h"

#define SECOND_US INT64_C(1000000)

/* --- preferences -------------------------------------------------------------------------- */

static void preferences_json(jf_jw *w, const char *key, const jf_desk_profile *profile)
{
    jf_jw_open(w, key, '{');
    jf_jw_bool(w, "personal", profile->personal);
    if (profile->language.n > 0)
        jf_jw_str(w, "language", profile->language);
    jf_jw_close(w, '}');
}

static void preferences_answer(jf_exchange *x, const jf_desk_profile *profile)
{
    jf_jw w;
    jf_buf out;
    jf_buf_init(&out, &x->arena);
    jf_jw_init(&w, &out);
    preferences_json(&w, NULL, profile);
    jf_answer_json(x, x->route->success, jf_buf_view(&out));
}

void jf_handle_preferences(jf_exchange *x)
{
    jf_store_error error;
    jf_desk_profile profile;
    if (jf_desk_profile_find(jf_exchange_desk(x), &x->arena, x->params[0], &profile, &error) ==
        JF_STORE_OK)
        preferences_answer(x, &profile);
    else
        jf_answer_problem(x, JF_P_DESK, "try again");
}

/* A tag like zh-CN (BCP 47), by its letters. */
static bool language_fits(jf_str tag)
{
    for (uint32_t i = 0; i < tag.n; i++)
        if (tag.p[i] != '-' && !isalnum((unsigned char)tag.p[i]))
            return false;
    return tag.n == 0 || (tag.n >= 2 && tag.n <= 35);
}

void jf_handle_preferences_put(jf_exchange *x)
{
    jf_json *body;
    jf_store_error error;
    if (!jf_exchange_fields(x, &body))
        return;
    bool personal = jf_json_get(body, JF_STR("personal"))->type == JF_JSON_TRUE;
    jf_desk_profile profile = {.personal = personal, .language = jf_body_text(body, "language")};
    if (!language_fits(profile.language))
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("language"),
                          JF_STR("expected a tag like zh-CN"));
    else if (!jf_exchange_note(x, "preferences", x->params[0],
                               personal ? "personal" : "not personal"))
        return;
    else if (jf_desk_preferences_put(jf_exchange_desk(x), x->params[0], &profile, &error) ==
             JF_STORE_OK)
        preferences_answer(x, &profile);
    else
        jf_answer_problem(x, JF_P_DESK, "nothing was changed");
}

/* --- the copy ------------------------------------------------------------------------------- */

static bool payment_row(void *context, const jf_desk_payment *p)
{
    jf_jw *w = context;
    jf_jw_open(w, NULL, '{');
    jf_payment_members(w, p);
    jf_jw_instant(w, "created", p->created);
    jf_jw_close(w, '}');
    return true;
}

static bool ask_row(void *context, const jf_desk_ask *ask)
{
    jf_jw *w = context;
    jf_jw_open(w, NULL, '{');
    jf_jw_str(w, "id", ask->id);
    jf_jw_str(w, "order", ask->order);
    jf_jw_str(w, "shop", ask->shop);
    jf_jw_decimal(w, "amount", ask->amount, 2);
    jf_jw_str(w, "reason", ask->reason);
    jf_jw_str(w, "state", ask->state);
    jf_jw_instant(w, "asked", ask->asked);
    jf_jw_close(w, '}');
    return true;
}

static bool session_row(void *context, jf_instant until)
{
    jf_jw *w = context;
    jf_jw_open(w, NULL, '{');
    jf_jw_instant(w, "began", (jf_instant){until.us - JF_SESSION_HOURS * 3600 * SECOND_US});
    jf_jw_instant(w, "until", until);
    jf_jw_close(w, '}');
    return true;
}

/*
 * What the desk has: payments and refunds that the member asked for, and of whoever
 * asks how they sign in.
 */
static jf_store_result desk_write(jf_exchange *x, const jf_desk_profile *profile, jf_jw *w,
                                  jf_store_error *error)
{
    const jf_caller *caller = &x->caller;
    preferences_json(w, "preferences", profile);
    jf_jw_open(w, "payments", '[');
    jf_store_result result =
        jf_desk_payment_scan(jf_exchange_desk(x), x->params[0], 0, payment_row, w, error);
    jf_jw_close(w, ']');
    jf_jw_open(w, "refunds", '[');
    if (result == JF_STORE_OK)
        result =
            jf_desk_ask_scan(jf_exchange_desk(x), x->params[0], JF_STR_NONE, 0, ask_row, w, error);
    jf_jw_close(w, ']');
    jf_jw_c(w, "person", caller->name);
    jf_jw_open(w, "grants", '[');
    for (uint32_t i = 0; i < caller->grant_count; i++)
        jf_grant_json(w, jf_str_of(jf_role_wire(caller->grants[i].role)),
                      jf_str_of(caller->grants[i].scope));
    jf_jw_close(w, ']');
    jf_jw_open(w, "sessions", '[');
    if (result == JF_STORE_OK && caller->kind == JF_CALLER_PERSON)
        result = jf_desk_session_scan(jf_exchange_desk(x), caller->no, session_row, w, error);
    jf_jw_close(w, ']');
    return result;
}

static jf_store_result look_export(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_jw w;
    jf_desk_profile profile;
    jf_str member = x->params[0];
    jf_store_result result =
        jf_desk_profile_find(jf_exchange_desk(x), &x->arena, member, &profile, error);
    if (result != JF_STORE_OK)
        return result;
    jf_jw_init(&w, &x->found);
    jf_jw_open(&w, NULL, '{');
    jf_jw_instant(&w, "at", x->server->options.clock());
    result = jf_export_member(store, member, profile.phone, &w, error);
    if (result == JF_STORE_OK)
        result = desk_write(x, &profile, &w, error);
    jf_jw_close(&w, '}');
    return result;
}

static void finish_export(jf_exchange *x)
{
    if (x->lookup.result == JF_STORE_NONE) {
        jf_answer_refusal(x, JF_E_NOT_FOUND, x->param_names[0], JF_STR("there is no such member"));
        return;
    }
    if (x->lookup.result != JF_STORE_OK) {
        jf_answer_problem(x, JF_P_READ, "`jifen audit` says more");
        return;
    }
    x->disposition = "attachment; filename=\"member.json\"";
    jf_answer_json(x, x->route->success, jf_buf_view(&x->found));
}

/* In the trail first: a copy of everything is what a thief would take. */
void jf_handle_export(jf_exchange *x)
{
    if (jf_exchange_note(x, "export", x->params[0], "sent"))
        jf_exchange_look_up(x, look_export, finish_export);
}

/* --- leaving -------------------------------------------------------------------------------- */

typedef struct leaving {
    jf_closing closing;
    jf_identity_result result;
} leaving;

static jf_store_result look_closing(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    leaving *l = x->own;
    l->result = jf_member_close(x->server->options.people, store, &l->closing, error);
    return l->result == JF_IDENTITY_FAILED ? JF_STORE_FAILED : JF_STORE_OK;
}

static void finish_closing(jf_exchange *x)
{
    const leaving *l = x->own;
    const jf_closing *c = &l->closing;
    if (x->lookup.result != JF_STORE_OK) {
        jf_answer_problem(x, JF_P_DESK, "nothing was closed");
    } else if (l->result == JF_IDENTITY_STATE && c->why) {
        jf_answer_refusal(x, JF_E_STATE_CONFLICT, jf_str_of(c->field), jf_str_of(c->why));
    } else if (jf_identity_answered(x, l->result, c->field, c->self.wait_s)) {
        jf_session_end_answer(x);
    }
}

void jf_handle_closing(jf_exchange *x)
{
    jf_json *body;
    leaving *l = JF_NEW(&x->arena, leaving);
    if (!jf_person_asks(x, "a key does not leave") || !jf_exchange_fields(x, &body))
        return;
    const jf_json *forfeit = jf_json_get(body, JF_STR("forfeit"));
    l->closing = (jf_closing){.self = {.name = jf_str_of(x->caller.name),
                                       .session = jf_exchange_session(x),
                                       .password = jf_body_text(body, "password"),
                                       .now = x->server->options.clock()},
                              .member = x->params[0],
                              .forfeit = forfeit && forfeit->type == JF_JSON_TRUE};
    x->own = l;
    jf_exchange_look_up(x, look_closing, finish_closing);
}
