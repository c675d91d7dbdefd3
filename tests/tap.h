/*
 * A test harness small enough to read in one sitting: TAP on standard output.
 *
 * A test program is a main() that calls its test functions and returns
 * tap_plan_done(). Every check is a sentence of what must be so; a failed one
 * says on the next lines where it stands, what came and what was expected, and
 * the tests go on. Standard output is flushed line by line, so a program that
 * dies leaves what it had said, without the plan, which is a failure by itself.
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* cond is true. */
#define ok(cond, ...) tap_ok((cond), #cond, __FILE__, __LINE__, __VA_ARGS__)

/* Two integers are equal; anything that fits int64_t. */
#define is_int(got, expected, ...)                                                                 \
    tap_is_int((int64_t)(got), (int64_t)(expected), __FILE__, __LINE__, __VA_ARGS__)

/* Two C strings are equal; NULL equals only NULL. */
#define is_str(got, expected, ...) tap_is_str((got), (expected), __FILE__, __LINE__, __VA_ARGS__)

/* n bytes at got are the C string expected. */
#define is_bytes(got, n, expected, ...)                                                            \
    tap_is_bytes((got), (n), (expected), __FILE__, __LINE__, __VA_ARGS__)

bool tap_ok(bool passed, const char *what, const char *file, int line, const char *sentence, ...)
    __attribute__((format(printf, 5, 6)));
bool tap_is_int(int64_t got, int64_t expected, const char *file, int line, const char *sentence,
                ...) __attribute__((format(printf, 5, 6)));
bool tap_is_str(const char *got, const char *expected, const char *file, int line,
                const char *sentence, ...) __attribute__((format(printf, 5, 6)));
bool tap_is_bytes(const char *got, size_t n, const char *expected, const char *file, int line,
                  const char *sentence, ...) __attribute__((format(printf, 6, 7)));

/* A remark for the reader, such as the seed of a random test. */
void tap_diag(const char *text, ...) __attribute__((format(printf, 1, 2)));

/*
 * Runs body in a child process and waits for its end, for functions that must
 * not return. Returns the wait status; text gets what came on standard error.
 */
int tap_child(void (*body)(void), char *text, size_t size);

/* Prints the plan; 0 when there were checks and all of them passed, else 1. */
int tap_plan_done(void);

#endif
