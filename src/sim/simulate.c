/*
 * Running the plan of an import on books in memory, with a look at the figures
 * after every few days (simulate.h).
 */
#include "sim/simulate.h"

#include "app/engine.h"
#include "app/import_plan.h"
#include "base/check.h"
#include "sim/purchases.h"
#include "store/rows.h"

typedef struct running {
    jf_simulated *out;
    jf_engine *engine;
    jf_store_result result;
    jf_store_error *error;
    int32_t every, next; /* days between two looks; the day of the next */
} running;

/* The rules take whatever a checked policy lets shops and members do; a refusal is our mistake. */
static void answered(void *context, const jf_answer *answer)
{
    running *run = context;
    if (answer->code == JF_OK || run->result != JF_STORE_OK)
        return;
    run->result = jf_store_fail(run->error, "the rules refused a generated command: %.*s",
                                JF_STR_ARG(answer->text));
}

/* Over all pools: what was collected for dividends, and released, in fen. */
static void sums(const jf_report *report, int64_t *collected, int64_t *released)
{
    *collected = *released = 0;
    for (uint32_t i = 0; i < report->pool_count; i++) {
        *collected += report->pools[i].disclosure.collected.v;
        *released += report->pools[i].pool->released.v;
    }
}

static jf_store_result look(running *run, jf_day day)
{
    jf_report report;
    jf_simulated *out = run->out;
    jf_store_result result = jf_engine_flush(run->engine, run->error);
    if (result != JF_STORE_OK || run->result != JF_STORE_OK)
        return JF_STORE_FAILED;
    result = jf_report_init(&report, out->store);
    if (result == JF_STORE_OK) {
        JF_ASSERT(out->point_count < JF_SIMULATED_POINTS);
        jf_simulated_point *point = &out->points[out->point_count++];
        *point =
            (jf_simulated_point){.day = day, .sales = report.sales.v, .coverage = report.coverage};
        sums(&report, &point->collected, &point->released);
    } else {
        *run->error = report.error;
    }
    jf_report_free(&report);
    return result;
}

static bool send(void *context, const jf_command *command, jf_import_what what,
                 const jf_import_row *row)
{
    running *run = context;
    (void)row;
    if (jf_engine_command(run->engine, command, NULL, run->error) != JF_STORE_OK)
        run->result = JF_STORE_FAILED;
    jf_day closed = command->u.day_close.day;
    if (run->result == JF_STORE_OK && what == JF_IMPORT_CLOSE && closed.n >= run->next) {
        run->next = closed.n + run->every;
        run->result = look(run, closed);
    }
    return run->result == JF_STORE_OK;
}

static void policy_set(running *run, jf_arena *arena, const jf_policy *policy, jf_day from)
{
    jf_command command;
    jf_error error;
    bool read = jf_import_policy_command(arena, policy->document, from, &command, &error);
    JF_ASSERT(read);
    run->result = jf_engine_command(run->engine, &command, NULL, run->error);
    if (run->result == JF_STORE_OK)
        run->result = jf_engine_flush(run->engine, run->error);
}

/* Days without purchases at the end are days too. */
static void last_close(running *run, jf_day last)
{
    char space[80];
    jf_buf line = {space, 0, sizeof space, NULL};
    jf_buf_c(&line, "{\"cmd\":\"day.close\",\"day\":\"");
    jf_day_print(&line, last);
    jf_buf_c(&line, "\"}");
    if (jf_engine_line(run->engine, jf_buf_view(&line), NULL, run->error) != JF_STORE_OK ||
        jf_engine_flush(run->engine, run->error) != JF_STORE_OK)
        run->result = JF_STORE_FAILED;
}

static void plan_run(running *run, jf_arena *arena, jf_import_rows *rows, const jf_policy *policy)
{
    jf_import_plan plan;
    jf_day first = rows->list[0].day;
    run->next = first.n + run->every - 1;
    policy_set(run, arena, policy, first);
    if (run->result != JF_STORE_OK)
        return;
    jf_import_plan_init(&plan, rows, jf_engine_world(run->engine)->zone, NULL, send, run);
    if (jf_import_plan_setup(&plan))
        jf_import_plan_rows(&plan);
    jf_import_plan_free(&plan);
}

static jf_store_result books_run(jf_simulated *out, const jf_simulation *simulation, bool growing,
                                 jf_store_error *error)
{
    jf_arena arena;
    jf_import_rows rows;
    running run = {.out = out, .error = error};
    jf_engine_options options = {
        .foreground = true, .no_order_answers = true, .answer = answered, .context = &run};
    /* Looks are `every` days apart or more, so they fit, and one more after the last day does. */
    run.every = (int32_t)(simulation->days / (JF_SIMULATED_POINTS - 1)) + 1;
    run.result = jf_engine_open(&run.engine, out->store, &options, error);
    if (run.result != JF_STORE_OK)
        return run.result;
    jf_arena_init(&arena, 0);
    jf_import_rows_init(&rows, jf_simulation_map(&arena, simulation->policy), 0, NULL, NULL);
    jf_simulation_rows(&rows, simulation, growing);
    plan_run(&run, &arena, &rows, simulation->policy);
    jf_day last = {JF_SIMULATION_FIRST_DAY.n + (int32_t)simulation->days - 1};
    if (run.result == JF_STORE_OK)
        last_close(&run, last);
    if (run.result == JF_STORE_OK)
        run.result = look(&run, last);
    jf_import_rows_free(&rows);
    jf_arena_free(&arena);
    jf_engine_close(run.engine);
    return run.result;
}

