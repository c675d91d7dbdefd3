/*
 * The audit's replay: the commands run again in memory must give the same
 * journals, the same answers and the same rows. What differs first is shown.
 */
#include <stdio.h>
#include <string.h>

#include "app/audit_work.h"
#include "app/state_hash.h"
#include "base/check.h"

/* Journals of the books beside those of the replay, until the first that differs. */
typedef struct comparing {
    jf_audit_work *work;
    jf_store *again;
    jf_arena arena;
    jf_store_error *error;
    jf_store_result result;
} comparing;

/* The postings of a journal, as many as can be read. */
typedef struct posting_list {
    jf_posting_row *rows;
    uint32_t count;
} posting_list;

static posting_list postings_of(jf_audit_work *work, const jf_journal_row *j)
{
    posting_list list;
    (void)jf_journal_postings(&work->scratch, j->postings, &list.rows, &list.count);
    return list;
}

static jf_audit_text posting_text(const jf_audit_work *work, posting_list list, uint32_t i)
{
    jf_audit_text text;
    if (i >= list.count) {
        snprintf(text.c, sizeof text.c, "missing");
        return text;
    }
    const jf_posting_row *p = &list.rows[i];
    snprintf(text.c, sizeof text.c, "%.40s on %.100s (then %.40s; before %llu; why %u)",
             jf_audit_balance(p->amount, p->slot).c, jf_audit_account(work, p->owner, p->slot).c,
             jf_audit_balance(p->balance, p->slot).c, (unsigned long long)p->before, p->why);
    return text;
}

/* Reports the first posting in which two journals differ. */
static void postings_differ(jf_audit_work *work, const jf_journal_row *j,
                            const jf_journal_row *again)
{
    JF_ASSERT(j->number == again->number);
    jf_arena_reset(&work->scratch);
    posting_list a = postings_of(work, j), b = postings_of(work, again);
    uint32_t i = 0;
    while (i < a.count && i < b.count &&
           strcmp(posting_text(work, a, i).c, posting_text(work, b, i).c) == 0) {
        i++;
    }
    jf_audit_find(work, JF_AUDIT_REPLAY_DIFFERS,
                  "journal %llu (%s): posting %u is %s; run again, it is %s",
                  (unsigned long long)j->number, jf_journal_kind_wire(j->kind), i + 1,
                  posting_text(work, a, i).c, posting_text(work, b, i).c);
}

/* Reports the first difference of a journal; false when there was one. */
static bool journal_same(jf_audit_work *work, const jf_journal_row *j, const jf_journal_row *again)
{
    if (!jf_str_eq(j->postings, again->postings)) {
        postings_differ(work, j, again);
        return false;
    }
    if (memcmp(j->hash.b, again->hash.b, sizeof j->hash.b) != 0) {
        jf_audit_find(
            work, JF_AUDIT_REPLAY_DIFFERS,
            "journal %llu is a %s of %s with the subject %llu; run again, it is a %s of %s "
            "with the subject %llu, or follows other journals",
            (unsigned long long)j->number, jf_journal_kind_wire(j->kind), jf_audit_day(j->day).c,
            (unsigned long long)j->subject, jf_journal_kind_wire(again->kind),
            jf_audit_day(again->day).c, (unsigned long long)again->subject);
        return false;
    }
    if (!jf_str_eq(j->result, again->result)) {
        jf_audit_find(work, JF_AUDIT_REPLAY_RESULT,
                      "journal %llu keeps the answer %.*s; run again, its command answers %.*s",
                      (unsigned long long)j->number, JF_STR_ARG(j->result),
                      JF_STR_ARG(again->result));
        return false;
    }
    return true;
}

static bool journal_compare(void *context, const void *row)
{
    comparing *c = context;
    const jf_journal_row *j = row;
    jf_journal_row again;
    JF_ASSERT(c->result == JF_STORE_OK);
    jf_arena_reset(&c->arena);
    c->result = c->again->ops->journal_get(c->again, &c->arena, j->number, &again, c->error);
    if (c->result == JF_STORE_NONE) {
        c->result = JF_STORE_OK;
        jf_audit_find(c->work, JF_AUDIT_REPLAY_DIFFERS,
                      "journal %llu (%s) does not come about when the commands are run again",
                      (unsigned long long)j->number, jf_journal_kind_wire(j->kind));
        return false;
    }
    return c->result == JF_STORE_OK && journal_same(c->work, j, &again);
}

static jf_store_result journals_compare(jf_audit_work *work, jf_store *again, jf_store_error *error)
{
    comparing c = {.work = work, .again = again, .error = error, .result = JF_STORE_OK};
    jf_arena_init(&c.arena, 0);
    jf_store_result result =
        work->store->ops->journal_scan(work->store, 1, journal_compare, &c, error);
    jf_arena_free(&c.arena);
    return result == JF_STORE_OK ? c.result : result;
}

