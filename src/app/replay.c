/*
 * Replay: the commands of one store run again into another, and the chains
 * compared (spec section 15, invariant 6).
 *
 * The journals of accepted commands hold their canonical texts; those go to an
 * engine in order, as if they came from outside. Everything else (closings,
 * maturities, releases) must come about again by itself.
 *
 * Reading the texts is a third of the work and needs nothing of the books, so
 * a thread of its own reads ahead (replay_reader.h).
 */
#include <stdio.h>
#include <string.h>

#include "app/audit.h"
#include "app/engine.h"
#include "app/lean_store.h"
#include "app/replay_reader.h"
#include "base/check.h"
#include "store/rows.h"

/* The replay under way. */
typedef struct replaying {
    jf_engine *engine;
    bool refused; /* a command that had been accepted was not accepted again */
    jf_store_error refusal;
} replaying;

static void answered(void *context, const jf_answer *a)
{
    replaying *r = context;
    if (r->refused || (a->code == JF_OK && !a->again)) {
        return;
    }
    r->refused = true;
    uint64_t number = (uint64_t)(uintptr_t)a->ticket;
    JF_ASSERT(number > 0);
    jf_store_fail(&r->refusal,
                  "the command of journal %llu was accepted, and when run again %s%.*s",
                  (unsigned long long)number, a->again ? "was known already: " : "was refused: ",
                  a->text.n > 160 ? 160 : (int)a->text.n, a->text.p);
}

static jf_store_result run_one(replaying *r, const jf_replay_item *item, jf_store_error *error)
{
    void *ticket = (void *)(uintptr_t)item->journal;
    if (item->readable)
        return jf_engine_command(r->engine, &item->command, ticket, error);
    return jf_engine_line(r->engine, item->line, ticket, error);
}

/* Named before their turn; the last few of a block are not. */
static void expect(replaying *r, const jf_replay_block *block, uint32_t i)
{
    if (i < block->count && block->items[i].readable)
        jf_engine_expect(r->engine, &block->items[i].command);
}

static jf_store_result run_block(replaying *r, const jf_replay_block *block, jf_store_error *error)
{
    jf_store_result result = JF_STORE_OK;
    for (uint32_t i = 0; i + 1 < JF_AHEAD; i++)
        expect(r, block, i);
    for (uint32_t i = 0; i < block->count && result == JF_STORE_OK && !r->refused; i++) {
        expect(r, block, i + JF_AHEAD - 1);
        result = run_one(r, &block->items[i], error);
    }
    return result;
}

static jf_store_result run_all(replaying *r, jf_replay_reader *reader, jf_store_error *error)
{
    const jf_replay_block *block;
    jf_store_result result = JF_STORE_OK;
    while (result == JF_STORE_OK && !r->refused && (block = jf_replay_reader_next(reader)) != NULL)
        result = run_block(r, block, error);
    if (result == JF_STORE_OK)
        result = jf_engine_flush(r->engine, error);
    return result;
}

/* Runs everything; `sums` are those of the journals that were read. */
static jf_store_result run_from(replaying *r, jf_store *from, jf_replay_sums *sums,
                                jf_store_error *error)
{
    jf_replay_reader *reader;
    jf_store_error unread;
    jf_store_result result = jf_replay_reader_open(&reader, from, error);
    if (result != JF_STORE_OK)
        return result;
    result = run_all(r, reader, error);
    if (jf_replay_reader_close(reader, sums, &unread) == JF_STORE_OK)
        return result;
    *error = unread;
    return JF_STORE_FAILED;
}

static jf_store_result head_of(jf_store *store, jf_hash *head, jf_store_error *error)
{
    jf_world world;
    jf_world_init(&world);
    jf_store_result result = store->ops->load(store, &world, head, error);
    jf_world_free(&world);
    return result;
}

static bool hash_same(const jf_hash *a, const jf_hash *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* Runs the commands of `from` into `into`; *same: the chains end alike. */
static jf_store_result run(jf_store *from, jf_store *into, bool *same, jf_replay_sums *sums,
                           jf_store_error *error)
{
    replaying r = {.refused = false};
    jf_engine_options options = {.answer = answered, .context = &r, .no_order_answers = true};
    JF_ASSERT(from != into);
    error->message[0] = '\0';
    *same = false;
    if (jf_engine_open(&r.engine, into, &options, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    JF_ASSERT(jf_engine_world(r.engine)->state.journals == 0);
    jf_store_result result = run_from(&r, from, sums, error);
    jf_engine_close(r.engine);
    if (result != JF_STORE_OK)
        return result;
    if (r.refused) {
        *error = r.refusal;
        return result;
    }
    jf_hash head;
    result = head_of(into, &head, error);
    *same = result == JF_STORE_OK && hash_same(&head, &sums->head);
    return result;
}

jf_store_result jf_replay(jf_store *from, jf_store *into, bool *same, jf_store_error *error)
{
    jf_replay_sums sums;
    return run(from, into, same, &sums, error);
}

jf_store_result jf_replay_alike(jf_store *from, jf_store *rows, bool *alike, jf_store_error *error)
{
    jf_lean_store lean;
    jf_replay_sums sums = {.results = {{0}}};
    jf_lean_open(&lean, rows);
    jf_store_result result = run(from, &lean.base, alike, &sums, error);
    jf_hash results = jf_lean_close(&lean);
    *alike = *alike && hash_same(&results, &sums.results);
    return result;
}
