/*
 * Slices and growing buffers (see str.h).
 *
 * A slice of length 0 may have a NULL pointer; nothing here hands such a
 * pointer to memcpy or memcmp. Numbers are written digit by digit: statements
 * and journals are mostly numbers, and snprintf would be most of their cost.
 */
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"

#define BUF_FIRST 64 /* bytes of a buffer's first block */

jf_str jf_str_of(const char *c_string)
{
    JF_ASSERT(c_string != NULL);
    size_t n = strlen(c_string);
    JF_ASSERT(n <= UINT32_MAX);
    return (jf_str){c_string, (uint32_t)n};
}

bool jf_str_eq(jf_str a, jf_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int jf_str_cmp(jf_str a, jf_str b)
{
    uint32_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a.n > b.n) - (a.n < b.n);
}

jf_str jf_str_dup(jf_arena *arena, jf_str s)
{
    return (jf_str){jf_str_c(arena, s), s.n};
}

char *jf_str_c(jf_arena *arena, jf_str s)
{
    return jf_arena_text(arena, s.p, s.n);
}

/*
 * FNV-1a over the bytes, then two rounds of multiply and shift: FNV alone
 * leaves the top bits of short ids poor, and buckets are the top bits. The
 * constants decide where every row of every store lives and never change.
 */
uint64_t jf_str_hash(jf_str s)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (uint32_t i = 0; i < s.n; i++) {
        h ^= (unsigned char)s.p[i];
        h *= 0x100000001b3u;
    }
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ (h >> 33);
}

void jf_buf_init(jf_buf *buf, jf_arena *arena)
{
    *buf = (jf_buf){.arena = arena};
}

void jf_buf_free(jf_buf *buf)
{
    JF_ASSERT(buf->arena == NULL);
    free(buf->p);
    *buf = (jf_buf){0};
}

void jf_buf_clear(jf_buf *buf)
{
    JF_ASSERT(buf->n <= buf->cap);
    buf->n = 0;
}

void jf_buf_grow(jf_buf *buf, size_t more)
{
    JF_ASSERT(buf->n <= buf->cap && more > buf->cap - buf->n);
    if (more > PTRDIFF_MAX - buf->n) {
        jf_out_of_memory(more);
    }
    size_t need = buf->n + more;
    size_t cap = buf->cap == 0 ? BUF_FIRST : 2 * buf->cap;
    if (cap < need) {
        cap = need;
    }
    if (buf->arena == NULL) {
        buf->p = jf_realloc(buf->p, cap);
    } else {
        char *moved = jf_arena_alloc(buf->arena, cap);
        if (buf->n > 0) {
            memcpy(moved, buf->p, buf->n);
        }
        buf->p = moved;
    }
    buf->cap = cap;
    JF_ASSERT(buf->cap - buf->n >= more);
}

void jf_buf_int(jf_buf *buf, int64_t value)
{
    char digits[20]; /* "-9223372036854775808" */
    char *end = digits + sizeof digits;
    char *p = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *--p = '-';
    }
    JF_ASSERT(p >= digits);
    jf_buf_bytes(buf, p, (size_t)(end - p));
}

jf_str jf_buf_view(const jf_buf *buf)
{
    JF_ASSERT(buf->n <= UINT32_MAX);
    JF_ASSERT(buf->p != NULL || buf->n == 0);
    return (jf_str){buf->p, (uint32_t)buf->n};
}

bool jf_number_parse(jf_str text, uint64_t *out)
{
    uint64_t number = 0;
    *out = 0;
    if (text.n == 0 || text.n > 19 || (text.p[0] == '0' && text.n > 1))
        return false;
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        number = number * 10 + (uint64_t)(text.p[i] - '0');
    }
    if (number > INT64_MAX)
        return false;
    *out = number;
    return true;
}
