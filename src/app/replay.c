/*
 * Replay: the commands of one store run again into another, and the chains
 * compared (spec section 15, invariant 6).
 *
 * The journals of accepted commands hold their canonical texts; those go to an
 * engine in order, as if they came from outside. Everything else (closings,
 * maturities, releases) must come about again by itself.
 */
#include <stdio.h>
#include <string.h>

#include "app/audit.h"
#include "app/engine.h"
#include "base/check.h"
#include "store/rows.h"

/* The replay under way. */
typedef struct replaying {
    jf_engine *engine;
    jf_hash head; /* of the journals read so far */
    bool refused; /* a command that had been accepted was not accepted again */
    jf_store_error refusal;
    jf_store_error error;
    jf_store_result result;
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

static bool journal_run(void *context, const void *row)
{
    replaying *r = context;
    const jf_journal_row *j = row;
    r->head = j->hash;
    if (j->kind == JF_JOURNAL_COMMAND) {
        void *ticket = (void *)(uintptr_t)j->number;
        r->result = jf_engine_line(r->engine, j->command, ticket, &r->error);
    }
    return r->result == JF_STORE_OK && !r->refused;
}

static jf_store_result run_all(replaying *r, jf_store *from, jf_store_error *error)
{
    jf_store_result result = from->ops->journal_scan(from, 1, journal_run, r, error);
    if (result != JF_STORE_OK) {
        return result;
    }
    if (r->result == JF_STORE_OK) {
        r->result = jf_engine_flush(r->engine, &r->error);
    }
    *error = r->result == JF_STORE_OK ? r->refusal : r->error;
    return r->result;
}

jf_store_result jf_replay(jf_store *from, jf_store *into, bool *same, jf_store_error *error)
{
    replaying r = {.result = JF_STORE_OK};
    jf_engine_options options = {.answer = answered, .context = &r};
    JF_ASSERT(from != into);
    error->message[0] = '\0';
    *same = false;
    if (jf_engine_open(&r.engine, into, &options, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    JF_ASSERT(jf_engine_world(r.engine)->state.journals == 0);
    jf_store_result result = run_all(&r, from, error);
    jf_engine_close(r.engine);
    if (result != JF_STORE_OK || r.refused) {
        return result;
    }
    jf_world world;
    jf_hash head;
    jf_world_init(&world);
    result = into->ops->load(into, &world, &head, error);
    *same = result == JF_STORE_OK && memcmp(head.b, r.head.b, sizeof head.b) == 0;
    jf_world_free(&world);
    return result;
}
