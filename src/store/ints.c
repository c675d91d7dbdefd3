/*
 * Lists of integers as JSON texts (see store.h).
 *
 * Postings are written once for every order, so digits go straight into the
 * buffer. The reader stands on '[' of the next inner list or on the last ']';
 * a bad text leaves it on NULL, so that it stays bad.
 */
#include <stddef.h>

#include "base/check.h"
#include "store/store.h"

#define INT_TEXT_MAX 20 /* "-9223372036854775808" */

void jf_ints_begin(jf_ints *in, jf_str text)
{
    bool opens = text.n >= 2 && text.p[0] == '[';
    in->p = opens ? text.p + 1 : NULL;
    in->end = opens ? text.p + text.n : NULL;
    JF_ASSERT((in->p == NULL) == (in->end == NULL));
}

/* "0", "-1", "25": no sign but minus, no leading zeros, within 64 bits. NULL when it is not. */
static const char *int_read(const char *p, const char *end, int64_t *out)
{
    bool negative = p < end && *p == '-';
    p += negative;
    const char *first = p;
    uint64_t value = 0;
    while (p < end && *p >= '0' && *p <= '9') {
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value)) {
            return NULL;
        }
        p++;
    }
    if (p == first || value > (uint64_t)INT64_MAX + negative) {
        return NULL;
    }
    if (*first == '0' && (p - first > 1 || negative)) {
        return NULL;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return p;
}

/* The integers of one inner list, from behind its '['. Returns what follows its ']', or NULL. */
static const char *list_read(const char *p, const char *end, int64_t *values, int room, int *count)
{
    for (*count = 0; *count < room; p++) {
        p = int_read(p, end, &values[*count]);
        if (p == NULL || p == end) {
            return NULL;
        }
        ++*count;
        if (*p == ']') {
            return p + 1;
        }
        if (*p != ',') {
            return NULL;
        }
    }
    return NULL;
}

int jf_ints_next(jf_ints *in, int64_t *values, int room)
{
    JF_ASSERT(room > 0);
    const char *p = in->p;
    in->p = NULL;
    if (p == NULL || p == in->end) {
        return -1;
    }
    if (*p == ']' && p + 1 == in->end) {
        in->p = p;
        return 0;
    }
    if (*p != '[') {
        return -1;
    }
    int count;
    p = list_read(p + 1, in->end, values, room, &count);
    if (p == NULL || p == in->end) {
        return -1;
    }
    if (*p == ',') {
        p++;
        if (p == in->end || *p != '[') {
            return -1;
        }
    } else if (*p != ']') {
        return -1;
    }
    in->p = p;
    return count;
}

static char *int_write(char *out, int64_t value)
{
    char digits[INT_TEXT_MAX];
    char *p = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *out++ = '-';
    }
    while (p < digits + sizeof digits) {
        *out++ = *p++;
    }
    return out;
}

void jf_ints_write(jf_buf *out, const int64_t *values, int count, bool first)
{
    JF_ASSERT(count > 0);
    jf_buf_reserve(out, (size_t)count * (INT_TEXT_MAX + 1) + 2);
    char *p = out->p + out->n;
    if (!first) {
        *p++ = ',';
    }
    for (int i = 0; i < count; i++) {
        *p++ = i == 0 ? '[' : ',';
        p = int_write(p, values[i]);
    }
    *p++ = ']';
    out->n = (size_t)(p - out->p);
    JF_ASSERT(out->n <= out->cap);
}
