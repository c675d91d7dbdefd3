/*
 * Signing in, and what belongs to people (people.h).
 */
#include "app/people.h"

#include <string.h>

#include "app/people_work.h"
#include "base/check.h"
#include "base/secret.h"

#define FREE_FAILURES 5
#define LOCK_MAX_S 900
#define SECOND_US INT64_C(1000000)

/* --- the person --------------------------------------------------------------------------- */

bool jf_password_fits(jf_str password)
{
    return password.n >= JF_PASSWORD_MIN && password.n <= JF_PASSWORD_MAX;
}

jf_identity_result jf_person_add(jf_identity *identity, jf_desk_person *person, jf_str password,
                                 jf_store_error *error)
{
    if (!jf_id_valid(person->name))
        return JF_IDENTITY_BAD_NAME;
    if (!jf_password_fits(password))
        return JF_IDENTITY_BAD_PASSWORD;
    jf_password_hash(password, person->password);
    jf_store_result result = jf_desk_person_add(identity->desk, person, error);
    return result == JF_STORE_NONE ? JF_IDENTITY_TAKEN : jf_identity_result_of(result);
}

jf_identity_result jf_person_create(jf_identity *identity, jf_str name, jf_str password,
                                    char totp[JF_TOTP_TEXT_SIZE], jf_store_error *error)
{
    jf_desk_person person = {.name = name, .has_totp = totp != NULL};
    if (totp) {
        jf_random_bytes(person.totp, sizeof person.totp);
        jf_totp_text(person.totp, totp);
    }
    return jf_person_add(identity, &person, password, error);
}

jf_identity_result jf_person_change(jf_identity *identity, jf_str name,
                                    void (*change)(jf_desk_person *person, const void *with),
                                    const void *with, jf_store_error *error)
{
    jf_arena arena;
    jf_desk_person person;
    jf_arena_init(&arena, 0);
    pthread_mutex_lock(&identity->signing);
    jf_store_result result = jf_desk_person_find(identity->desk, &arena, name, &person, error);
    bool closed = result == JF_STORE_OK && person.closed.us != 0;
    if (result == JF_STORE_OK && !closed) {
        change(&person, with);
        result = jf_desk_person_put(identity->desk, &person, error);
    }
    if (result == JF_STORE_OK &&
        jf_desk_sessions_end(identity->desk, person.no, NULL, error) == JF_STORE_FAILED)
        result = JF_STORE_FAILED;
    pthread_mutex_unlock(&identity->signing);
    jf_identity_changed(identity);
    jf_arena_free(&arena);
    return closed ? JF_IDENTITY_STATE : jf_identity_result_of(result);
}

static void password_set(jf_desk_person *person, const void *with)
{
    jf_password_hash(*(const jf_str *)with, person->password);
    person->failures = 0;
    person->locked.us = 0;
}

jf_identity_result jf_person_password(jf_identity *identity, jf_str name, jf_str password,
                                      jf_store_error *error)
{
    if (!jf_password_fits(password))
        return JF_IDENTITY_BAD_PASSWORD;
    return jf_person_change(identity, name, password_set, &password, error);
}

/* Whoever is let in again is let in at once. */
static void disabled_set(jf_desk_person *person, const void *with)
{
    person->disabled = *(const bool *)with;
    person->failures = 0;
    person->locked.us = 0;
}

jf_identity_result jf_person_disable(jf_identity *identity, jf_str name, bool disabled,
                                     jf_store_error *error)
{
    return jf_person_change(identity, name, disabled_set, &disabled, error);
}

/* --- roles ---------------------------------------------------------------------------------- */

/* Of the roles that somebody holds. */
typedef struct holding {
    uint32_t count;
    bool by_two, closed;
} holding;

static bool role_note(void *context, const jf_desk_role *row)
{
    jf_role role;
    holding *h = context;
    h->closed |= row->closed;
    if (row->role.n == 0)
        return true;
    h->count++;
    h->by_two |= !jf_role_of(row->role, &role) || jf_role_by_two(role);
    return true;
}

