/*
 * Strings: a slice that does not own its bytes (jf_str) and a buffer that
 * grows (jf_buf). Slices need no terminating NUL and hold none.
 */
#ifndef JF_BASE_STR_H
#define JF_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

typedef struct jf_str {
    const char *p;
    uint32_t n;
} jf_str;

#define JF_STR(literal) ((jf_str){(literal), sizeof(literal) - 1})
#define JF_STR_NONE ((jf_str){NULL, 0})
/* For printf: "%.*s", JF_STR_ARG(s) */
#define JF_STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

jf_str jf_str_of(const char *c_string);
bool jf_str_eq(jf_str a, jf_str b);
int jf_str_cmp(jf_str a, jf_str b); /* byte order, the shorter first among equals */
jf_str jf_str_dup(jf_arena *arena, jf_str s);
char *jf_str_c(jf_arena *arena, jf_str s); /* a NUL-terminated copy */

/* 64-bit hash, the same on every machine and in every release (it decides buckets). */
uint64_t jf_str_hash(jf_str s);

/* A growing byte buffer. With an arena, old blocks are left to it; else malloc. */
typedef struct jf_buf {
    char *p;
    size_t n;
    size_t cap;
    jf_arena *arena;
} jf_buf;

void jf_buf_init(jf_buf *buf, jf_arena *arena);
void jf_buf_free(jf_buf *buf);               /* for buffers without an arena */
void jf_buf_clear(jf_buf *buf);              /* keeps the memory */
void jf_buf_grow(jf_buf *buf, size_t more);  /* room for more than there is */
void jf_buf_int(jf_buf *buf, int64_t value); /* decimal */
jf_str jf_buf_view(const jf_buf *buf);       /* valid until the buffer changes */

/* Room for so many bytes more. Here, as the next ones: answers are written by the character. */
static inline void jf_buf_reserve(jf_buf *buf, size_t more)
{
    if (more > buf->cap - buf->n)
        jf_buf_grow(buf, more);
}

static inline void jf_buf_char(jf_buf *buf, char c)
{
    jf_buf_reserve(buf, 1);
    buf->p[buf->n++] = c;
}

static inline void jf_buf_bytes(jf_buf *buf, const void *bytes, size_t n)
{
    if (n == 0)
        return;
    jf_buf_reserve(buf, n);
    memcpy(buf->p + buf->n, bytes, n);
    buf->n += n;
}

static inline void jf_buf_str(jf_buf *buf, jf_str s)
{
    jf_buf_bytes(buf, s.p, s.n);
}

static inline void jf_buf_c(jf_buf *buf, const char *c_string)
{
    jf_buf_bytes(buf, c_string, strlen(c_string));
}

/* A whole number up to INT64_MAX, without a 0 in front; else false, and 0. */
bool jf_number_parse(jf_str text, uint64_t *out);

#endif
