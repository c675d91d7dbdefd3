/*
 * Changing one's own password and second factor (oneself.h).
 */
#include "app/oneself.h"

#include <string.h>

#include "app/people_work.h"
#include "base/check.h"
#include "base/secret.h"

/* One act: what is changed, with what, and whether the password is wanted for it. */
typedef struct act {
    const char *wire; /* in the trail */
    bool proves, ends_others;
    jf_identity_result (*change)(jf_desk_person *person, const jf_oneself *self, void *with);
    void *with;
} act;

static const char *outcome_of(jf_identity_result result)
{
    if (result == JF_IDENTITY_LOCKED)
        return "locked";
    return result == JF_IDENTITY_OK ? "ok" : "refused";
}

static jf_identity_result note(jf_identity *identity, const jf_oneself *self, const act *a,
                               jf_identity_result result, jf_store_error *error)
{
    jf_desk_act row = {.at = self->now,
                       .who = self->name,
                       .act = jf_str_of(a->wire),
                       .subject = self->name,
                       .outcome = jf_str_of(outcome_of(result))};
    if (result == JF_IDENTITY_FAILED)
        return result;
    return jf_desk_act_add(identity->desk, &row, error) == JF_STORE_OK ? result
                                                                       : JF_IDENTITY_FAILED;
}

static jf_identity_result person_act(jf_identity *identity, jf_desk_person *person,
                                     jf_oneself *self, const act *a, jf_store_error *error)
{
    jf_identity_result result = JF_IDENTITY_OK;
    jf_credentials again = {.name = self->name, .password = self->password, .again = true};
    if (a->proves)
        result = jf_person_prove(identity, person, &again, self->now, &self->wait_s, error);
    if (result == JF_IDENTITY_OK)
        result = a->change(person, self, a->with);
    if (result != JF_IDENTITY_OK)
        return result;
    if (jf_desk_person_put(identity->desk, person, error) != JF_STORE_OK)
        return JF_IDENTITY_FAILED;
    jf_hash session = jf_sha256_of(self->session.p, self->session.n);
    if (a->ends_others &&
        jf_desk_sessions_end(identity->desk, person->no, &session, error) == JF_STORE_FAILED)
        return JF_IDENTITY_FAILED;
    return JF_IDENTITY_OK;
}

static jf_identity_result oneself_act(jf_identity *identity, jf_oneself *self, const act *a,
                                      jf_store_error *error)
{
    jf_arena arena;
    jf_desk_person person;
    jf_arena_init(&arena, 0);
    pthread_mutex_lock(&identity->signing);
    jf_identity_result result = jf_identity_result_of(
        jf_desk_person_find(identity->desk, &arena, self->name, &person, error));
    if (result == JF_IDENTITY_OK)
        result = person_act(identity, &person, self, a, error);
    pthread_mutex_unlock(&identity->signing);
    jf_identity_changed(identity);
    jf_arena_free(&arena);
    return note(identity, self, a, result, error);
}

/* --- the password --------------------------------------------------------------------------- */

static jf_identity_result password_set(jf_desk_person *person, const jf_oneself *self, void *with)
{
    (void)self;
    jf_password_hash(*(const jf_str *)with, person->password);
    return JF_IDENTITY_OK;
}

jf_identity_result jf_oneself_password(jf_identity *identity, jf_oneself *self, jf_str fresh,
                                       jf_store_error *error)
{
    act a = {"password", true, true, password_set, &fresh};
    return jf_password_fits(fresh) ? oneself_act(identity, self, &a, error)
                                   : JF_IDENTITY_BAD_PASSWORD;
}

/* --- the second factor ---------------------------------------------------------------------- */

static jf_identity_result totp_prepare(jf_desk_person *person, const jf_oneself *self, void *with)
{
    (void)self;
    if (person->has_totp)
        return JF_IDENTITY_STATE;
    jf_random_bytes(person->totp_next, sizeof person->totp_next);
    person->has_totp_next = true;
    jf_totp_text(person->totp_next, with);
    return JF_IDENTITY_OK;
}

jf_identity_result jf_oneself_totp_prepare(jf_identity *identity, jf_oneself *self,
                                           char text[JF_TOTP_TEXT_SIZE], jf_store_error *error)
{
    act a = {"totp.prepare", false, false, totp_prepare, text};
    return oneself_act(identity, self, &a, error);
}

/* The code that switched it on is used up by that. */
static jf_identity_result totp_begin(jf_desk_person *person, const jf_oneself *self, void *with)
{
    if (!person->has_totp_next)
        return JF_IDENTITY_STATE;
    if (!jf_totp_right(person->totp_next, *(const jf_str *)with, self->now, 0, &person->totp_used))
        return JF_IDENTITY_WRONG;
    memcpy(person->totp, person->totp_next, sizeof person->totp);
    person->has_totp = true;
    person->has_totp_next = false;
    return JF_IDENTITY_OK;
}

jf_identity_result jf_oneself_totp_begin(jf_identity *identity, jf_oneself *self, jf_str code,
                                         jf_store_error *error)
{
    act a = {"totp.begin", false, false, totp_begin, &code};
    return oneself_act(identity, self, &a, error);
}

static jf_identity_result totp_end(jf_desk_person *person, const jf_oneself *self, void *with)
{
    (void)self;
    (void)with;
    if (!person->has_totp)
        return JF_IDENTITY_STATE;
    person->has_totp = person->has_totp_next = false;
    return JF_IDENTITY_OK;
}

jf_identity_result jf_oneself_totp_end(jf_identity *identity, jf_oneself *self,
                                       jf_store_error *error)
{
    act a = {"totp.end", true, false, totp_end, NULL};
    return oneself_act(identity, self, &a, error);
}

void jf_totp_uri(jf_buf *out, jf_str name, const char *secret)
{
    jf_buf_c(out, "otpauth://totp/jifen:");
    jf_buf_str(out, name);
    jf_buf_c(out, "?secret=");
    jf_buf_c(out, secret);
    jf_buf_c(out, "&issuer=jifen");
}
