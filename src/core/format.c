/*
 * The formatter behind refusals and findings (see format.h). It walks the
 * format once; `full` stays set after the first cut, so that nothing is added
 * behind a text that lost its end.
 */
#include "core/format.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"

typedef struct line {
    char *out;
    size_t n;
    size_t room; /* without the closing NUL */
    bool full;
} line;

/* The largest length <= n that does not end inside a UTF-8 sequence. */
static size_t whole_characters(const char *text, size_t n)
{
    size_t start = n;
    while (start > 0 && n - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80) {
        start--;
    }
    if (start == 0) {
        return n;
    }
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    size_t have = n - start + 1;
    JF_ASSERT(have >= 1 && have <= 4);
    return wanted > have ? start - 1 : n;
}

static void line_add(line *l, const char *text, size_t n)
{
    JF_ASSERT(l->n <= l->room);
    if (l->full) {
        return;
    }
    if (n > l->room - l->n) {
        n = whole_characters(text, l->room - l->n);
        l->full = true;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        l->out[l->n++] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    JF_ASSERT(l->n <= l->room);
}

static void line_add_number(line *l, int64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        JF_ASSERT(at > 0);
        digits[--at] = '-';
    }
    line_add(l, digits + at, sizeof(digits) - at);
}

static size_t bounded_length(const char *text, size_t limit)
{
    size_t n = 0;
    while (n < limit && text[n] != '\0') {
        n++;
    }
    return n;
}

/* One conversion; `at` points behind the '%'. Returns the first character after it. */
static const char *line_convert(line *l, const char *at, va_list *args)
{
    if (at[0] == '.' && at[1] == '*' && at[2] == 's') {
        int limit = va_arg(*args, int);
        const char *text = va_arg(*args, const char *);
        JF_ASSERT(limit >= 0 && text != NULL);
        line_add(l, text, bounded_length(text, (size_t)limit));
        return at + 3;
    }
    if (at[0] == 'l' && at[1] == 'd') {
        line_add_number(l, va_arg(*args, long));
        return at + 2;
    }
    switch (*at) {
    case 's': {
        const char *text = va_arg(*args, const char *);
        JF_ASSERT(text != NULL);
        line_add(l, text, strlen(text));
        break;
    }
    case 'd':
        line_add_number(l, va_arg(*args, int));
        break;
    case 'u':
        line_add_number(l, va_arg(*args, unsigned));
        break;
    case '%':
        line_add(l, "%", 1);
        break;
    default:
        JF_ASSERT_UNREACHED();
    }
    return at + 1;
}

void jf_format_args(char *out, size_t size, const char *format, va_list args)
{
    JF_ASSERT(out != NULL && size >= 1);
    line l = {.out = out, .room = size - 1};
    va_list own; /* a va_list parameter may be an array, whose address is of another type */
    va_copy(own, args);
    while (*format != '\0') {
        if (*format == '%') {
            format = line_convert(&l, format + 1, &own);
            continue;
        }
        size_t n = 1;
        while (format[n] != '\0' && format[n] != '%') {
            n++;
        }
        line_add(&l, format, n);
        format += n;
    }
    va_end(own);
    out[l.n] = '\0';
}

void jf_format(char *out, size_t size, const char *format, ...)
{
    JF_ASSERT(format != NULL);
    va_list args;
    va_start(args, format);
    jf_format_args(out, size, format, args);
    va_end(args);
}
