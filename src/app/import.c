/*
 * Running an import (import.h): one run holds the engine, and what its answers
 * add up to.
 */
#include "app/import.h"

#include <stdio.h>
#include <string.h>

#include "app/audit.h"
#include "app/engine.h"
#include "app/import_plan.h"
#include "base/check.h"

/* What an answer is about: the low bits of its ticket; the row's index is above them. */
enum { TICKET_BITS = 3, TICKET_POLICY = 7 };

typedef struct import_run {
    jf_import_rows *rows;
    const jf_import_options *options;
    jf_import_summary *summary;
    jf_store_error *error;
    jf_engine *engine;
    jf_import_progress progress;
    jf_store_result result; /* of the last call of the engine */
    bool refused;           /* the policy or a command of the setup was; *error says how */
    jf_arena arena;         /* of one answer */
} import_run;

/* The refusal in an answer; texts live in the run's arena until the next. */
typedef struct refusal {
    jf_str field, message;
} refusal;

static jf_str text_of(const jf_json *object, jf_str key)
{
    const jf_json *value = object ? jf_json_get(object, key) : NULL;
    return value && value->type == JF_JSON_STRING ? value->text : JF_STR_NONE;
}

static refusal refusal_of(import_run *run, jf_str answer)
{
    jf_json *json;
    jf_arena_reset(&run->arena);
    bool ours = jf_json_parse(&run->arena, answer, &json, NULL);
    JF_ASSERT(ours);
    const jf_json *error = jf_json_get(json, JF_STR("error"));
    JF_ASSERT(error != NULL);
    return (refusal){text_of(error, JF_STR("field")), text_of(error, JF_STR("message"))};
}

/* The column of the file that a field of order.pay was made from; empty when none was. */
static jf_str column_of(const import_run *run, jf_str field)
{
    const jf_import_columns *columns = &run->rows->map->columns;
    if (jf_str_eq(field, JF_STR("member")))
        return columns->customer;
    if (jf_str_eq(field, JF_STR("at")))
        return columns->date;
    if (jf_str_eq(field, JF_STR("amount")))
        return columns->amount;
    if (jf_str_eq(field, JF_STR("shop")))
        return columns->shop;
    return jf_str_eq(field, JF_STR("id")) ? columns->id : JF_STR_NONE;
}

static void order_refused(import_run *run, const jf_import_row *row, const jf_answer *answer)
{
    refusal why = refusal_of(run, answer->text);
    run->summary->refused[answer->code]++;
    run->summary->refusals++;
    if (!run->options->complain)
        return;
    jf_import_complaint complaint = {row->line, jf_str_c(&run->arena, column_of(run, why.field)),
                                     jf_code_wire(answer->code),
                                     jf_str_c(&run->arena, why.message)};
    run->options->complain(run->options->context, &complaint);
}

static void order_answered(import_run *run, uint32_t index, const jf_answer *answer)
{
    JF_ASSERT(index < run->rows->count);
    const jf_import_row *row = &run->rows->list[index];
    if (answer->code)
        order_refused(run, row, answer);
    else if (answer->again)
        run->summary->again++;
    else
        run->summary->paid++;
    run->progress.done++;
    run->progress.day = row->day;
    if (run->options->progress)
        run->options->progress(run->options->context, &run->progress);
}

/* Without the policy or the mapping's shops every row would be refused: give up. */
static void give_up(import_run *run, const char *what, const jf_answer *answer)
{
    refusal why = refusal_of(run, answer->text);
    if (!run->refused)
        snprintf(run->error->message, sizeof run->error->message, "%s was refused: %s (%.*s): %.*s",
                 what, jf_code_wire(answer->code), JF_STR_ARG(why.field), JF_STR_ARG(why.message));
    run->refused = true;
}

static void answered(void *context, const jf_answer *answer)
{
    import_run *run = context;
    uintptr_t ticket = (uintptr_t)answer->ticket;
    uintptr_t what = ticket & ((1u << TICKET_BITS) - 1);
    if (what == JF_IMPORT_ORDER)
        order_answered(run, (uint32_t)(ticket >> TICKET_BITS), answer);
    else if (what == TICKET_POLICY && answer->code)
        give_up(run, "the policy", answer);
    /* A member, shop or seat that is there with other content is used as it is. */
    else if (what == JF_IMPORT_SETUP && answer->code && answer->code != JF_E_ID_CONFLICT)
        give_up(run, "what the mapping sets up (members, shops, seats)", answer);
    else if (what == JF_IMPORT_MEMBER && !answer->code && !answer->again)
        run->summary->members++;
    /* A refused close leaves its days open; the rows behind it are refused themselves. */
}

