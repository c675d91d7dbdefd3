/*
 * `jifen audit`: verify the books (spec section 15), for people or as JSON.
 *
 * The store is opened for reading: an audit changes nothing, and may run while
 * another process writes.
 */
#include <stdio.h>
#include <string.h>

#include "app/audit.h"
#include "base/check.h"
#include "cli/options.h"
#include "cli/verbs.h"

static void print_hash(jf_buf *out, const char *name, jf_hash hash)
{
    jf_buf_c(out, name);
    jf_hash_print(out, hash);
    jf_buf_char(out, '\n');
}

static void print_count(jf_buf *out, const char *name, uint64_t count)
{
    JF_ASSERT(count <= INT64_MAX);
    jf_buf_c(out, name);
    jf_buf_int(out, (int64_t)count);
    jf_buf_char(out, '\n');
}

/* One line what is wrong in general, one line where and how. */
static void print_finding(jf_buf *out, const jf_audit_finding *finding, bool chinese)
{
    bool error = strcmp(finding->severity, "error") == 0;
    JF_ASSERT(error || strcmp(finding->severity, "warning") == 0);
    jf_buf_c(out, chinese ? (error ? "错误 " : "警告 ") : (error ? "error " : "warning "));
    jf_buf_c(out, finding->id);
    jf_buf_c(out, chinese ? "：" : ": ");
    jf_buf_c(out, jf_audit_meaning(finding->id, chinese));
    jf_buf_c(out, "\n    ");
    jf_buf_str(out, finding->text);
    jf_buf_char(out, '\n');
}

static void print_read(jf_buf *out, const jf_audit *audit, bool chinese)
{
    print_count(out, chinese ? "分录     " : "journals    ", audit->journals);
    print_count(out, chinese ? "明细     " : "postings    ", audit->postings);
    print_count(out, chinese ? "会员商家 " : "parties     ", audit->parties);
    print_count(out, chinese ? "账户     " : "accounts    ", audit->accounts);
    print_count(out, chinese ? "订单     " : "orders      ", audit->orders);
    print_count(out, chinese ? "编号     " : "ids         ", audit->ids);
    print_hash(out, chinese ? "链尾哈希 " : "chain head  ", audit->head);
    print_hash(out, chinese ? "状态哈希 " : "state hash  ", audit->state_hash);
    jf_buf_c(out, chinese ? "已查：分录编号与哈希链、每个余额、订单、编号、积分池、资金、合计"
                          : "checked     numbers and hash chain, every balance, orders, ids, pools,"
                            " funds, totals");
    if (audit->replayed) {
        jf_buf_c(out,
                 chinese ? "，并重放了全部命令" : ";\n            and every command run again");
    }
    jf_buf_c(out, "\n");
}

static void print_text(jf_buf *out, const jf_audit *audit, bool chinese)
{
    print_read(out, audit, chinese);
    if (audit->count == 0) {
        jf_buf_c(out, chinese ? "没有发现问题。\n" : "There are no findings.\n");
        return;
    }
    jf_buf_char(out, '\n');
    for (uint32_t i = 0; i < audit->count; i++) {
        print_finding(out, &audit->list[i], chinese);
    }
}

static void print_json(jf_buf *out, const jf_audit *audit)
{
    jf_jw w;
    jf_buf hash;
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_audit_reply(audit, &w);
    jf_buf_init(&hash, NULL);
    jf_hash_print(&hash, audit->head);
    jf_jw_str(&w, "head", jf_buf_view(&hash));
    jf_buf_free(&hash);
    jf_jw_int(&w, "postings", (int64_t)audit->postings);
    jf_jw_int(&w, "parties", audit->parties);
    jf_jw_int(&w, "accounts", (int64_t)audit->accounts);
    jf_jw_int(&w, "orders", (int64_t)audit->orders);
    jf_jw_int(&w, "ids", (int64_t)audit->ids);
    jf_jw_bool(&w, "replayed", audit->replayed);
    jf_jw_close(&w, '}');
    jf_buf_char(out, '\n');
    JF_ASSERT(out->p[0] == '{');
}

static int audit_store(jf_store *store, bool json, bool replay, bool chinese)
{
    jf_audit audit;
    jf_audit_options options = {.replay = replay};
    jf_store_error error;
    jf_audit_init(&audit);
    if (jf_audit_run(&audit, store, &options, &error) != JF_STORE_OK) {
        jf_audit_free(&audit);
        return jf_cli_failed(&error);
    }
    jf_buf out;
    jf_buf_init(&out, &audit.arena);
    if (json) {
        print_json(&out, &audit);
    } else {
        print_text(&out, &audit, chinese);
    }
    int status = audit.errors > 0 ? JF_EXIT_FOUND : JF_EXIT_OK;
    if (!jf_cli_write(jf_buf_view(&out))) {
        status = JF_EXIT_FAILED;
    }
    jf_audit_free(&audit);
    return status;
}

int jf_verb_audit(int argc, char **argv)
{
    const char *url = NULL;
    bool json = false, no_replay = false, chinese = jf_lang_is_chinese();
    const jf_option options[] = {{.name = "--db", .text = &url},
                                 {.name = "--json", .flag = &json},
                                 {.name = "--no-replay", .flag = &no_replay},
                                 {.name = "--lang", .chinese = &chinese},
                                 {0}};
    jf_arguments rest;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 0)) {
        return JF_EXIT_USAGE;
    }
    if (url == NULL) {
        return jf_usage_error(argv[0], "--db is missing: it names the database, like sqlite:PATH");
    }
    jf_store *store = jf_cli_open(url, JF_OPEN_READ);
    if (store == NULL) {
        return JF_EXIT_FAILED;
    }
    int status = audit_store(store, json, !no_replay, chinese);
    jf_store_close(store);
    return status;
}
