/*
 * The options of a verb, read the same way by every verb.
 *
 * A verb lists its options and where their values go:
 *
 *     const jf_option options[] = {{.name = "--db", .text = &url},
 *                                  {.name = "--json", .flag = &json},
 *                                  {.name = "--lang", .chinese = &chinese},
 *                                  {0}};
 *     if (!jf_options_read(argc, argv, options, &rest))
 *         return JF_EXIT_USAGE;
 *
 * "--db URL" and "--db=URL" are the same; options and other arguments may be
 * mixed; after "--" nothing is an option; "-" is an argument. What is wrong is
 * said on standard error, with the verb's name, so the caller only returns.
 */
#ifndef JF_CLI_OPTIONS_H
#define JF_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* How the program ends, whatever the verb. */
enum {
    JF_EXIT_OK = 0,
    JF_EXIT_FOUND = 1,  /* it ran, and the answer is no: findings, refusals, unknown accounts */
    JF_EXIT_FAILED = 2, /* store, input or output failed; said on standard error */
    JF_EXIT_USAGE = 64, /* wrong options; said on standard error */
};

/* Exactly one of the pointers is set; it says what the option takes. */
typedef struct jf_option {
    const char *name;  /* with its dashes; NULL ends the list */
    bool *flag;        /* takes nothing; becomes true */
    const char **text; /* takes any text that is not empty */
    uint64_t *count;   /* takes a whole number from 1 to 10^15 */
    bool *chinese;     /* takes "en" or "zh" */
} jf_option;

#define JF_ARGUMENTS_MAX 8

/* What was given besides options, in order. */
typedef struct jf_arguments {
    const char *list[JF_ARGUMENTS_MAX];
    uint32_t count;
} jf_arguments;

/* argv[0] is the verb. False: told on standard error, return JF_EXIT_USAGE. */
bool jf_options_read(int argc, char **argv, const jf_option *options, jf_arguments *rest);

/*
 * At most `most` arguments besides options; else told as above. For a verb that
 * takes one FILE: jf_arguments_check(argv[0], &rest, 1).
 */
bool jf_arguments_check(const char *verb, const jf_arguments *rest, uint32_t most);

/* "jifen VERB: …; see `jifen help VERB`" on standard error. Returns JF_EXIT_USAGE. */
int jf_usage_error(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Does the environment ask for Chinese (LC_ALL, LC_MESSAGES, LANG: the first that is set)? */
bool jf_lang_is_chinese(void);

/* Open a store, or say on standard error why not and return NULL: end with JF_EXIT_FAILED. */
jf_store *jf_cli_open(const char *url, jf_open_mode mode);

/* "jifen: MESSAGE" on standard error. Returns JF_EXIT_FAILED. */
int jf_cli_failed(const jf_store_error *error);

/*
 * Write all of it to standard output at once. False when that fails (full
 * disk, nobody reading), after saying so: end with JF_EXIT_FAILED.
 */
bool jf_cli_write(jf_str text);

#endif
