/*
 * People and their roles, for operators; and clerks, for managers of shops.
 *
 * Nobody gets more through here than whoever gives has: managers give `clerk` of
 * their shop and nothing else; roles of the office take a second person; nobody
 * gives themselves a role, or a password to somebody who holds such a one.
 *
 * The trail is written first; the act runs in a lookup's thread, which sees the
 * books too: a role is given for a member or shop that is there.
 */
#include "server/people.h"

#include <string.h>

#include "app/people.h"
#include "app/permit.h"
#include "app/reader.h"
#include "base/check.h"
#include "server/desk_page.h"
#include "server/office.h"
#include "server/signed.h"
#include "server/state.h"

#define GRANT "person.grant"

/* --- acts ------------------------------------------------------------------------------- */

/* Between the halves of a request; in its arena. */
typedef struct act {
    jf_appointment to; /* the name at least */
    jf_str password;
    bool disables;
    jf_identity_result (*run)(jf_exchange *x, struct act *a, jf_store *store,
                              jf_store_error *error);
    jf_identity_result result;
    int wait_s;
} act;

static jf_identity *people_of(const jf_exchange *x)
{
    return x->server->options.people;
}

/* "ann", "ann finance", "li clerk@s" */
static jf_str subject_of(jf_exchange *x, const jf_appointment *to, bool role)
{
    jf_buf text;
    jf_buf_init(&text, &x->arena);
    jf_buf_str(&text, to->name);
    if (role) {
        jf_buf_char(&text, ' ');
        jf_buf_c(&text, jf_role_wire(to->role));
    }
    if (role && to->scope.n > 0) {
        jf_buf_char(&text, '@');
        jf_buf_str(&text, to->scope);
    }
    return jf_buf_view(&text);
}

static jf_store_result look_act(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    act *a = x->own;
    a->result = a->run(x, a, store, error);
    return a->result == JF_IDENTITY_FAILED ? JF_STORE_FAILED : JF_STORE_OK;
}

/* What of the request a refusal is about. */
static const char *field_of(jf_identity_result result)
{
    switch (result) {
    case JF_IDENTITY_BAD_PASSWORD:
    case JF_IDENTITY_NOBODY:
        return "password";
    case JF_IDENTITY_BAD_SCOPE:
    case JF_IDENTITY_NO_PARTY:
        return "scope";
    default:
        return "name";
    }
}

static bool acted(jf_exchange *x)
{
    const act *a = x->own;
    if (x->lookup.result == JF_STORE_OK)
        return jf_identity_answered(x, a->result, field_of(a->result), a->wait_s);
    jf_answer_problem(x, JF_P_DESK, "nothing was changed");
    return false;
}

static void finish_act(jf_exchange *x)
{
    if (acted(x))
        jf_answer_done(x);
}

static void act_go(jf_exchange *x, act *a, const char *wire, jf_str subject)
{
    x->own = a;
    if (jf_exchange_note(x, wire, subject, "sent"))
        jf_exchange_look_up(x, look_act, finish_act);
}

/* --- somebody --------------------------------------------------------------------------- */

static jf_identity_result run_create(jf_exchange *x, act *a, jf_store *store, jf_store_error *error)
{
    (void)store;
    return jf_person_create(people_of(x), a->to.name, a->password, NULL, error);
}

void jf_handle_person_create(jf_exchange *x)
{
    jf_json *body;
    act *a = JF_NEW(&x->arena, act);
    if (!jf_exchange_fields(x, &body))
        return;
    *a = (act){.to.name = jf_body_text(body, "name"),
               .password = jf_body_text(body, "password"),
               .run = run_create};
    act_go(x, a, "person.create", a->to.name);
}

static jf_identity_result run_password(jf_exchange *x, act *a, jf_store *store,
                                       jf_store_error *error)
{
    (void)store;
    jf_identity_result result = JF_IDENTITY_OK;
    if (!jf_caller_is_system(&x->caller))
        result = jf_person_by_one(people_of(x), a->to.name, error);
    if (result != JF_IDENTITY_OK)
        return result;
    return jf_person_password(people_of(x), a->to.name, a->password, error);
}

