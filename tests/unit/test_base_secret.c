/*
 * Secrets, passwords and codes: the vectors of the RFCs, and what must not pass.
 */
#include <string.h>

#include "base/password.h"
#include "base/secret.h"
#include "tap.h"

/* RFC 4648, section 10, in the letters of its section 5 and without padding. */
static void test_base64url(void)
{
    static const char *const pairs[][2] = {
        {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},         {"foob", "Zm9vYg"},
        {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"}};
    char out[16];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        size_t n = strlen(pairs[i][0]);
        jf_base64url(out, pairs[i][0], n);
        ok(!strcmp(out, pairs[i][1]) && strlen(out) + 1 == JF_BASE64URL_SIZE(n),
           "base64url of %zu bytes is %s", n, pairs[i][1]);
    }
}

static void test_random(void)
{
    unsigned char a[32], b[32], none[32] = {0};
    jf_random_bytes(a, sizeof a);
    jf_random_bytes(b, sizeof b);
    ok(!jf_bytes_equal(a, b, sizeof a), "two secrets differ");
    ok(!jf_bytes_equal(a, none, sizeof a), "and are not empty");
    memcpy(b, a, sizeof b);
    ok(jf_bytes_equal(a, b, sizeof a), "equal bytes are equal");
    b[31] ^= 1;
    ok(!jf_bytes_equal(a, b, sizeof a), "one bit at the end tells them apart");
}

/* RFC 6238, appendix B: the last six digits of the column SHA1. */
static void test_totp(void)
{
    static const struct {
        int64_t at;
        const char *code;
    } rows[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    uint8_t secret[JF_TOTP_SECRET_SIZE];
    char code[7], text[JF_TOTP_TEXT_SIZE];
    memcpy(secret, "12345678901234567890", sizeof secret);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_totp_code(secret, rows[i].at / 30, code);
        ok(!strcmp(code, rows[i].code), "the code at %ld is %s", (long)rows[i].at, rows[i].code);
    }
    jf_totp_text(secret, text);
    ok(!strcmp(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "the secret in base32");
}

static void test_totp_window(void)
{
    uint8_t secret[JF_TOTP_SECRET_SIZE] = {7};
    jf_instant now = {INT64_C(1234567890) * 1000000};
    int64_t step = 1234567890 / 30, used;
    char code[7];
    for (int64_t off = -2; off <= 2; off++) {
        jf_totp_code(secret, step + off, code);
        bool right = jf_totp_right(secret, jf_str_of(code), now, 0, &used);
        ok(right == (off >= -1 && off <= 1) && (!right || used == step + off),
           "the code of the step %+ld is %s", (long)off, right ? "taken" : "refused");
    }
    jf_totp_code(secret, step, code);
    ok(!jf_totp_right(secret, jf_str_of(code), now, step, &used), "a step that was used is over");
    ok(!jf_totp_right(secret, (jf_str){code, 5}, now, 0, &used), "five digits are no code");
    ok(!jf_totp_right(secret, JF_STR_NONE, now, 0, &used), "nothing is no code");
    jf_totp_code(secret, 0, code);
    ok(jf_totp_right(secret, jf_str_of(code), (jf_instant){0}, -1, &used), "time may begin");
}

static void test_password(void)
{
    char a[JF_PASSWORD_HASH_SIZE], b[JF_PASSWORD_HASH_SIZE];
    jf_str password = JF_STR("correct horse battery");
    jf_password_hash(password, a);
    jf_password_hash(password, b);
    ok(!strncmp(a, "$argon2id$v=19$m=65536,t=2,p=1$", 31), "Argon2id with 64 MiB: %.31s", a);
    ok(strcmp(a, b) != 0, "the same password twice has two salts");
    ok(jf_password_right(password, a), "the right one is right");
    ok(!jf_password_right(JF_STR("correct horse batterz"), a), "another is not");
    ok(!jf_password_right(JF_STR_NONE, a), "nothing is not");
    ok(!jf_password_right(password, ""), "no hash is nobody's");
    ok(!jf_password_right(password, "$argon2id$v=19$broken"), "nor is a broken one");
}

int main(void)
{
    test_base64url();
    test_random();
    test_totp();
    test_totp_window();
    test_password();
    return tap_plan_done();
}
