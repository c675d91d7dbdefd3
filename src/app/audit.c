/*
 * The audit: the order of its checks, its list of findings, and its reply (see
 * audit.h; audit_work.h says which file checks what).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/audit_work.h"
#include "base/check.h"

#define LISTED_MAX 100

typedef struct finding_info {
    const char *id, *severity, *en, *zh;
} finding_info;

static const finding_info infos[JF_AUDIT_KINDS] = {
#define JF_AUDIT(NAME, id, severity, en, zh) [JF_AUDIT_##NAME] = {id, severity, en, zh},
#include "app/audit_findings.def"
#undef JF_AUDIT
};

const char *jf_audit_meaning(const char *id, bool chinese)
{
    for (int kind = 0; kind < JF_AUDIT_KINDS; kind++) {
        if (strcmp(infos[kind].id, id) == 0) {
            return chinese ? infos[kind].zh : infos[kind].en;
        }
    }
    JF_ASSERT_UNREACHED();
}

void jf_audit_init(jf_audit *audit)
{
    *audit = (jf_audit){0};
    jf_arena_init(&audit->arena, 0);
    audit->list = JF_NEW_ARRAY(&audit->arena, jf_audit_finding, LISTED_MAX + 1);
}

void jf_audit_free(jf_audit *audit)
{
    jf_arena_free(&audit->arena);
    *audit = (jf_audit){0};
}

static bool is_error(jf_audit_kind kind)
{
    JF_ASSERT(kind < JF_AUDIT_KINDS);
    return strcmp(infos[kind].severity, "error") == 0;
}

static void list_add(jf_audit *audit, const char *id, const char *severity, jf_str text)
{
    JF_ASSERT(audit->count <= LISTED_MAX && text.n > 0);
    audit->list[audit->count++] = (jf_audit_finding){id, severity, text};
}

/* Texts of a damaged file may hold anything; findings are printed, and sent as JSON. */
static void make_printable(char *text, int n)
{
    for (int i = 0; i < n; i++) {
        if (text[i] < ' ' || text[i] > '~') {
            text[i] = '?';
        }
    }
    JF_ASSERT(text[n] == '\0');
}

void jf_audit_find(jf_audit_work *work, jf_audit_kind kind, const char *format, ...)
{
    jf_audit *audit = work->audit;
    audit->errors += is_error(kind);
    if (audit->count >= LISTED_MAX) {
        work->hidden++;
        work->hidden_error |= is_error(kind);
        return;
    }
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    JF_ASSERT(n > 0);
    char *text = jf_arena_alloc(&audit->arena, (size_t)n + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    make_printable(text, n);
    list_add(audit, infos[kind].id, infos[kind].severity, (jf_str){text, (uint32_t)n});
}

/* The line that stands for everything behind the first hundred. */
static void count_hidden(jf_audit_work *work)
{
    if (work->hidden == 0) {
        return;
    }
    char text[80];
    int n = snprintf(text, sizeof text, "%u findings more; mend those above, and audit again",
                     work->hidden);
    JF_ASSERT(n > 0 && (size_t)n < sizeof text);
    list_add(work->audit, infos[JF_AUDIT_MORE_FINDINGS].id,
             work->hidden_error ? "error" : "warning",
             jf_str_dup(&work->audit->arena, (jf_str){text, (uint32_t)n}));
}

static void work_init(jf_audit_work *work, jf_audit *audit, jf_store *store)
{
    *work = (jf_audit_work){.audit = audit, .store = store, .sha = jf_sha256_new()};
    jf_world_init(&work->world);
    jf_arena_init(&work->kept, (size_t)1 << 18);
    jf_arena_init(&work->scratch, 0);
    jf_map_init(&work->accounts);
    JF_ASSERT(audit->count == 0 && audit->list != NULL);
}

static void work_free(jf_audit_work *work)
{
    jf_map_free(&work->accounts);
    jf_arena_free(&work->scratch);
    jf_arena_free(&work->kept);
    jf_world_free(&work->world);
    jf_sha256_free(work->sha);
}

static void cohorts_init(jf_audit_work *work)
{
    const jf_world *w = &work->world;
    JF_ASSERT(w->state.pools <= JF_WORLD_POOLS);
    for (uint32_t i = 0; i < w->state.pools; i++) {
        work->pools[i].cohorts = JF_NEW_ARRAY(&work->kept, jf_audit_cohort, w->pools[i]->period);
    }
}

static jf_store_result check_all(jf_audit_work *work, const jf_audit_options *options,
                                 jf_store_error *error)
{
    jf_store *store = work->store;
    if (store->ops->load(store, &work->world, &work->head, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    cohorts_init(work);
    if (jf_audit_parties(work, error) != JF_STORE_OK ||
        jf_audit_chain(work, error) != JF_STORE_OK ||
        jf_audit_accounts(work, error) != JF_STORE_OK ||
        jf_audit_orders(work, error) != JF_STORE_OK || jf_audit_ids(work, error) != JF_STORE_OK ||
        jf_audit_withdrawals(work, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    jf_audit_lots(work);
    jf_audit_invariants(work);
    if (jf_state_hash(store, &work->audit->state_hash, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    return options->replay ? jf_audit_replay(work, error) : JF_STORE_OK;
}

jf_store_result jf_audit_run(jf_audit *audit, jf_store *store, const jf_audit_options *options,
                             jf_store_error *error)
{
    jf_audit_work work;
    work_init(&work, audit, store);
    jf_store_result result = check_all(&work, options, error);
    count_hidden(&work);
    audit->replayed = options->replay && result == JF_STORE_OK;
    work_free(&work);
    return result;
}

void jf_audit_findings_json(const jf_audit *audit, jf_jw *out, const char *key)
{
    jf_jw_open(out, key, '[');
    for (uint32_t i = 0; i < audit->count; i++) {
        const jf_audit_finding *finding = &audit->list[i];
        JF_ASSERT(finding->id != NULL && finding->text.n > 0);
        jf_jw_open(out, NULL, '{');
        jf_jw_c(out, "id", finding->id);
        jf_jw_c(out, "severity", finding->severity);
        jf_jw_str(out, "text", finding->text);
        jf_jw_close(out, '}');
    }
    jf_jw_close(out, ']');
}

void jf_audit_reply(const jf_audit *audit, jf_jw *out)
{
    jf_audit_findings_json(audit, out, "findings");
    jf_jw_int(out, "journals", (int64_t)audit->journals);
    char space[2 * JF_SHA256_SIZE + 1];
    jf_buf hash = {space, 0, sizeof space, NULL};
    jf_hash_print(&hash, audit->state_hash);
    JF_ASSERT(hash.p == space);
    jf_jw_str(out, "state_hash", jf_buf_view(&hash));
}