/* Somebody by name, and what they hold. */
static jf_identity_result person_holds(jf_identity *identity, jf_str name, int64_t *no,
                                       holding *holds, jf_store_error *error)
{
    jf_arena arena;
    jf_desk_person person;
    jf_arena_init(&arena, 0);
    *holds = (holding){0};
    jf_store_result result = jf_desk_person_find(identity->desk, &arena, name, &person, error);
    jf_arena_free(&arena);
    if (result == JF_STORE_OK) {
        jf_desk_whose whose = {.person = *no = person.no};
        result = jf_desk_role_scan(identity->desk, &whose, role_note, holds, error);
    }
    return jf_identity_result_of(result);
}

jf_identity_result jf_member_open(jf_identity *identity, jf_str member, jf_store_error *error)
{
    jf_store_result closed = jf_desk_member_closed(identity->desk, member, error);
    if (closed == JF_STORE_NONE)
        return JF_IDENTITY_OK;
    return closed == JF_STORE_OK ? JF_IDENTITY_STATE : JF_IDENTITY_FAILED;
}

jf_identity_result jf_person_by_one(jf_identity *identity, jf_str name, jf_store_error *error)
{
    int64_t no;
    holding holds;
    jf_identity_result result = person_holds(identity, name, &no, &holds, error);
    return result == JF_IDENTITY_OK && holds.by_two ? JF_IDENTITY_TWO : result;
}

static jf_identity_result role_change(jf_identity *identity, jf_str name, jf_role role,
                                      jf_str scope, bool grant, jf_store_error *error)
{
    int64_t no;
    holding holds;
    jf_str wire = jf_str_of(jf_role_wire(role));
    if (!jf_role_scope_fits(role, scope))
        return JF_IDENTITY_BAD_SCOPE;
    jf_identity_result found = person_holds(identity, name, &no, &holds, error);
    if (found != JF_IDENTITY_OK)
        return found;
    if (grant && holds.closed)
        return JF_IDENTITY_STATE;
    if (grant && holds.count >= JF_GRANTS_MAX)
        return JF_IDENTITY_TOO_MANY;
    jf_store_result result = grant ? jf_desk_role_grant(identity->desk, no, wire, scope, error)
                                   : jf_desk_role_withdraw(identity->desk, no, wire, scope, error);
    jf_identity_changed(identity);
    return grant && result == JF_STORE_NONE ? JF_IDENTITY_TAKEN : jf_identity_result_of(result);
}

jf_identity_result jf_person_grant(jf_identity *identity, jf_str name, jf_role role, jf_str scope,
                                   jf_store_error *error)
{
    return role_change(identity, name, role, scope, true, error);
}

jf_identity_result jf_person_withdraw(jf_identity *identity, jf_str name, jf_role role,
                                      jf_str scope, jf_store_error *error)
{
    return role_change(identity, name, role, scope, false, error);
}

/* --- signing in ----------------------------------------------------------------------------- */

/* One more failure, and for how long the name is locked by it. */
static void fail_once(jf_desk_person *person, jf_instant now)
{
    person->failures++;
    int64_t over = person->failures - FREE_FAILURES, lock_s = 0;
    if (over >= 0)
        lock_s = over < 10 ? INT64_C(1) << over : LOCK_MAX_S;
    person->locked.us = now.us + SECOND_US * (lock_s < LOCK_MAX_S ? lock_s : LOCK_MAX_S);
}

/* Password first, and the code only behind it: nobody learns from a code about a password. */
static jf_identity_result prove(jf_desk_person *person, const jf_credentials *c, jf_instant now)
{
    if (person->closed.us != 0)
        jf_password_waste(c->password); /* it takes as long as any other */
    if (!jf_password_right(c->password, person->password) || person->disabled)
        return JF_IDENTITY_WRONG;
    if (!person->has_totp || c->again)
        return JF_IDENTITY_OK;
    if (c->code.n == 0)
        return JF_IDENTITY_CODE;
    return jf_totp_right(person->totp, c->code, now, person->totp_used, &person->totp_used)
               ? JF_IDENTITY_OK
               : JF_IDENTITY_WRONG;
}