jf_store_result jf_simulate_run(jf_simulated *out, const jf_simulation *simulation, bool growing,
                                jf_store_error *error)
{
    const jf_audit_options options = {.replay = false};
    *out = (jf_simulated){.store = NULL};
    jf_audit_init(&out->audit);
    jf_store_result result = jf_store_memory_open(&out->store, error);
    if (result == JF_STORE_OK)
        result = books_run(out, simulation, growing, error);
    if (result == JF_STORE_OK)
        result = jf_audit_run(&out->audit, out->store, &options, error);
    if (result == JF_STORE_OK && jf_report_init(&out->report, out->store) != JF_STORE_OK) {
        *error = out->report.error;
        result = JF_STORE_FAILED;
    }
    return result;
}

void jf_simulated_free(jf_simulated *simulated)
{
    if (simulated->report.reader.store)
        jf_report_free(&simulated->report);
    jf_audit_free(&simulated->audit);
    if (simulated->store)
        jf_store_close(simulated->store);
}

/* --- JSON -------------------------------------------------------------------------------- */

/* Left out where nothing can be owed. */
static void coverage_json(jf_jw *w, int64_t coverage)
{
    if (coverage >= 0)
        jf_jw_decimal(w, "coverage", coverage, 6);
}

static void series_json(jf_jw *w, const jf_simulated *s)
{
    jf_jw_open(w, "series", '[');
    for (uint32_t i = 0; i < s->point_count; i++) {
        const jf_simulated_point *point = &s->points[i];
        jf_jw_open(w, NULL, '{');
        jf_jw_day(w, "day", point->day);
        jf_jw_decimal(w, "sales", point->sales, 2);
        jf_jw_decimal(w, "collected", point->collected, 2);
        jf_jw_decimal(w, "released", point->released, 2);
        coverage_json(w, point->coverage);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
}

static void pools_json(jf_jw *w, const jf_report *r)
{
    jf_jw_open(w, "pools", '[');
    for (uint32_t i = 0; i < r->pool_count; i++) {
        const jf_pool_report *p = &r->pools[i];
        jf_jw_open(w, NULL, '{');
        jf_jw_str(w, "pool", p->policy->name);
        jf_jw_int(w, "periods", p->pool->period - 1); /* closed */
        jf_jw_decimal(w, "collected", p->disclosure.collected.v, 2);
        jf_jw_decimal(w, "released", p->pool->released.v, 2);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
}

static void run_json(jf_jw *w, const char *key, const jf_simulated *s)
{
    const jf_report *r = &s->report;
    int64_t collected, released;
    sums(r, &collected, &released);
    jf_jw_open(w, key, '{');
    jf_jw_decimal(w, "sales", r->sales.v, 2);
    jf_jw_decimal(w, "rebates", r->rebates.v, 2);
    jf_jw_decimal(w, "collected", collected, 2);
    jf_jw_decimal(w, "released", released, 2);
    jf_jw_decimal(w, "vouchers_outstanding", r->vouchers_out, 2);
    jf_jw_decimal(w, "held", r->held, 2);
    jf_jw_decimal(w, "still_at_most", r->still, 2);
    coverage_json(w, r->coverage);
    jf_jw_decimal(w, "revenue", r->reader.world.state.totals[JF_ACCOUNT_REVENUE], 2);
    jf_jw_decimal(w, "equity", r->equity, 2);
    jf_jw_bool(w, "insolvent", r->equity < 0);
    pools_json(w, r);
    jf_audit_findings_json(&s->audit, w, "audit");
    series_json(w, s);
    jf_jw_close(w, '}');
}

jf_store_result jf_simulate_json(const jf_simulation *simulation, jf_jw *w, jf_store_error *error)
{
    jf_simulated flat, growing;
    jf_store_result result = jf_simulate_run(&flat, simulation, false, error);
    if (result == JF_STORE_OK) {
        result = jf_simulate_run(&growing, simulation, true, error);
        if (result == JF_STORE_OK) {
            jf_jw_int(w, "seed", (int64_t)simulation->seed);
            jf_jw_int(w, "days", simulation->days);
            jf_jw_int(w, "customers", simulation->customers);
            run_json(w, "flat", &flat);
            run_json(w, "growing", &growing);
        }
        jf_simulated_free(&growing);
    }
    jf_simulated_free(&flat);
    return result;
}
