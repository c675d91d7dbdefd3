/*
 * Passwords by libsodium, codes by libcrypto (password.h).
 */
#include "base/password.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/secret.h"

#define STEP_US INT64_C(30000000)

static void sodium_ready(void)
{
    int failed = sodium_init() < 0;
    JF_ASSERT(!failed);
}

static void ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, sodium_ready);
}

void jf_password_hash(jf_str password, char out[JF_PASSWORD_HASH_SIZE])
{
    _Static_assert(crypto_pwhash_STRBYTES <= JF_PASSWORD_HASH_SIZE, "a hash fits");
    JF_ASSERT(password.n <= JF_PASSWORD_MAX);
    ready();
    if (crypto_pwhash_str_alg(
            out, password.p ? password.p : "", password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) == 0)
        return;
    fprintf(stderr, "there is no memory to keep a password safely\n");
    exit(2);
}

bool jf_password_right(jf_str password, const char *hash)
{
    ready();
    return password.n <= JF_PASSWORD_MAX &&
           crypto_pwhash_str_verify(hash, password.p ? password.p : "", password.n) == 0;
}

void jf_password_waste(jf_str password)
{
    char out[JF_PASSWORD_HASH_SIZE];
    if (password.n <= JF_PASSWORD_MAX)
        jf_password_hash(password, out);
}

void jf_totp_text(const uint8_t secret[JF_TOTP_SECRET_SIZE], char out[JF_TOTP_TEXT_SIZE])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; /* RFC 4648, section 6 */
    uint32_t bits = 0, count = 0;
    for (int i = 0; i < JF_TOTP_SECRET_SIZE; i++) {
        bits = bits << 8 | secret[i];
        for (count += 8; count >= 5;) {
            count -= 5;
            *out++ = letters[bits >> count & 31];
        }
    }
    JF_ASSERT(count == 0); /* 160 bits are 32 letters */
    *out = '\0';
}

void jf_totp_code(const uint8_t secret[JF_TOTP_SECRET_SIZE], int64_t step, char out[7])
{
    uint8_t counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned size = sizeof mac;
    JF_ASSERT(step >= 0);
    for (int i = 8; i-- > 0; step >>= 8)
        counter[i] = (uint8_t)step;
    if (!HMAC(EVP_sha1(), secret, JF_TOTP_SECRET_SIZE, counter, sizeof counter, mac, &size))
        JF_ASSERT_UNREACHED();
    const uint8_t *at = mac + (mac[19] & 15); /* RFC 4226, section 5.3 */
    uint32_t number =
        (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    number %= 1000000;
    for (int i = 6; i-- > 0; number /= 10)
        out[i] = (char)('0' + number % 10);
    out[6] = '\0';
}

bool jf_totp_right(const uint8_t secret[JF_TOTP_SECRET_SIZE], jf_str code, jf_instant now,
                   int64_t used, int64_t *step)
{
    bool right = false;
    char good[7];
    for (int64_t at = now.us / STEP_US - 1; at <= now.us / STEP_US + 1; at++) {
        if (at < 0)
            continue;
        jf_totp_code(secret, at, good);
        if (code.n == 6 && jf_bytes_equal(code.p, good, 6) && at > used) {
            *step = at;
            right = true;
        }
    }
    return right;
}
