/*
 * Commands in, answers out: needs are fetched, the rules decide, journals are
 * chained, and full batches go to the committer (engine.h).
 *
 * Two batches exist: one being filled, one being committed. What the second
 * still needs of the working set (texts of rows) lives in the older generation
 * or in `facts`, which are let go only when it is durable.
 */
#include "app/engine.h"

#include <stdlib.h>
#include <string.h>

#include "app/audit.h"
#include "app/batch.h"
#include "app/committer.h"
#include "app/journal.h"
#include "app/netted.h"
#include "base/alloc.h"
#include "base/check.h"

#define MEMORY_DEFAULT ((size_t)512 << 20)

/* With smaller batches a second thread costs more than it saves, unless it waits for a disk. */
#define BATCH_WORTH_A_THREAD 64

struct jf_engine {
    jf_store *store;
    jf_engine_options options;
    jf_world world;
    jf_ahead ahead;
    jf_committer *committer;
    jf_chain chain;
    bool chains_late; /* by the committer, which has less to do than this thread */
    jf_batch batches[2];
    jf_batch *filling, *flying;
    bool in_flight;
    uint32_t policies; /* versions handed to the store */
    jf_arena command;  /* lives as long as one command */
    bool failed;
    jf_store_error error;
};

static jf_store_result fail(jf_engine *e, jf_store_error *error)
{
    if (!e->failed)
        e->error = *error;
    e->failed = true;
    *error = e->error;
    return JF_STORE_FAILED;
}

/* The zone of the books is a fact that the store does not have. */
static jf_zone_fact *fetch_zone(jf_world *w, jf_str name)
{
    jf_zone zone;
    bool known = jf_zone_load(&w->config, name, &zone);
    return jf_world_put_zone(w, name, known ? &zone : NULL);
}

static jf_store_result load_zone(jf_engine *e, jf_store_error *error)
{
    jf_world *w = &e->world;
    if (w->state.policies == 0)
        return JF_STORE_OK;
    jf_zone_fact *fact = fetch_zone(w, w->policies[0]->timezone);
    w->zone = &fact->zone;
    if (fact->known)
        return JF_STORE_OK;
    jf_error text;
    jf_refuse(&text, JF_E_UNAVAILABLE, "",
              "the books use the time zone %.*s, which this machine does not know; install tzdata",
              JF_STR_ARG(w->policies[0]->timezone));
    memcpy(error->message, text.message, sizeof text.message);
    return JF_STORE_FAILED;
}

jf_store_result jf_engine_open(jf_engine **out, jf_store *store, const jf_engine_options *options,
                               jf_store_error *error)
{
    jf_engine *e = jf_alloc_zero(1, sizeof *e);
    e->store = store;
    e->options = *options;
    if (!e->options.batch)
        e->options.batch = JF_BATCH_DEFAULT;
    if (!e->options.memory)
        e->options.memory = MEMORY_DEFAULT;
    jf_world_init(&e->world);
    jf_arena_init(&e->command, 0);
    jf_batch_init(&e->batches[0]);
    jf_batch_init(&e->batches[1]);
    e->filling = &e->batches[0];
    e->flying = &e->batches[1];
    e->chain.sha = jf_sha256_new();
    e->chains_late = !store->ops->durable;
    bool pays = store->ops->durable || e->options.batch >= BATCH_WORTH_A_THREAD;
    e->committer =
        jf_committer_new(store, e->chains_late ? &e->chain : NULL, pays && !options->foreground);
    jf_store_result result = store->ops->load(store, &e->world, &e->chain.head, error);
    if (result == JF_STORE_OK)
        result = load_zone(e, error);
    e->policies = e->world.state.policies;
    e->world.stamp = e->world.state.journals;
    e->world.no_order_answers = options->no_order_answers;
    if (result == JF_STORE_OK) {
        *out = e;
        return result;
    }
    jf_engine_close(e);
    return result;
}

void jf_engine_close(jf_engine *e)
{
    if (!e)
        return;
    jf_committer_free(e->committer);
    jf_sha256_free(e->chain.sha);
    jf_batch_free(&e->batches[0]);
    jf_batch_free(&e->batches[1]);
    jf_arena_free(&e->command);
    jf_world_free(&e->world);
    free(e);
}

const jf_world *jf_engine_world(const jf_engine *e)
{
    return &e->world;
}

static void hand_out(jf_engine *e, jf_batch *batch)
{
    for (uint32_t i = 0; i < batch->answer_count; i++) {
        const jf_batch_answer *a = &batch->answers[i];
        jf_answer answer = {
            a->code, a->again, {batch->texts.p + a->start, (uint32_t)a->length}, a->ticket};
        if (e->options.answer)
            e->options.answer(e->options.context, &answer);
    }
    jf_batch_clear(batch);
}

