/*
 * Reading options, and the few things that every verb does the same way:
 * opening a store, writing, and saying that something failed (see options.h).
 */
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"

#define COUNT_MAX UINT64_C(1000000000000000)

int jf_usage_error(const char *verb, const char *format, ...)
{
    JF_ASSERT(verb != NULL);
    va_list args;
    va_start(args, format);
    fprintf(stderr, "jifen %s: ", verb);
    vfprintf(stderr, format, args);
    fprintf(stderr, "; see `jifen help %s`\n", verb);
    va_end(args);
    return JF_EXIT_USAGE;
}

bool jf_lang_is_chinese(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return strncmp(value, "zh", 2) == 0;
        }
    }
    return false;
}

/* Is the argument this option, perhaps with its value behind '='? */
static bool option_is(const jf_option *option, const char *argument, const char **value)
{
    size_t n = strlen(option->name);
    JF_ASSERT(n > 2 && option->name[0] == '-');
    *value = NULL;
    if (strncmp(argument, option->name, n) != 0) {
        return false;
    }
    if (argument[n] == '=') {
        *value = argument + n + 1;
    }
    return argument[n] == '\0' || argument[n] == '=';
}

static bool count_read(const char *text, uint64_t *out)
{
    uint64_t value = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || value > COUNT_MAX) {
            return false;
        }
        value = 10 * value + (uint64_t)(*p - '0');
    }
    *out = value;
    return value >= 1 && value <= COUNT_MAX;
}

/* The value of an option that takes one. */
static bool value_read(const char *verb, const jf_option *option, const char *value)
{
    JF_ASSERT(option->flag == NULL);
    if (option->text != NULL) {
        *option->text = value;
        if (value[0] == '\0') {
            jf_usage_error(verb, "%s expects a value, and got an empty one", option->name);
        }
        return value[0] != '\0';
    }
    if (option->count != NULL) {
        if (!count_read(value, option->count)) {
            jf_usage_error(verb, "%s expects a whole number, 1 or more, and got \"%s\"",
                           option->name, value);
            return false;
        }
        return true;
    }
    JF_ASSERT(option->chinese != NULL);
    *option->chinese = strcmp(value, "zh") == 0;
    if (!*option->chinese && strcmp(value, "en") != 0) {
        jf_usage_error(verb, "%s expects \"en\" or \"zh\", and got \"%s\"", option->name, value);
        return false;
    }
    return true;
}

/* One option at argv[*at]; *at is left on the last argument that it took. */
static bool option_read(int argc, char **argv, int *at, const jf_option *options)
{
    const char *argument = argv[*at], *value = NULL;
    const jf_option *option = options;
    while (option->name != NULL && !option_is(option, argument, &value)) {
        option++;
    }
    if (option->name == NULL) {
        jf_usage_error(argv[0], "there is no option \"%s\"", argument);
        return false;
    }
    if (option->flag != NULL) {
        *option->flag = true;
        if (value != NULL) {
            jf_usage_error(argv[0], "%s takes no value", option->name);
        }
        return value == NULL;
    }
    if (value == NULL && *at + 1 == argc) {
        jf_usage_error(argv[0], "%s expects a value", option->name);
        return false;
    }
    return value_read(argv[0], option, value != NULL ? value : argv[++*at]);
}

bool jf_options_read(int argc, char **argv, const jf_option *options, jf_arguments *rest)
{
    JF_ASSERT(argc >= 1 && options != NULL);
    *rest = (jf_arguments){0};
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        bool option = !ended && argv[i][0] == '-' && argv[i][1] != '\0';
        if (option && strcmp(argv[i], "--") == 0) {
            ended = true;
        } else if (option) {
            if (!option_read(argc, argv, &i, options)) {
                return false;
            }
        } else if (rest->count == JF_ARGUMENTS_MAX) {
            jf_usage_error(argv[0], "too many arguments, from \"%s\" on", argv[i]);
            return false;
        } else {
            rest->list[rest->count++] = argv[i];
        }
    }
    return true;
}

bool jf_arguments_check(const char *verb, const jf_arguments *rest, uint32_t most)
{
    JF_ASSERT(most < JF_ARGUMENTS_MAX);
    if (rest->count > most) {
        jf_usage_error(verb, "\"%s\" is one argument too many", rest->list[most]);
    }
    return rest->count <= most;
}

jf_store *jf_cli_open(const char *url, jf_open_mode mode)
{
    jf_store *store;
    jf_store_error error;
    JF_ASSERT(url != NULL);
    if (jf_store_open(&store, url, mode, &error) != JF_STORE_OK) {
        jf_cli_failed(&error);
        return NULL;
    }
    return store;
}

int jf_cli_failed(const jf_store_error *error)
{
    JF_ASSERT(memchr(error->message, '\0', sizeof error->message) != NULL);
    fprintf(stderr, "jifen: %s\n", error->message);
    return JF_EXIT_FAILED;
}

bool jf_cli_write(jf_str text)
{
    for (size_t done = 0; done < text.n;) {
        ssize_t n = write(STDOUT_FILENO, text.p + done, text.n - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            fprintf(stderr, "jifen: standard output cannot be written: %s\n", strerror(errno));
            return false;
        }
        done += (size_t)n;
        JF_ASSERT(done <= text.n);
    }
    return true;
}
