/*
 * People: their passwords, roles and sessions, and signing in.
 *
 * A password is kept as its Argon2id hash; a second factor (TOTP) is a person's
 * own. After five failures in a row each further one locks the name for twice
 * as long, up to a quarter of an hour. Changing a password or disabling somebody
 * ends all their sessions.
 *
 * Any thread may call, but for jf_session_find (identity.h). Signing in takes a
 * tenth of a second, on purpose.
 */
#ifndef JF_APP_PEOPLE_H
#define JF_APP_PEOPLE_H

#include "app/identity.h"

#define JF_SESSION_TOKEN_SIZE 44 /* 43 characters, NUL */
#define JF_SESSION_HOURS 12

/* totp: NULL without a second factor, else its secret as authenticator apps take it. */
jf_identity_result jf_person_create(jf_identity *identity, jf_str name, jf_str password,
                                    char totp[JF_TOTP_TEXT_SIZE], jf_store_error *error);
jf_identity_result jf_person_password(jf_identity *identity, jf_str name, jf_str password,
                                      jf_store_error *error);
jf_identity_result jf_person_disable(jf_identity *identity, jf_str name, bool disabled,
                                     jf_store_error *error);
jf_identity_result jf_person_grant(jf_identity *identity, jf_str name, jf_role role, jf_str scope,
                                   jf_store_error *error);
jf_identity_result jf_person_withdraw(jf_identity *identity, jf_str name, jf_role role,
                                      jf_str scope, jf_store_error *error);

/* TWO: they hold a role that only two people give; so nobody alone may become them. */
jf_identity_result jf_person_by_one(jf_identity *identity, jf_str name, jf_store_error *error);

/*
 * Makes somebody, or finds that it was done before: the password is theirs. TAKEN: the name is
 * somebody else's; LOCKED, as when signing in.
 */
jf_identity_result jf_person_ensure(jf_identity *identity, jf_str name, jf_str password,
                                    jf_instant now, int *wait_s, jf_store_error *error);

/* STATE: the member has left (closing.h), and nobody acts for them any more. */
jf_identity_result jf_member_open(jf_identity *identity, jf_str member, jf_store_error *error);

typedef struct jf_credentials {
    jf_str name, password;
    jf_str code; /* empty: none was given */
    bool again;  /* somebody who has signed in proves it again: the password is enough */
} jf_credentials;

/* OK: token is the session's. LOCKED: *wait_s says for how long. All of it is in the trail. */
jf_identity_result jf_sign_in(jf_identity *identity, const jf_credentials *credentials,
                              jf_instant now, char token[JF_SESSION_TOKEN_SIZE], int *wait_s,
                              jf_store_error *error);
jf_identity_result jf_sign_out(jf_identity *identity, jf_str token, jf_store_error *error);

/* Whose session is it? The server's thread. */
jf_identity_result jf_session_find(jf_identity *identity, jf_str token, jf_instant now,
                                   jf_caller *caller);

/* What a page must send with every change: known to whoever may read the session alone. */
void jf_session_csrf(jf_str token, char out[JF_SESSION_TOKEN_SIZE]);

#endif