/*
 * The first line in which two books differ. The lines of one are kept as
 * hashes; when the other's differ, the line is fetched by its number.
 */
typedef struct line_search {
    uint64_t *hashes;
    uint64_t count, room, at; /* lines of the first; the line being looked at */
    jf_arena arena;
    jf_str wanted; /* the line number `at`, once it is found */
    bool found;
} line_search;

static bool line_note(void *context, jf_str line)
{
    line_search *s = context;
    if (s->count == s->room) {
        uint64_t room = s->room ? 2 * s->room : 1024;
        uint64_t *wider = JF_NEW_ARRAY(&s->arena, uint64_t, room);
        if (s->count > 0) {
            memcpy(wider, s->hashes, sizeof *wider * s->count);
        }
        s->hashes = wider;
        s->room = room;
    }
    JF_ASSERT(s->count < s->room);
    s->hashes[s->count++] = jf_str_hash(line);
    return true;
}

static bool line_differs(void *context, jf_str line)
{
    line_search *s = context;
    if (s->at < s->count && s->hashes[s->at] == jf_str_hash(line)) {
        s->at++;
        return true;
    }
    s->found = true;
    s->wanted = jf_str_dup(&s->arena, line);
    return false;
}

static bool line_fetch(void *context, jf_str line)
{
    line_search *s = context;
    if (s->count++ < s->at) {
        return true;
    }
    s->wanted = jf_str_dup(&s->arena, line);
    return false;
}

/* Some rows of a store as lines. */
typedef jf_store_result (*lines_fn)(jf_store *store, jf_line_fn fn, void *context,
                                    jf_store_error *error);

static jf_store_result lines_search(jf_audit_work *work, jf_store *again, lines_fn lines,
                                    line_search *s, jf_store_error *error)
{
    if (lines(again, line_note, s, error) != JF_STORE_OK ||
        lines(work->store, line_differs, s, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (!s->found && s->at == s->count) {
        return JF_STORE_OK;
    }
    jf_str here = s->found ? s->wanted : JF_STR("(nothing more)");
    s->wanted = JF_STR("(nothing more)");
    s->count = 0;
    if (lines(again, line_fetch, s, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    jf_audit_find(work, JF_AUDIT_REPLAY_ROWS, "the books have the row %.*s; run again, it is %.*s",
                  JF_STR_ARG(here), JF_STR_ARG(s->wanted));
    return JF_STORE_OK;
}

static jf_store_result lines_compare(jf_audit_work *work, jf_store *again, lines_fn lines,
                                     jf_store_error *error)
{
    line_search s = {.hashes = NULL};
    jf_arena_init(&s.arena, 0);
    jf_store_result result = lines_search(work, again, lines, &s, error);
    jf_arena_free(&s.arena);
    return result;
}

static jf_store_result rows_compare(jf_audit_work *work, jf_store *again, jf_store_error *error)
{
    jf_hash hash;
    uint32_t before = work->audit->errors;
    if (jf_state_hash(again, &hash, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (memcmp(hash.b, work->audit->state_hash.b, sizeof hash.b) != 0) {
        if (lines_compare(work, again, jf_state_lines, error) != JF_STORE_OK) {
            return JF_STORE_FAILED;
        }
        JF_ASSERT(work->audit->errors > before);
    }
    return lines_compare(work, again, jf_unmoved_lines, error);
}

/* Runs the commands once more, with all texts, to show what differs first. */
static jf_store_result difference_show(jf_audit_work *work, jf_store *again, jf_store_error *error)
{
    bool same;
    if (jf_replay(work->store, again, &same, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (!same && error->message[0] != '\0') {
        jf_audit_find(work, JF_AUDIT_REPLAY_DIFFERS, "%s", error->message);
        return JF_STORE_OK;
    }
    uint32_t before = work->audit->errors;
    if (journals_compare(work, again, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (!same && before == work->audit->errors) {
        jf_audit_find(work, JF_AUDIT_REPLAY_DIFFERS,
                      "running the commands again gives more journals than the books have");
    }
    return same ? rows_compare(work, again, error) : JF_STORE_OK;
}

/* As *alike says: compares the rows, or says that a closer look is needed. */
static jf_store_result look(jf_audit_work *work, bool *alike, jf_store_error *error)
{
    jf_store *rows;
    if (jf_store_memory_open(&rows, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    jf_store_result result = jf_replay_alike(work->store, rows, alike, error);
    if (result == JF_STORE_OK && *alike) {
        result = rows_compare(work, rows, error);
    }
    jf_store_close(rows);
    return result;
}

jf_store_result jf_audit_replay(jf_audit_work *work, jf_store_error *error)
{
    bool alike;
    jf_store *again;
    if (look(work, &alike, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (alike) {
        return JF_STORE_OK;
    }
    if (jf_store_memory_open(&again, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    JF_ASSERT(again != work->store);
    jf_store_result result = difference_show(work, again, error);
    jf_store_close(again);
    return result;
}
