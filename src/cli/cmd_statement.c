/*
 * `jifen statement`: every movement of a member, a shop or a fund, and why.
 * Reads only; the page is made by app/statement.h.
 */
#include <stdio.h>
#include <string.h>

#include "app/statement.h"
#include "base/check.h"
#include "cli/options.h"
#include "cli/verbs.h"

typedef struct statement_options {
    const char *db, *member, *shop, *fund, *month;
    bool json, chinese;
    uint64_t limit, before;
} statement_options;

/* "2024-03": from its first business day to its last. */
/* Exactly one owner is named, and a database. */
static bool query_of(const char *verb, const statement_options *o, jf_statement_query *query)
{
    const char *names[3] = {o->member, o->shop, o->fund};
    uint32_t count = 0;
    *query = (jf_statement_query){.limit = o->limit, .before = o->before};
    for (int i = 0; i < 3; i++) {
        if (names[i] == NULL) {
            continue;
        }
        query->of = (jf_statement_of)i;
        query->name = jf_str_of(names[i]);
        count++;
    }
    query->month = o->month != NULL;
    if (query->month && !jf_month_parse(jf_str_of(o->month), &query->from, &query->to)) {
        jf_usage_error(verb, "expected a month like 2024-03 behind --month");
        return false;
    }
    if (count != 1) {
        jf_usage_error(verb, "expected one of --member ID, --shop ID and --fund NAME");
        return false;
    }
    if (o->db == NULL) {
        jf_usage_error(verb, "expected --db URL, like sqlite:PATH");
    }
    return o->db != NULL;
}

static int show(const statement_options *o, const jf_statement_query *query, jf_store *store)
{
    jf_statement statement;
    jf_store_result result = jf_statement_init(&statement, store, query);
    int status = JF_EXIT_OK;
    if (result == JF_STORE_OK) {
        jf_buf text;
        jf_buf_init(&text, NULL);
        if (o->json) {
            jf_statement_json(&statement, &text);
        } else {
            jf_statement_text(&statement, o->chinese, &text);
        }
        JF_ASSERT(text.n > 0);
        status = jf_cli_write(jf_buf_view(&text)) ? JF_EXIT_OK : JF_EXIT_FAILED;
        jf_buf_free(&text);
    } else {
        jf_cli_failed(&statement.error);
        status = result == JF_STORE_NONE ? JF_EXIT_FOUND : JF_EXIT_FAILED;
    }
    jf_statement_free(&statement);
    return status;
}

int jf_cmd_statement(int argc, char **argv)
{
    statement_options o = {.chinese = jf_lang_is_chinese()};
    const jf_option options[] = {
        {.name = "--db", .text = &o.db},           {.name = "--member", .text = &o.member},
        {.name = "--shop", .text = &o.shop},       {.name = "--fund", .text = &o.fund},
        {.name = "--lang", .chinese = &o.chinese}, {.name = "--json", .flag = &o.json},
        {.name = "--limit", .count = &o.limit},    {.name = "--before", .count = &o.before},
        {.name = "--month", .text = &o.month},     {0}};
    jf_arguments rest;
    jf_statement_query query;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 0) ||
        !query_of(argv[0], &o, &query)) {
        return JF_EXIT_USAGE;
    }
    jf_store *store = jf_cli_open(o.db, JF_OPEN_READ);
    if (store == NULL) {
        return JF_EXIT_FAILED;
    }
    int status = show(&o, &query, store);
    jf_store_close(store);
    return status;
}
