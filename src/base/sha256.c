/*
 * SHA-256 by libcrypto's EVP interface (see sha256.h).
 *
 * The algorithm is looked up once in the life of the process, and a context is
 * used again and again: looking up and allocating cost more than hashing the
 * few hundred bytes of a journal. libcrypto fails here only when it is broken
 * or out of memory; the books cannot go on then, so that is asserted.
 */
#include "base/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <threads.h>

#include "base/alloc.h"
#include "base/check.h"

struct jf_sha256 {
    EVP_MD_CTX *evp;
};

static EVP_MD *sha256_algorithm;
static once_flag sha256_once = ONCE_FLAG_INIT;

static void sha256_look_up(void)
{
    sha256_algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    JF_ASSERT(sha256_algorithm != NULL);
    JF_ASSERT(EVP_MD_get_size(sha256_algorithm) == JF_SHA256_SIZE);
}

jf_sha256 *jf_sha256_new(void)
{
    call_once(&sha256_once, sha256_look_up);
    jf_sha256 *ctx = jf_alloc(sizeof *ctx);
    ctx->evp = EVP_MD_CTX_new();
    JF_ASSERT(ctx->evp != NULL);
    return ctx;
}

void jf_sha256_free(jf_sha256 *ctx)
{
    if (ctx != NULL) {
        EVP_MD_CTX_free(ctx->evp);
        free(ctx);
    }
}

void jf_sha256_begin(jf_sha256 *ctx)
{
    JF_ASSERT(sha256_algorithm != NULL);
    int done = EVP_DigestInit_ex2(ctx->evp, sha256_algorithm, NULL);
    JF_ASSERT(done == 1);
}

void jf_sha256_add(jf_sha256 *ctx, const void *bytes, size_t n)
{
    if (n > 0) {
        int done = EVP_DigestUpdate(ctx->evp, bytes, n);
        JF_ASSERT(done == 1);
    }
}

jf_hash jf_sha256_end(jf_sha256 *ctx)
{
    jf_hash hash;
    unsigned size = 0;
    int done = EVP_DigestFinal_ex(ctx->evp, hash.b, &size);
    JF_ASSERT(done == 1 && size == JF_SHA256_SIZE);
    return hash;
}

jf_hash jf_sha256_of(const void *bytes, size_t n)
{
    jf_sha256 *ctx = jf_sha256_new();
    jf_sha256_begin(ctx);
    jf_sha256_add(ctx, bytes, n);
    jf_hash hash = jf_sha256_end(ctx);
    jf_sha256_free(ctx);
    return hash;
}

jf_hash jf_hmac_sha256(const void *key, size_t key_n, const void *bytes, size_t n)
{
    jf_hash hash;
    unsigned size = sizeof hash.b;
    JF_ASSERT(key_n > 0 && key_n < 1024);
    if (!HMAC(EVP_sha256(), key, (int)key_n, bytes, n, hash.b, &size) || size != sizeof hash.b)
        JF_ASSERT_UNREACHED();
    return hash;
}

void jf_hash_print(jf_buf *out, jf_hash hash)
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * JF_SHA256_SIZE];
    for (size_t i = 0; i < JF_SHA256_SIZE; i++) {
        text[2 * i] = digits[hash.b[i] >> 4];
        text[2 * i + 1] = digits[hash.b[i] & 15];
    }
    jf_buf_bytes(out, text, sizeof text);
}
