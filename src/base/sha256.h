/*
 * SHA-256 (FIPS 180-4), from OpenSSL's libcrypto.
 */
#ifndef JF_BASE_SHA256_H
#define JF_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define JF_SHA256_SIZE 32

typedef struct jf_hash {
    uint8_t b[JF_SHA256_SIZE];
} jf_hash;

typedef struct jf_sha256 jf_sha256; /* a context that is used again and again */

jf_sha256 *jf_sha256_new(void);
void jf_sha256_free(jf_sha256 *ctx);
void jf_sha256_begin(jf_sha256 *ctx);
void jf_sha256_add(jf_sha256 *ctx, const void *bytes, size_t n);
jf_hash jf_sha256_end(jf_sha256 *ctx);

jf_hash jf_sha256_of(const void *bytes, size_t n);

/* RFC 2104 with SHA-256. */
jf_hash jf_hmac_sha256(const void *key, size_t key_n, const void *bytes, size_t n);

void jf_hash_print(jf_buf *out, jf_hash hash); /* 64 hexadecimal digits */

#endif