static jf_identity_result session_make(jf_identity *identity, const jf_desk_person *person,
                                       jf_instant now, char token[JF_SESSION_TOKEN_SIZE],
                                       jf_store_error *error)
{
    unsigned char bytes[JF_SECRET_BYTES];
    jf_instant until = {now.us + SECOND_US * 3600 * JF_SESSION_HOURS};
    _Static_assert(JF_BASE64URL_SIZE(JF_SECRET_BYTES) <= JF_SESSION_TOKEN_SIZE, "a token fits");
    jf_random_bytes(bytes, sizeof bytes);
    jf_base64url(token, bytes, sizeof bytes);
    jf_hash hash = jf_sha256_of(token, strlen(token));
    return jf_identity_result_of(
        jf_desk_session_add(identity->desk, hash, person->no, now, until, error));
}

jf_identity_result jf_person_prove(jf_identity *identity, jf_desk_person *person,
                                   const jf_credentials *c, jf_instant now, int *wait_s,
                                   jf_store_error *error)
{
    if (person->locked.us > now.us) {
        *wait_s = (int)((person->locked.us - now.us + SECOND_US - 1) / SECOND_US);
        return JF_IDENTITY_LOCKED;
    }
    jf_identity_result result = prove(person, c, now);
    if (result == JF_IDENTITY_OK) {
        person->failures = 0;
        person->locked.us = 0;
    } else if (result == JF_IDENTITY_WRONG) {
        fail_once(person, now);
    }
    return jf_desk_person_put(identity->desk, person, error) == JF_STORE_OK ? result
                                                                            : JF_IDENTITY_FAILED;
}

static jf_identity_result person_sign_in(jf_identity *identity, jf_desk_person *person,
                                         const jf_credentials *c, jf_instant now,
                                         char token[JF_SESSION_TOKEN_SIZE], int *wait_s,
                                         jf_store_error *error)
{
    jf_identity_result result = jf_person_prove(identity, person, c, now, wait_s, error);
    return result == JF_IDENTITY_OK ? session_make(identity, person, now, token, error) : result;
}

static const char *outcome_of(jf_identity_result result)
{
    if (result == JF_IDENTITY_OK)
        return "ok";
    return result == JF_IDENTITY_LOCKED ? "locked" : "wrong";
}

jf_identity_result jf_sign_in(jf_identity *identity, const jf_credentials *credentials,
                              jf_instant now, char token[JF_SESSION_TOKEN_SIZE], int *wait_s,
                              jf_store_error *error)
{
    jf_arena arena;
    jf_desk_person person;
    jf_identity_result result = JF_IDENTITY_WRONG;
    jf_arena_init(&arena, 0);
    pthread_mutex_lock(&identity->signing);
    jf_store_result found =
        jf_desk_person_find(identity->desk, &arena, credentials->name, &person, error);
    if (found == JF_STORE_OK)
        result = person_sign_in(identity, &person, credentials, now, token, wait_s, error);
    else if (found == JF_STORE_NONE)
        jf_password_waste(credentials->password);
    else
        result = JF_IDENTITY_FAILED;
    pthread_mutex_unlock(&identity->signing);
    jf_arena_free(&arena);
    if (result == JF_IDENTITY_FAILED || result == JF_IDENTITY_CODE || found != JF_STORE_OK)
        return result;
    jf_desk_act act = {.at = now,
                       .who = credentials->name,
                       .act = JF_STR("sign_in"),
                       .outcome = jf_str_of(outcome_of(result))};
    return jf_desk_act_add(identity->desk, &act, error) == JF_STORE_OK ? result
                                                                       : JF_IDENTITY_FAILED;
}