static bool send(void *context, const jf_command *command, jf_import_what what,
                 const jf_import_row *row)
{
    import_run *run = context;
    uintptr_t index = row ? (uintptr_t)(row - run->rows->list) : 0;
    void *ticket = (void *)(index << TICKET_BITS | (uintptr_t)what);
    run->result = jf_engine_command(run->engine, command, ticket, run->error);
    return run->result == JF_STORE_OK && !run->refused;
}

static bool flush(import_run *run)
{
    if (run->result == JF_STORE_OK)
        run->result = jf_engine_flush(run->engine, run->error);
    return run->result == JF_STORE_OK && !run->refused;
}

/* Books without a policy get one, from the day of the first purchase on. */
static bool set_policy(import_run *run)
{
    jf_command command;
    jf_error wrong;
    jf_arena arena;
    if (jf_engine_world(run->engine)->state.policies > 0)
        return true;
    jf_arena_init(&arena, 0);
    run->summary->policy_set = true;
    if (jf_import_policy_command(&arena, run->options->policy, run->rows->list[0].day, &command,
                                 &wrong))
        run->result =
            jf_engine_command(run->engine, &command, (void *)(uintptr_t)TICKET_POLICY, run->error);
    else
        run->refused = true;
    if (run->refused)
        snprintf(run->error->message, sizeof run->error->message, "the policy cannot be read: %s",
                 wrong.message);
    bool fine = flush(run);
    jf_arena_free(&arena);
    return fine;
}

static void run_plan(import_run *run)
{
    jf_import_plan plan;
    const jf_world *world = jf_engine_world(run->engine);
    uint64_t closes = world->state.closes;
    if (!set_policy(run))
        return;
    jf_day day = world->state.open_day;
    jf_import_plan_init(&plan, run->rows, world->zone, world, send, run);
    if (jf_import_plan_setup(&plan) && flush(run) && jf_import_plan_rows(&plan) &&
        run->options->close_last)
        jf_import_plan_close_last(&plan);
    flush(run);
    jf_import_plan_free(&plan);
    JF_ASSERT(world->state.open_day.n >= day.n && world->state.closes >= closes);
    run->summary->days = (uint64_t)(world->state.open_day.n - day.n);
    run->summary->closes = world->state.closes - closes;
    run->summary->open_day = world->state.open_day;
}

jf_import_result jf_import_run(jf_store *store, jf_import_rows *rows,
                               const jf_import_options *options, jf_import_summary *summary,
                               jf_store_error *error)
{
    JF_ASSERT(store != NULL && rows != NULL && options->policy.n > 0);
    import_run run = {.rows = rows, .options = options, .summary = summary, .error = error};
    jf_engine_options engine = {.batch = options->batch, .answer = answered, .context = &run};
    *summary = (jf_import_summary){0};
    if (rows->count == 0)
        return JF_IMPORT_DONE;
    run.progress.of = rows->count;
    run.result = jf_engine_open(&run.engine, store, &engine, error);
    if (run.result != JF_STORE_OK)
        return JF_IMPORT_FAILED;
    jf_arena_init(&run.arena, 0);
    run_plan(&run);
    jf_engine_close(run.engine);
    jf_arena_free(&run.arena);
    if (run.result != JF_STORE_OK)
        return JF_IMPORT_FAILED;
    return run.refused ? JF_IMPORT_REFUSED : JF_IMPORT_DONE;
}

static jf_import_result copy_books(jf_store *books, jf_store *copy, jf_store_error *error)
{
    bool same = true;
    if (books && jf_replay(books, copy, &same, error) != JF_STORE_OK)
        return JF_IMPORT_FAILED;
    if (same)
        return JF_IMPORT_DONE;
    snprintf(error->message, sizeof error->message,
             "the books do not come out the same when their commands are run again; "
             "`jifen audit` says more");
    return JF_IMPORT_FAILED;
}

jf_import_result jf_import_rehearse(jf_store *books, jf_import_rows *rows,
                                    const jf_import_options *options, jf_import_summary *summary,
                                    jf_store_error *error)
{
    jf_store *copy;
    if (jf_store_memory_open(&copy, error) != JF_STORE_OK)
        return JF_IMPORT_FAILED;
    jf_import_result result = copy_books(books, copy, error);
    if (result == JF_IMPORT_DONE)
        result = jf_import_run(copy, rows, options, summary, error);
    jf_store_close(copy);
    return result;
}
