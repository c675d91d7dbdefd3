/*
 * What people do about themselves, signed in: a new password, and a second factor
 * that is prepared, switched on with its first code, and switched off.
 *
 * What would let somebody at an open screen take the person over wants the
 * password again. Wrong ones count and lock the name as when signing in.
 *
 * Any thread may call. What was done is in the trail.
 */
#ifndef JF_APP_ONESELF_H
#define JF_APP_ONESELF_H

#include "app/people.h"

/* Somebody who has signed in, and how they prove it again. */
typedef struct jf_oneself {
    jf_str name, session; /* of this session, the token */
    jf_str password;      /* proves it; not looked at where none is wanted */
    jf_instant now;
    int wait_s; /* out: LOCKED, for so long */
} jf_oneself;

/* The person's other sessions end. */
jf_identity_result jf_oneself_password(jf_identity *identity, jf_oneself *self, jf_str fresh,
                                       jf_store_error *error);

/* A secret that is not in force yet; STATE while there is a second factor. */
jf_identity_result jf_oneself_totp_prepare(jf_identity *identity, jf_oneself *self,
                                           char text[JF_TOTP_TEXT_SIZE], jf_store_error *error);

/* With a code of it, it is. WRONG: it is another's; STATE: none was prepared. */
jf_identity_result jf_oneself_totp_begin(jf_identity *identity, jf_oneself *self, jf_str code,
                                         jf_store_error *error);

/* Wants the password; STATE: there is no second factor. */
jf_identity_result jf_oneself_totp_end(jf_identity *identity, jf_oneself *self,
                                       jf_store_error *error);

/* "otpauth://totp/…", which authenticator apps scan. */
void jf_totp_uri(jf_buf *out, jf_str name, const char *secret);

#endif
