/*
 * Secrets: random bytes, their text, and comparing without telling how far two
 * agree by the time it takes.
 */
#ifndef JF_BASE_SECRET_H
#define JF_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* From the kernel's generator; ends the process when there is none. */
void jf_random_bytes(void *out, size_t n);

/* Base64url without padding (RFC 4648, section 5): 4 characters for 3 bytes, and a NUL. */
#define JF_BASE64URL_SIZE(n) (((n)*4 + 2) / 3 + 1)
void jf_base64url(char *out, const void *bytes, size_t n);

/* The time does not depend on the bytes. */
bool jf_bytes_equal(const void *a, const void *b, size_t n);

#endif
