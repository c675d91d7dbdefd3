/*
 * What people prove themselves with: passwords kept as Argon2id hashes (RFC
 * 9106, by libsodium), and codes of an authenticator app (TOTP, RFC 6238: SHA-1,
 * 30 seconds, 6 digits, which is what such apps know).
 */
#ifndef JF_BASE_PASSWORD_H
#define JF_BASE_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/day.h"
#include "base/str.h"

#define JF_PASSWORD_MIN 10 /* bytes */
#define JF_PASSWORD_MAX 128
#define JF_PASSWORD_HASH_SIZE 128 /* text with a NUL */

/* About a tenth of a second and 64 MiB, on purpose. Ends the process when there is no memory. */
void jf_password_hash(jf_str password, char out[JF_PASSWORD_HASH_SIZE]);

/* As slow as hashing, whether it is right or not. */
bool jf_password_right(jf_str password, const char *hash);

/* As slow, and never right: for names that nobody has. */
void jf_password_waste(jf_str password);

#define JF_TOTP_SECRET_SIZE 20
#define JF_TOTP_TEXT_SIZE 33 /* base32 with a NUL */

/* The secret as authenticator apps take it. */
void jf_totp_text(const uint8_t secret[JF_TOTP_SECRET_SIZE], char out[JF_TOTP_TEXT_SIZE]);

/* The code of a step; six digits and a NUL. */
void jf_totp_code(const uint8_t secret[JF_TOTP_SECRET_SIZE], int64_t step, char out[7]);

/*
 * Is it the code of now, or of the step before or after it? Only steps above
 * `used` count, so that a code that was seen is worth nothing. *step: whose it is.
 */
bool jf_totp_right(const uint8_t secret[JF_TOTP_SECRET_SIZE], jf_str code, jf_instant now,
                   int64_t used, int64_t *step);

#endif
