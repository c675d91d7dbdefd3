/*
 * JSON texts from values (see json.h; reading is in json.c).
 *
 * The writer remembers one thing: whether the next value must be preceded by a
 * comma. Nesting is the caller's. What comes out is valid UTF-8 whatever goes
 * in: a byte that belongs to no character becomes U+FFFD, so that one bad byte
 * in a message cannot spoil a whole answer.
 */
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/units.h"

void jf_jw_init(jf_jw *w, jf_buf *out)
{
    JF_ASSERT(out != NULL);
    *w = (jf_jw){.out = out};
}

/*
 * The length of the character at p, 1 to 4 bytes, or 0 when it is not one of
 * UTF-8: cut off, longer than needed, a surrogate, or above U+10FFFF.
 */
static uint32_t utf8_length(const unsigned char *p, uint32_t left)
{
    JF_ASSERT(left > 0);
    uint32_t n;
    unsigned char low = 0x80, high = 0xbf; /* bounds of the second byte */
    if (p[0] < 0x80) {
        return 1;
    } else if (p[0] >= 0xc2 && p[0] <= 0xdf) {
        n = 2;
    } else if (p[0] >= 0xe0 && p[0] <= 0xef) {
        n = 3;
        low = p[0] == 0xe0 ? 0xa0 : low;
        high = p[0] == 0xed ? 0x9f : high;
    } else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
        n = 4;
        low = p[0] == 0xf0 ? 0x90 : low;
        high = p[0] == 0xf4 ? 0x8f : high;
    } else {
        return 0;
    }
    if (n > left || p[1] < low || p[1] > high) {
        return 0;
    }
    for (uint32_t i = 2; i < n; i++) {
        if (p[i] < 0x80 || p[i] > 0xbf) {
            return 0;
        }
    }
    return n;
}

/* A byte that does not stand for itself inside a string. */
static void jw_escape(jf_buf *out, unsigned char c)
{
    static const char names[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    static const char digits[] = "0123456789abcdef";
    for (const char *pair = names; *pair != '\0'; pair += 2) {
        if ((unsigned char)pair[0] == c) {
            jf_buf_char(out, '\\');
            jf_buf_char(out, pair[1]);
            return;
        }
    }
    JF_ASSERT(c < 0x20);
    jf_buf_c(out, "\\u00");
    jf_buf_char(out, digits[c >> 4]);
    jf_buf_char(out, digits[c & 15]);
}

static void jw_text(jf_buf *out, jf_str s)
{
    jf_buf_reserve(out, (size_t)s.n + 2);
    jf_buf_char(out, '"');
    uint32_t run = 0; /* where the bytes not yet written begin */
    uint32_t i = 0;
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            i++;
            continue;
        }
        uint32_t length = utf8_length((const unsigned char *)s.p + i, s.n - i);
        if (length > 1) {
            i += length;
            continue;
        }
        jf_buf_bytes(out, s.p + run, i - run);
        if (length == 0) {
            jf_buf_c(out, "\xef\xbf\xbd");
        } else {
            jw_escape(out, c);
        }
        run = ++i;
    }
    JF_ASSERT(run <= i && i == s.n);
    if (s.n > run) {
        jf_buf_bytes(out, s.p + run, s.n - run);
    }
    jf_buf_char(out, '"');
}

/* The comma and the key in front of a value. Keys are names of ours and need no escapes. */
static void jw_before(jf_jw *w, const char *key)
{
    if (w->comma) {
        jf_buf_char(w->out, ',');
    }
    if (key != NULL) {
        jf_buf_char(w->out, '"');
        jf_buf_c(w->out, key);
        jf_buf_bytes(w->out, "\":", 2);
    }
    w->comma = true;
}

void jf_jw_open(jf_jw *w, const char *key, char bracket)
{
    JF_ASSERT(bracket == '{' || bracket == '[');
    jw_before(w, key);
    jf_buf_char(w->out, bracket);
    w->comma = false;
}

void jf_jw_close(jf_jw *w, char bracket)
{
    JF_ASSERT(bracket == '}' || bracket == ']');
    JF_ASSERT(w->out->n > 0 && w->out->p[w->out->n - 1] != ':'); /* a key waits for its value */
    jf_buf_char(w->out, bracket);
    w->comma = true;
}

void jf_jw_str(jf_jw *w, const char *key, jf_str value)
{
    jw_before(w, key);
    jw_text(w->out, value);
}

void jf_jw_c(jf_jw *w, const char *key, const char *value)
{
    jf_jw_str(w, key, jf_str_of(value));
}

void jf_jw_int(jf_jw *w, const char *key, int64_t value)
{
    jw_before(w, key);
    jf_buf_int(w->out, value);
}

void jf_jw_bool(jf_jw *w, const char *key, bool value)
{
    jw_before(w, key);
    jf_buf_c(w->out, value ? "true" : "false");
}

void jf_jw_decimal(jf_jw *w, const char *key, int64_t value, int decimals)
{
    jw_before(w, key);
    jf_buf_char(w->out, '"');
    jf_decimal_print(w->out, value, decimals);
    jf_buf_char(w->out, '"');
}

void jf_jw_raw(jf_jw *w, const char *key, jf_str json)
{
    JF_ASSERT(json.n > 0);
    jw_before(w, key);
    jf_buf_str(w->out, json);
}

void jf_jw_key(jf_jw *w, jf_str key)
{
    if (w->comma) {
        jf_buf_char(w->out, ',');
    }
    jw_text(w->out, key);
    jf_buf_char(w->out, ':');
    w->comma = false;
}
