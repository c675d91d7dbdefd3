/*
 * The kinds of values that come up again and again in policy documents, as
 * pieces of a jf_field row, and what every allocation entry has. For the tables
 * of policy_read.c and of the programs (program.h) only.
 */
#ifndef JF_CORE_POLICY_KINDS_H
#define JF_CORE_POLICY_KINDS_H

#include <stddef.h>

#include "core/policy_field.h"

#define JF_AT(type, member) .offset = offsetof(type, member)
#define JF_DECIMAL_FROM(low, high, text)                                                           \
    .kind = JF_VALUE_DECIMAL, .min = (low), .max = (high), .decimals = 6, .expected = text
#define JF_RATIO_TEXT "a decimal string from 0 to 1, at most 6 decimals"
#define JF_RATIO JF_DECIMAL_FROM(0, JF_PPM_ONE, JF_RATIO_TEXT)
#define JF_MULTIPLE                                                                                \
    JF_DECIMAL_FROM(0, 1000 * JF_PPM_ONE, "a decimal string from 0 to 1000, at most 6 decimals")
#define JF_AMOUNT                                                                                  \
    .kind = JF_VALUE_DECIMAL, .min = 0, .max = 9999999999999, .decimals = 2,                       \
    .expected = "a decimal string from 0 to 99999999999.99, at most 2 decimals"
#define JF_INTEGER(low, high, text)                                                                \
    .kind = JF_VALUE_INTEGER, .min = (low), .max = (high), .expected = text
#define JF_BOOL .kind = JF_VALUE_BOOL, .expected = "true or false"
#define JF_WORD(list, text) .kind = JF_VALUE_WORD, .words = (list), .expected = text

/* What every entry has. */
/* clang-format off */
#define JF_ENTRY                                                                                   \
    {.key = "to", JF_AT(jf_entry, to), JF_WORD(jf_to_words, "a kind of share")},                   \
    {.key = "base", JF_AT(jf_entry, base),                                                         \
     JF_WORD(jf_base_words, "\"rebate\" or \"amount\"")},                                          \
    {.key = "vacant_to", JF_AT(jf_entry, vacant), .kind = JF_VALUE_POOL, .fallback = "platform",   \
     .expected = "\"platform\" or the name of a pool"}
#define JF_ENTRY_RATE {.key = "rate", JF_AT(jf_entry, rate), JF_RATIO}
/* A rate for each upline, grade or tier. */
#define JF_ENTRY_RATES(name, text)                                                                 \
    {.key = name, .kind = JF_VALUE_LIST, .read = jf_read_rates, .expected = text}
/* A turnover to be reached for each grade or tier. */
#define JF_ENTRY_BARS(name, text)                                                                  \
    {.key = name, .kind = JF_VALUE_LIST, .read = jf_read_bars, .expected = text}
/* How many uplines a program reaches. */
#define JF_ENTRY_DEPTH                                                                             \
    {.key = "levels", JF_AT(jf_entry, depth), .fallback = "1",                                     \
     JF_INTEGER(1, JF_POLICY_LEVELS, "a whole number of levels from 1 to 8")}
/* clang-format on */

extern const char *const jf_base_words[], *const jf_to_words[];

/* Fields of an entry with a rate and nothing else. */
extern const jf_field jf_rate_fields[];

/* List readers for the rows above; the target is a jf_entry. */
void jf_read_rates(jf_check *check, const jf_json *list, jf_path path, void *target);
void jf_read_bars(jf_check *check, const jf_json *list, jf_path path, void *target);

/*
 * Schema findings: rates and bars rise, and there are as many bars as rates.
 * `bars` is the key of the list of bars; NULL: the entry has none.
 */
void jf_check_rising(jf_check *check, const jf_entry *entry, jf_path path, const char *bars);

/* For total(): the sum of the rates. */
int64_t jf_levels_sum(const jf_entry *entry);

#endif
