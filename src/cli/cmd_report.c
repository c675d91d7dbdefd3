/*
 * `jifen report`: the network in figures. Reads only; the figures and their
 * layout are app/report.h's.
 */
#include "app/report.h"
#include "base/check.h"
#include "cli/options.h"
#include "cli/verbs.h"

static int show(jf_store *store, bool json, bool chinese)
{
    jf_report report;
    int status = JF_EXIT_OK;
    if (jf_report_init(&report, store) == JF_STORE_OK) {
        jf_buf text;
        jf_buf_init(&text, NULL);
        if (json) {
            jf_report_json(&report, &text);
        } else {
            jf_report_text(&report, chinese, &text);
        }
        JF_ASSERT(text.n > 0);
        status = jf_cli_write(jf_buf_view(&text)) ? JF_EXIT_OK : JF_EXIT_FAILED;
        jf_buf_free(&text);
    } else {
        status = jf_cli_failed(&report.error);
    }
    jf_report_free(&report);
    return status;
}

int jf_cmd_report(int argc, char **argv)
{
    const char *db = NULL;
    bool json = false, chinese = jf_lang_is_chinese();
    const jf_option options[] = {{.name = "--db", .text = &db},
                                 {.name = "--lang", .chinese = &chinese},
                                 {.name = "--json", .flag = &json},
                                 {0}};
    jf_arguments rest;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 0)) {
        return JF_EXIT_USAGE;
    }
    if (db == NULL) {
        return jf_usage_error(argv[0], "expected --db URL, like sqlite:PATH");
    }
    jf_store *store = jf_cli_open(db, JF_OPEN_READ);
    if (store == NULL) {
        return JF_EXIT_FAILED;
    }
    int status = show(store, json, chinese);
    jf_store_close(store);
    return status;
}