void jf_handle_person_password(jf_exchange *x)
{
    jf_json *body;
    act *a = JF_NEW(&x->arena, act);
    if (!jf_exchange_fields(x, &body))
        return;
    *a = (act){
        .to.name = x->params[0], .password = jf_body_text(body, "password"), .run = run_password};
    act_go(x, a, "person.password", a->to.name);
}

static jf_identity_result run_disable(jf_exchange *x, act *a, jf_store *store,
                                      jf_store_error *error)
{
    (void)store;
    return jf_person_disable(people_of(x), a->to.name, a->disables, error);
}

static void disable(jf_exchange *x, bool disables)
{
    jf_json *body;
    act *a = JF_NEW(&x->arena, act);
    if (!jf_exchange_fields(x, &body))
        return;
    *a = (act){.to.name = x->params[0], .disables = disables, .run = run_disable};
    act_go(x, a, disables ? "person.lock" : "person.unlock", a->to.name);
}

void jf_handle_person_lock(jf_exchange *x)
{
    disable(x, true);
}

void jf_handle_person_unlock(jf_exchange *x)
{
    disable(x, false);
}

/* --- roles ------------------------------------------------------------------------------ */

/* A role for a member or shop that is not there would be somebody's who comes later. */
static jf_identity_result scope_check(const jf_appointment *to, jf_store *store,
                                      jf_store_error *error)
{
    jf_reader reader;
    if (!jf_role_scope_fits(to->role, to->scope))
        return JF_IDENTITY_BAD_SCOPE;
    if (to->scope.n == 0)
        return JF_IDENTITY_OK;
    bool shop = jf_role_scope(to->role) == JF_SCOPE_SHOP;
    jf_reader_open(&reader, store);
    bool there = jf_reader_party(&reader, shop ? JF_PARTY_SHOP : JF_PARTY_MEMBER, to->scope);
    jf_store_result result = jf_reader_result(&reader, error);
    jf_reader_close(&reader);
    if (result != JF_STORE_OK)
        return JF_IDENTITY_FAILED;
    return there ? JF_IDENTITY_OK : JF_IDENTITY_NO_PARTY;
}

jf_identity_result jf_appointment_run(jf_identity *people, const jf_appointment *a, jf_store *store,
                                      jf_store_error *error)
{
    jf_identity_result result = scope_check(a, store, error);
    if (result == JF_IDENTITY_OK && jf_role_scope(a->role) == JF_SCOPE_MEMBER)
        result = jf_member_open(people, a->scope, error);
    if (result != JF_IDENTITY_OK)
        return result;
    return jf_person_grant(people, a->name, a->role, a->scope, error);
}

static jf_identity_result run_grant(jf_exchange *x, act *a, jf_store *store, jf_store_error *error)
{
    return jf_appointment_run(people_of(x), &a->to, store, error);
}

static jf_identity_result run_withdraw(jf_exchange *x, act *a, jf_store *store,
                                       jf_store_error *error)
{
    (void)store;
    return jf_person_withdraw(people_of(x), a->to.name, a->to.role, a->to.scope, error);
}

/* Only that there is somebody to ask it for. */
static jf_identity_result run_exists(jf_exchange *x, act *a, jf_store *store, jf_store_error *error)
{
    (void)store;
    jf_identity_result result = jf_person_by_one(people_of(x), a->to.name, error);
    return result == JF_IDENTITY_TWO ? JF_IDENTITY_OK : result;
}

