/*
 * The harness behind tap.h: counts the checks and prints TAP.
 *
 * One process, one thread, two counters. A line break inside a sentence or a
 * value would break the protocol, so it is printed as \n; the '#' that would
 * start a directive as \#.
 */
#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int checks;
static int failures;

static void print_plain(const char *text, size_t n, bool sentence)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '\n') {
            fputs("\\n", stdout);
        } else if (c == '#' && sentence) {
            fputs("\\#", stdout);
        } else if (c < 0x20 || c == 0x7f) {
            printf("\\x%02x", c);
        } else {
            putchar(c);
        }
    }
}

static void print_value(const char *label, const char *text, size_t n)
{
    printf("#   %s: ", label);
    if (text == NULL) {
        fputs("NULL\n", stdout);
        return;
    }
    putchar('"');
    print_plain(text, n, false);
    fputs("\"\n", stdout);
}

/* The line of one check, and for a failed one the place of it. */
static void report(bool passed, const char *file, int line, const char *sentence, va_list args)
{
    char text[512];
    vsnprintf(text, sizeof text, sentence, args);
    checks++;
    printf("%s %d - ", passed ? "ok" : "not ok", checks);
    print_plain(text, strlen(text), true);
    putchar('\n');
    if (!passed) {
        failures++;
        printf("#   at %s:%d\n", file, line);
    }
}

bool tap_ok(bool passed, const char *what, const char *file, int line, const char *sentence, ...)
{
    va_list args;
    va_start(args, sentence);
    report(passed, file, line, sentence, args);
    va_end(args);
    if (!passed) {
        printf("#   not true: %s\n", what);
    }
    fflush(stdout);
    return passed;
}

bool tap_is_int(int64_t got, int64_t expected, const char *file, int line, const char *sentence,
                ...)
{
    bool passed = got == expected;
    va_list args;
    va_start(args, sentence);
    report(passed, file, line, sentence, args);
    va_end(args);
    if (!passed) {
        printf("#   got: %lld\n#   expected: %lld\n", (long long)got, (long long)expected);
    }
    fflush(stdout);
    return passed;
}

static void print_pair(const char *got, size_t n, const char *expected)
{
    print_value("got", got, n);
    print_value("expected", expected, expected == NULL ? 0 : strlen(expected));
}

bool tap_is_str(const char *got, const char *expected, const char *file, int line,
                const char *sentence, ...)
{
    bool passed =
        got == expected || (got != NULL && expected != NULL && strcmp(got, expected) == 0);
    va_list args;
    va_start(args, sentence);
    report(passed, file, line, sentence, args);
    va_end(args);
    if (!passed) {
        print_pair(got, got == NULL ? 0 : strlen(got), expected);
    }
    fflush(stdout);
    return passed;
}

bool tap_is_bytes(const char *got, size_t n, const char *expected, const char *file, int line,
                  const char *sentence, ...)
{
    bool passed = n == strlen(expected) && (n == 0 || memcmp(got, expected, n) == 0);
    va_list args;
    va_start(args, sentence);
    report(passed, file, line, sentence, args);
    va_end(args);
    if (!passed) {
        print_pair(n == 0 ? "" : got, n, expected);
    }
    fflush(stdout);
    return passed;
}

void tap_diag(const char *text, ...)
{
    char line[512];
    va_list args;
    va_start(args, text);
    vsnprintf(line, sizeof line, text, args);
    va_end(args);
    fputs("# ", stdout);
    print_plain(line, strlen(line), false);
    putchar('\n');
    fflush(stdout);
}

int tap_child(void (*body)(void), char *text, size_t size)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0) {
        perror("pipe");
        exit(1);
    }
    pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        exit(1);
    }
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        body();
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    ssize_t got;
    char rest[256]; /* what text has no room for is read all the same, so the child can end */
    while ((got = n + 1 < size ? read(ends[0], text + n, size - 1 - n)
                               : read(ends[0], rest, sizeof rest)) > 0) {
        n += n + 1 < size ? (size_t)got : 0;
    }
    text[n] = '\0';
    close(ends[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
}

int tap_plan_done(void)
{
    printf("1..%d\n", checks);
    if (failures > 0) {
        printf("# %d of %d checks failed\n", failures, checks);
    }
    if (checks == 0) {
        puts("# no check was made");
    }
    return failures > 0 || checks == 0 || fflush(stdout) != 0;
}