/* Wait for the batch in flight; its answers go out when it is durable. */
static jf_store_result land(jf_engine *e, jf_store_error *error)
{
    if (!e->in_flight)
        return JF_STORE_OK;
    e->in_flight = false;
    if (jf_committer_wait(e->committer, error) != JF_STORE_OK)
        return fail(e, error);
    hand_out(e, e->flying);
    return JF_STORE_OK;
}

/* The batch being filled takes off, after the one before it has landed. */
static jf_store_result take_off(jf_engine *e, jf_store_error *error)
{
    jf_world *w = &e->world;
    jf_batch *batch = e->filling;
    jf_batch_take(batch, w, e->policies);
    e->policies = w->state.policies;
    jf_store_result result = land(e, error);
    if (result != JF_STORE_OK)
        return result;
    jf_world_turn(w);
    e->filling = e->flying;
    e->flying = batch;
    if (!batch->first) {
        hand_out(e, batch);
        return JF_STORE_OK;
    }
    e->in_flight = true;
    jf_committer_start(e->committer, batch);
    return JF_STORE_OK;
}

jf_store_result jf_engine_flush(jf_engine *e, jf_store_error *error)
{
    if (e->failed)
        return fail(e, error);
    jf_store_result result = take_off(e, error);
    return result == JF_STORE_OK ? land(e, error) : result;
}

/* Keep the working set within its memory: let go of everybody when nothing is in flight. */
static jf_store_result bound_memory(jf_engine *e, jf_store_error *error)
{
    if (jf_world_size(&e->world) <= e->options.memory)
        return JF_STORE_OK;
    jf_store_result result = jf_engine_flush(e, error);
    if (result == JF_STORE_OK) {
        jf_world_empty(&e->world);
        e->ahead = (jf_ahead){0};
    }
    return result;
}

typedef void (*needs_fn)(const jf_world *w, const jf_command *command, jf_needs *needs);

/* Fetch until nothing is missing; each round can show what the next needs. */
static jf_store_result fetch_needs(jf_engine *e, const jf_command *command, needs_fn needs_of,
                                   jf_store_error *error)
{
    for (;;) {
        jf_needs needs;
        jf_needs_init(&needs, &e->command);
        needs_of(&e->world, command, &needs);
        if (needs.count == 0)
            return JF_STORE_OK;
        uint32_t stored = 0;
        for (uint32_t i = 0; i < needs.count; i++) {
            const jf_need *need = &needs.list[i];
            if (need->kind == JF_NEED_ZONE)
                fetch_zone(&e->world, need->id);
            else
                needs.list[stored++] = *need;
        }
        if (stored &&
            e->store->ops->fetch(e->store, &e->world, needs.list, stored, error) != JF_STORE_OK)
            return fail(e, error);
    }
}

static jf_code answer_audit(jf_engine *e, jf_buf *reply, jf_store_result *result,
                            jf_store_error *error)
{
    jf_audit audit;
    jf_jw w;
    jf_audit_init(&audit);
    *result = jf_audit_run(&audit, e->store, &(jf_audit_options){.replay = false}, error);
    jf_jw_init(&w, reply);
    jf_jw_open(&w, NULL, '{');
    jf_audit_reply(&audit, &w);
    jf_jw_close(&w, '}');
    jf_audit_free(&audit);
    return JF_OK;
}

/* Parties whose turn to be forced out came up while the command was decided. */
static jf_store_result fetch_stalled(jf_engine *e, jf_store_error *error)
{
    const jf_world *w = &e->world;
    jf_need *needs = JF_NEW_ARRAY(&e->command, jf_need, w->stalled_count);
    for (uint32_t i = 0; i < w->stalled_count; i++)
        needs[i] = (jf_need){.kind = JF_NEED_PARTY_NO, .number = w->stalled[i]};
    return e->store->ops->fetch(e->store, &e->world, needs, w->stalled_count, error);
}

/* One run through the rules, whose end is an answer. */
typedef struct attempt {
    const jf_trial *trial; /* NULL: it counts */
    bool again;
    jf_error refusal;
} attempt;

static jf_code step(jf_engine *e, const jf_command *command, attempt *a)
{
    jf_buf *reply = &e->filling->texts;
    return a->trial ? jf_step_try(&e->world, command, a->trial, reply, &a->refusal)
                    : jf_step_run(&e->world, command, reply, &a->again, &a->refusal);
}