static void finish_exists(jf_exchange *x)
{
    jf_jw w;
    jf_buf command;
    const act *a = x->own;
    if (!acted(x))
        return;
    jf_buf_init(&command, &x->arena);
    jf_jw_init(&w, &command);
    jf_jw_open(&w, NULL, '{');
    jf_jw_c(&w, "cmd", GRANT);
    jf_jw_str(&w, "name", a->to.name);
    jf_jw_c(&w, "role", jf_role_wire(a->to.role));
    jf_jw_close(&w, '}');
    jf_approval_ask(x, GRANT, subject_of(x, &a->to, true), jf_buf_view(&command));
}

bool jf_appointment_read(jf_arena *arena, jf_str command, jf_appointment *out)
{
    jf_json *json;
    const jf_json *cmd;
    if (!jf_json_parse(arena, command, &json, NULL) || !(cmd = jf_json_get(json, JF_STR("cmd"))) ||
        !jf_str_eq(cmd->text, JF_STR(GRANT)))
        return false;
    *out = (jf_appointment){.name = jf_body_text(json, "name")};
    return jf_role_of(jf_body_text(json, "role"), &out->role);
}

bool jf_appointment_permits(const jf_caller *caller, const jf_appointment *a)
{
    return jf_permit_read(caller, "operator", NULL, NULL) &&
           !jf_str_eq(a->name, jf_str_of(caller->name));
}

/* The role of the body; NULL: refused. */
static act *appointment_take(jf_exchange *x)
{
    jf_json *body;
    act *a = JF_NEW(&x->arena, act);
    if (!jf_exchange_fields(x, &body))
        return NULL;
    *a = (act){.to = {.name = x->params[0], .scope = jf_body_text(body, "scope")}};
    if (!jf_role_of(jf_body_text(body, "role"), &a->to.role)) {
        jf_answer_refusal(x, JF_E_BAD_REQUEST, JF_STR("role"),
                          JF_STR("expected a role, like finance"));
        return NULL;
    }
    if (jf_role_scope_fits(a->to.role, a->to.scope))
        return a;
    (void)jf_identity_answered(x, JF_IDENTITY_BAD_SCOPE, "scope", 0);
    return NULL;
}

void jf_handle_person_grant(jf_exchange *x)
{
    act *a = appointment_take(x);
    if (!a)
        return;
    bool person = x->caller.kind == JF_CALLER_PERSON;
    bool two = jf_role_by_two(a->to.role) && !jf_caller_is_system(&x->caller);
    x->own = a;
    if (person && jf_str_eq(a->to.name, jf_str_of(x->caller.name))) {
        jf_answer_problem(x, JF_P_FORBIDDEN, "nobody gives a role to themselves");
    } else if (two && !person) {
        jf_answer_problem(x, JF_P_FORBIDDEN, "this needs two people, and a key is none");
    } else if (two) {
        a->run = run_exists;
        jf_exchange_look_up(x, look_act, finish_exists);
    } else {
        a->run = run_grant;
        act_go(x, a, GRANT, subject_of(x, &a->to, true));
    }
}

/* Less is given back by one alone: what somebody must not have any more cannot wait. */
void jf_handle_person_withdraw(jf_exchange *x)
{
    act *a = appointment_take(x);
    if (!a)
        return;
    a->run = run_withdraw;
    act_go(x, a, "person.withdraw", subject_of(x, &a->to, true));
}

/* --- clerks --------------------------------------------------------------------------------- */

static jf_identity_result run_clerk(jf_exchange *x, act *a, jf_store *store, jf_store_error *error)
{
    jf_identity_result result = scope_check(&a->to, store, error);
    if (result == JF_IDENTITY_OK && a->password.n > 0)
        result = jf_person_ensure(people_of(x), a->to.name, a->password, x->server->options.clock(),
                                  &a->wait_s, error);
    if (result != JF_IDENTITY_OK)
        return result;
    result = jf_person_grant(people_of(x), a->to.name, a->to.role, a->to.scope, error);
    return result == JF_IDENTITY_NOT_FOUND ? JF_IDENTITY_NOBODY : result;
}