jf_identity_result jf_sign_out(jf_identity *identity, jf_str token, jf_store_error *error)
{
    jf_hash hash = jf_sha256_of(token.p, token.n);
    jf_store_result result = jf_desk_session_end(identity->desk, hash, error);
    jf_identity_changed(identity);
    return jf_identity_result_of(result);
}

jf_identity_result jf_person_proven(jf_identity *identity, jf_arena *arena, jf_str name,
                                    jf_str password, jf_instant now, jf_desk_person *person,
                                    int *wait_s, jf_store_error *error)
{
    jf_credentials given = {.name = name, .password = password};
    pthread_mutex_lock(&identity->signing);
    jf_identity_result result =
        jf_identity_result_of(jf_desk_person_find(identity->desk, arena, name, person, error));
    if (result == JF_IDENTITY_OK)
        result = jf_person_prove(identity, person, &given, now, wait_s, error);
    pthread_mutex_unlock(&identity->signing);
    bool other = result == JF_IDENTITY_WRONG || result == JF_IDENTITY_CODE;
    return other ? JF_IDENTITY_TAKEN : result;
}

jf_identity_result jf_person_ensure(jf_identity *identity, jf_str name, jf_str password,
                                    jf_instant now, int *wait_s, jf_store_error *error)
{
    jf_arena arena;
    jf_desk_person person;
    jf_identity_result result = jf_person_create(identity, name, password, NULL, error);
    if (result != JF_IDENTITY_TAKEN)
        return result;
    jf_arena_init(&arena, 0);
    result = jf_person_proven(identity, &arena, name, password, now, &person, wait_s, error);
    jf_arena_free(&arena);
    return result;
}

/* --- the session ---------------------------------------------------------------------------- */

static bool role_take(void *context, const jf_desk_role *role)
{
    jf_caller *caller = context;
    if (role->role.n > 0 && !jf_caller_grant(caller, role->role, role->scope))
        caller->kind = JF_CALLER_NOBODY; /* a desk of a newer jifen: no rights rather than some */
    return true;
}

static jf_store_result session_look(jf_identity *identity, jf_arena *arena, jf_hash hash,
                                    jf_instant now, jf_caller *caller, jf_instant *until)
{
    jf_desk_person person;
    *caller = (jf_caller){.kind = JF_CALLER_PERSON};
    jf_store_result result =
        jf_desk_session_find(identity->desk, arena, hash, now, &person, until, &identity->error);
    if (result != JF_STORE_OK || person.name.n > JF_ID_MAX)
        return result == JF_STORE_OK ? JF_STORE_NONE : result;
    caller->no = person.no;
    memcpy(caller->name, person.name.p, person.name.n);
    jf_desk_whose whose = {.person = person.no};
    result = jf_desk_role_scan(identity->desk, &whose, role_take, caller, &identity->error);
    bool nobody = result == JF_STORE_OK && caller->kind == JF_CALLER_NOBODY;
    return nobody ? JF_STORE_NONE : result;
}

jf_identity_result jf_session_find(jf_identity *identity, jf_str token, jf_instant now,
                                   jf_caller *caller)
{
    return jf_identity_find(identity, token, now, session_look, caller);
}

void jf_session_csrf(jf_str token, char out[JF_SESSION_TOKEN_SIZE])
{
    static const char purpose[] = "jifen csrf ";
    char text[sizeof purpose + JF_SESSION_TOKEN_SIZE];
    size_t n = token.n < JF_SESSION_TOKEN_SIZE ? token.n : JF_SESSION_TOKEN_SIZE;
    memcpy(text, purpose, sizeof purpose - 1);
    memcpy(text + sizeof purpose - 1, token.p, n);
    jf_hash hash = jf_sha256_of(text, sizeof purpose - 1 + n);
    jf_base64url(out, hash.b, sizeof hash.b);
}