/* Decide one command and append its answer to the batch being filled. */
static jf_store_result decide(jf_engine *e, const jf_command *command, attempt *a, void *ticket,
                              jf_store_error *error)
{
    jf_batch *batch = e->filling;
    jf_store_result result = JF_STORE_OK;
    size_t start = batch->texts.n;
    jf_buf_c(&batch->texts, "{\"ok\":true,\"result\":");
    jf_code code;
    if (command->kind == JF_CMD_AUDIT)
        code = answer_audit(e, &batch->texts, &result, error);
    else
        while ((code = step(e, command, a)) == JF_STALLED)
            if ((result = fetch_stalled(e, error)) != JF_STORE_OK)
                break;
    if (result != JF_STORE_OK)
        return fail(e, error);
    if (code) {
        batch->texts.n = start;
        jf_error_reply(&batch->texts, &a->refusal);
    } else {
        jf_buf_char(&batch->texts, '}');
    }
    if (!code && !e->chains_late)
        jf_batch_chain(batch, e->world.first_journal, &e->chain);
    *jf_batch_answer_add(batch) =
        (jf_batch_answer){code, a->again, ticket, start, batch->texts.n - start};
    return JF_STORE_OK;
}

static jf_store_result run(jf_engine *e, const jf_command *command, const jf_trial *trial,
                           void *ticket, jf_store_error *error)
{
    attempt a = {.trial = trial};
    jf_store_result result = bound_memory(e, error);
    bool alone = command->kind == JF_CMD_AUDIT || jf_needs_committed(command);
    if (result == JF_STORE_OK && alone)
        result = jf_engine_flush(e, error);
    if (result == JF_STORE_OK)
        result = fetch_needs(e, command, trial ? jf_needs_of_trial : jf_needs_of, error);
    if (result == JF_STORE_OK)
        result = decide(e, command, &a, ticket, error);
    if (result == JF_STORE_OK && e->filling->answer_count >= e->options.batch)
        result = take_off(e, error);
    return result;
}

void jf_engine_expect(jf_engine *e, const jf_command *command)
{
    if (e->store->ops->expect && command->id.n > 0)
        e->store->ops->expect(e->store, command->kind, command->id);
    jf_ahead_expect(&e->ahead, &e->world, command);
}

jf_store_result jf_engine_command(jf_engine *e, const jf_command *command, void *ticket,
                                  jf_store_error *error)
{
    if (e->failed)
        return fail(e, error);
    jf_arena_reset(&e->command);
    return run(e, command, NULL, ticket, error);
}

static void answer_refusal(jf_engine *e, const jf_error *refusal, void *ticket)
{
    jf_batch *batch = e->filling;
    size_t start = batch->texts.n;
    jf_error_reply(&batch->texts, refusal);
    *jf_batch_answer_add(batch) =
        (jf_batch_answer){refusal->code, false, ticket, start, batch->texts.n - start};
}

static jf_store_result refuse_line(jf_engine *e, const jf_error *refusal, void *ticket,
                                   jf_store_error *error)
{
    answer_refusal(e, refusal, ticket);
    return e->filling->answer_count >= e->options.batch ? take_off(e, error) : JF_STORE_OK;
}

jf_store_result jf_engine_line(jf_engine *e, jf_str line, void *ticket, jf_store_error *error)
{
    if (e->failed)
        return fail(e, error);
    jf_command command;
    jf_error refusal;
    jf_arena_reset(&e->command);
    if (jf_command_read(&e->command, line, &command, &refusal) == JF_OK)
        return run(e, &command, NULL, ticket, error);
    return refuse_line(e, &refusal, ticket, error);
}

jf_store_result jf_engine_try(jf_engine *e, jf_str line, void *ticket, jf_store_error *error)
{
    static const jf_trial plain = {NULL}, refunding = {jf_netted_json};
    if (e->failed)
        return fail(e, error);
    jf_command command;
    jf_error refusal;
    jf_arena_reset(&e->command);
    jf_code code = jf_command_read(&e->command, line, &command, &refusal);
    bool refund = !code && command.kind == JF_CMD_ORDER_REFUND;
    if (!code && !refund && command.kind != JF_CMD_ORDER_PAY && command.kind != JF_CMD_TOKEN_SELL)
        code = jf_refuse(&refusal, JF_E_BAD_REQUEST, "cmd",
                         "only order.pay, order.refund and token.sell can be tried");
    if (code)
        return refuse_line(e, &refusal, ticket, error);
    return run(e, &command, refund ? &refunding : &plain, ticket, error);
}

jf_store_result jf_engine_read(jf_engine *e, const jf_command *command, jf_buf *out, jf_code *code,
                               jf_store_error *error)
{
    jf_error refusal;
    bool again;
    if (e->failed)
        return fail(e, error);
    jf_arena_reset(&e->command);
    JF_ASSERT(jf_command_info_of(command->kind)->id_use == JF_ID_USE_READ &&
              command->kind != JF_CMD_AUDIT);
    jf_store_result result = fetch_needs(e, command, jf_needs_of, error);
    if (result == JF_STORE_OK)
        *code = jf_step_run(&e->world, command, out, &again, &refusal);
    return result;
}
