/*
 * Rows without the texts of journals (lean_store.h): a commit passes through
 * without them, everything else passes through as it is.
 */
#include "app/lean_store.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/check.h"

void jf_result_sum_begin(jf_result_sum *sum)
{
    sum->sha = jf_sha256_new();
    jf_sha256_begin(sum->sha);
}

void jf_result_sum_add(jf_result_sum *sum, const jf_journal_row *journal)
{
    if (journal->result.n == 0)
        return;
    jf_sha256_add(sum->sha, &journal->number, sizeof journal->number);
    jf_sha256_add(sum->sha, &journal->result.n, sizeof journal->result.n);
    jf_sha256_add(sum->sha, journal->result.p, journal->result.n);
}

jf_hash jf_result_sum_end(jf_result_sum *sum)
{
    jf_hash hash = jf_sha256_end(sum->sha);
    jf_sha256_free(sum->sha);
    return hash;
}

static jf_store *rows_of(jf_store *store)
{
    return ((jf_lean_store *)store)->rows;
}

static jf_store_result lean_load(jf_store *store, jf_world *w, jf_hash *head, jf_store_error *error)
{
    jf_store *rows = rows_of(store);
    return rows->ops->load(rows, w, head, error);
}

static jf_store_result lean_fetch(jf_store *store, jf_world *w, const jf_need *needs,
                                  uint32_t count, jf_store_error *error)
{
    jf_store *rows = rows_of(store);
    return rows->ops->fetch(rows, w, needs, count, error);
}

static void lean_expect(jf_store *store, jf_command_kind kind, jf_str id)
{
    jf_store *rows = rows_of(store);
    if (rows->ops->expect)
        rows->ops->expect(rows, kind, id);
}

static jf_store_result lean_commit(jf_store *store, const jf_changes *changes,
                                   jf_store_error *error)
{
    jf_lean_store *lean = (jf_lean_store *)store;
    if (changes->journals > lean->room) {
        free(lean->journals);
        lean->room = changes->journals;
        lean->journals = jf_alloc(sizeof *lean->journals * lean->room);
    }
    for (uint32_t i = 0; i < changes->journals; i++) {
        const jf_journal_row *journal = &changes->journal[i];
        jf_result_sum_add(&lean->results, journal);
        lean->journals[i] = *journal;
        lean->journals[i].command = JF_STR_NONE;
        lean->journals[i].result = JF_STR_NONE;
        lean->journals[i].postings = JF_STR_NONE;
    }
    jf_changes bare = *changes;
    bare.journal = lean->journals;
    return lean->rows->ops->commit(lean->rows, &bare, error);
}

static jf_store_result lean_positions(jf_store *store, uint32_t pool, uint32_t cohort,
                                      uint32_t after, uint32_t limit, jf_position_columns *out,
                                      jf_store_error *error)
{
    jf_store *rows = rows_of(store);
    return rows->ops->positions(rows, pool, cohort, after, limit, out, error);
}

/* What an engine asks of a store; scans and journals are asked of the rows themselves. */
static const jf_store_ops lean_ops = {
    .scheme = "lean",
    .load = lean_load,
    .fetch = lean_fetch,
    .expect = lean_expect,
    .commit = lean_commit,
    .positions = lean_positions,
};

void jf_lean_open(jf_lean_store *lean, jf_store *rows)
{
    JF_ASSERT(!rows->ops->durable);
    *lean = (jf_lean_store){.base.ops = &lean_ops, .rows = rows};
    jf_result_sum_begin(&lean->results);
}

jf_hash jf_lean_close(jf_lean_store *lean)
{
    free(lean->journals);
    return jf_result_sum_end(&lean->results);
}