static void clerk(jf_exchange *x, const char *wire,
                  jf_identity_result (*run)(jf_exchange *x, act *a, jf_store *store,
                                            jf_store_error *error))
{
    jf_json *body;
    act *a = JF_NEW(&x->arena, act);
    if (!jf_exchange_fields(x, &body))
        return;
    *a = (act){
        .to = {.name = jf_body_text(body, "name"), .scope = x->params[0], .role = JF_ROLE_CLERK},
        .password = jf_body_text(body, "password"),
        .run = run};
    act_go(x, a, wire, subject_of(x, &a->to, true));
}

void jf_handle_clerk_add(jf_exchange *x)
{
    clerk(x, "clerk.add", run_clerk);
}

void jf_handle_clerk_remove(jf_exchange *x)
{
    clerk(x, "clerk.remove", run_withdraw);
}

/* --- lists ---------------------------------------------------------------------------------- */

/* Rows of roles come person by person: an object is open while it is the same. */
typedef struct listing {
    jf_desk_page page;
    int64_t open;
} listing;

static void person_close(listing *l)
{
    if (l->open) {
        jf_jw_close(&l->page.w, ']');
        jf_jw_close(&l->page.w, '}');
    }
    l->open = 0;
}

/* A role, and the shop that it is held for, so that the answer says what that is called. */
static void held_json(jf_jw *w, jf_str wire, jf_str scope)
{
    jf_role role;
    jf_jw_open(w, NULL, '{');
    jf_jw_str(w, "role", wire);
    if (scope.n > 0)
        jf_jw_str(w, "scope", scope);
    if (scope.n > 0 && jf_role_of(wire, &role) && jf_role_scope(role) == JF_SCOPE_SHOP)
        jf_jw_str(w, "shop", scope);
    jf_jw_close(w, '}');
}

static bool person_row(void *context, const jf_desk_role *row)
{
    listing *l = context;
    jf_jw *w = &l->page.w;
    if (row->person != l->open) {
        person_close(l);
        if (!jf_desk_page_takes(&l->page, row->person))
            return false;
        l->open = row->person;
        jf_jw_open(w, NULL, '{');
        jf_jw_int(w, "no", row->person);
        jf_jw_str(w, "name", row->name);
        jf_jw_bool(w, "locked", row->disabled);
        jf_jw_bool(w, "totp", row->has_totp);
        if (row->closed)
            jf_jw_bool(w, "closed", true);
        jf_jw_open(w, "grants", '[');
    }
    if (row->role.n > 0)
        held_json(w, row->role, row->scope);
    return true;
}

jf_store_result jf_read_people(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    listing l = {.open = 0};
    jf_desk_whose whose = {.after = (int64_t)x->query.after};
    (void)store;
    jf_desk_page_begin(&l.page, x);
    jf_store_result result = jf_desk_role_scan(jf_exchange_desk(x), &whose, person_row, &l, error);
    person_close(&l);
    jf_desk_page_end(&l.page);
    return result;
}

static bool clerk_row(void *context, const jf_desk_role *row)
{
    jf_jw *w = context;
    jf_jw_open(w, NULL, '{');
    jf_jw_str(w, "name", row->name);
    jf_jw_bool(w, "locked", row->disabled);
    jf_jw_bool(w, "totp", row->has_totp);
    jf_jw_close(w, '}');
    return true;
}

jf_store_result jf_read_clerks(jf_exchange *x, jf_store *store, jf_store_error *error)
{
    jf_jw w;
    jf_desk_whose whose = {.role = jf_str_of(jf_role_wire(JF_ROLE_CLERK)), .scope = x->params[0]};
    (void)store;
    jf_jw_init(&w, &x->found);
    jf_jw_open(&w, NULL, '{');
    jf_jw_open(&w, "rows", '[');
    jf_store_result result = jf_desk_role_scan(jf_exchange_desk(x), &whose, clerk_row, &w, error);
    jf_jw_close(&w, ']');
    jf_jw_close(&w, '}');
    return result;
}
