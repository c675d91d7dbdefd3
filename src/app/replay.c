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

static jf_store_result run_all(replaying *r, jf_replay_reader *reader, jf_store_error *error)
{
    const jf_replay_block *block;
    jf_store_result result = JF_STORE_OK;
    while (result == JF_STORE_OK && !r->refused && (block = jf_replay_reader_next(reader)) != NULL)
        for (uint32_t i = 0; i < block->count && result == JF_STORE_OK && !r->refused; i++)
            result = run_one(r, &block->items[i], error);
    if (result == JF_STORE_OK)
        result = jf_engine_flush(r->engine, error);
    return result;
}

/* Runs everything; `head` is that of the journals that were read. */
static jf_store_result run_from(replaying *r, jf_store *from, jf_hash *head, jf_store_error *error)
{
    jf_replay_reader *reader;
    jf_store_error unread;
    jf_store_result result = jf_replay_reader_open(&reader, from, error);
    if (result != JF_STORE_OK)
        return result;
    result = run_all(r, reader, error);
    if (jf_replay_reader_close(reader, head, &unread) == JF_STORE_OK)
        return result;
    *error = unread;
    return JF_STORE_FAILED;
}

jf_store_result jf_replay(jf_store *from, jf_store *into, bool *same, jf_store_error *error)
{
    replaying r = {.refused = false};
    jf_engine_options options = {.answer = answered, .context = &r, .no_order_answers = true};
    jf_hash wanted;
    JF_ASSERT(from != into);
    error->message[0] = '\0';
    *same = false;
    if (jf_engine_open(&r.engine, into, &options, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    JF_ASSERT(jf_engine_world(r.engine)->state.journals == 0);
    jf_store_result result = run_from(&r, from, &wanted, error);
    jf_engine_close(r.engine);
    if (result != JF_STORE_OK)
        return result;
    if (r.refused) {
        *error = r.refusal;
        return result;
    }
    jf_world world;
    jf_hash head;
    jf_world_init(&world);
    result = into->ops->load(into, &world, &head, error);
    *same = result == JF_STORE_OK && memcmp(head.b, wanted.b, sizeof head.b) == 0;
    jf_world_free(&world);
    return result;
}
