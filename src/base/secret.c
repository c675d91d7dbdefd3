/*
 * Random bytes and their text (secret.h).
 */
#include "base/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/check.h"

void jf_random_bytes(void *out, size_t n)
{
    JF_ASSERT(n > 0 && n <= 256); /* then the kernel gives all or nothing */
    if (getrandom(out, n, 0) == (ssize_t)n)
        return;
    fprintf(stderr, "the kernel gives no random bytes; nothing secret can be made\n");
    exit(2);
}

void jf_base64url(char *out, const void *bytes, size_t n)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *in = bytes;
    uint32_t bits = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | in[i];
        count += 8;
        while (count >= 6) {
            count -= 6;
            *out++ = letters[bits >> count & 63];
        }
    }
    if (count > 0)
        *out++ = letters[bits << (6 - count) & 63];
    *out = '\0';
}

bool jf_bytes_equal(const void *a, const void *b, size_t n)
{
    const unsigned char *x = a, *y = b;
    unsigned differ = 0;
    for (size_t i = 0; i < n; i++)
        differ |= (unsigned)(x[i] ^ y[i]);
    return differ == 0;
}
