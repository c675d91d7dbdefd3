/*
 * Texts for people, without stdio: the core may not print, but it has to say
 * what it refused. One tiny formatter serves refusals, findings and field paths.
 *
 * Knows %s, %.*s, %d, %ld, %u and %%. What does not fit is cut between two
 * characters, never inside one, so the result is always valid UTF-8 when the
 * arguments are; control characters of arguments become '?', so that a text
 * from outside cannot drive a terminal.
 */
#ifndef JF_CORE_FORMAT_H
#define JF_CORE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Always ends with a NUL; size is that of `out`, at least 1. */
void jf_format(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void jf_format_args(char *out, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

#endif
