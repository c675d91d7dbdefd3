/*
 * `jifen policy simulate`: a policy on generated purchases (sim/simulate.h), the
 * run with flat turnover always beside the one with growing turnover.
 */
#include <stdio.h>

#include "app/grid.h"
#include "base/check.h"
#include "cli/cmd_policy.h"
#include "cli/options.h"
#include "sim/simulate.h"

static void amounts(jf_grid *grid, const char *label, int64_t flat, int64_t growing)
{
    jf_grid_c(grid, label);
    jf_grid_amount(grid, flat, 2);
    jf_grid_amount(grid, growing, 2);
}

static void coverage_cell(jf_grid *grid, int64_t coverage)
{
    if (coverage < 0)
        jf_grid_c(grid, "nothing owed");
    else
        jf_grid_amount(grid, coverage, 6);
}

static void pool_rows(jf_grid *grid, jf_arena *arena, const jf_pool_report *flat,
                      const jf_pool_report *growing)
{
    jf_buf name;
    jf_buf_init(&name, arena);
    jf_buf_c(&name, "pool ");
    jf_buf_bytes(&name, flat->policy->name.p, flat->policy->name.n);
    jf_buf_c(&name, ": periods closed");
    jf_grid_cell(grid, jf_buf_view(&name));
    jf_grid_int(grid, flat->pool->period - 1);
    jf_grid_int(grid, growing->pool->period - 1);
    amounts(grid, "  collected", flat->disclosure.collected.v, growing->disclosure.collected.v);
    amounts(grid, "  released", flat->pool->released.v, growing->pool->released.v);
}

static void text_write(jf_arena *arena, const jf_simulation *simulation, const jf_simulated *flat,
                       const jf_simulated *growing, jf_buf *out)
{
    jf_grid grid;
    const jf_report *f = &flat->report, *g = &growing->report;
    const int64_t *ft = f->reader.world.state.totals, *gt = g->reader.world.state.totals;
    jf_buf_c(out, "Generated purchases, seed ");
    jf_buf_int(out, (int64_t)simulation->seed);
    jf_buf_c(out, ": no forecast. Turnover flat, and growing 15 % a period.\n\n");
    jf_grid_init(&grid, arena, "lrr", 0);
    jf_grid_c(&grid, "");
    jf_grid_c(&grid, "flat");
    jf_grid_c(&grid, "growing");
    amounts(&grid, "sales", f->sales.v, g->sales.v);
    amounts(&grid, "rebates", f->rebates.v, g->rebates.v);
    JF_ASSERT(f->pool_count == g->pool_count);
    for (uint32_t i = 0; i < f->pool_count; i++)
        pool_rows(&grid, arena, &f->pools[i], &g->pools[i]);
    amounts(&grid, "vouchers outstanding", f->vouchers_out, g->vouchers_out);
    amounts(&grid, "held", f->held, g->held);
    amounts(&grid, "still to come, at most", f->still, g->still);
    jf_grid_c(&grid, "coverage");
    coverage_cell(&grid, f->coverage);
    coverage_cell(&grid, g->coverage);
    amounts(&grid, "revenue", ft[JF_ACCOUNT_REVENUE], gt[JF_ACCOUNT_REVENUE]);
    amounts(&grid, "equity", f->equity, g->equity);
    jf_grid_c(&grid, "findings of the audit");
    jf_grid_int(&grid, flat->audit.count);
    jf_grid_int(&grid, growing->audit.count);
    jf_grid_write(&grid, out);
}

static jf_store_result json_write(const jf_simulation *simulation, const jf_findings *findings,
                                  jf_buf *out, jf_store_error *error)
{
    jf_jw w;
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_store_result result = jf_simulate_json(simulation, &w, error);
    jf_findings_write(&w, "findings", findings);
    jf_jw_close(&w, '}');
    jf_buf_char(out, '\n');
    return result;
}

static jf_store_result both_write(jf_arena *arena, const jf_simulation *simulation, jf_buf *out,
                                  jf_store_error *error)
{
    jf_simulated flat, growing;
    jf_store_result result = jf_simulate_run(&flat, simulation, false, error);
    if (result == JF_STORE_OK) {
        result = jf_simulate_run(&growing, simulation, true, error);
        if (result == JF_STORE_OK)
            text_write(arena, simulation, &flat, &growing, out);
        jf_simulated_free(&growing);
    }
    jf_simulated_free(&flat);
    return result;
}

static int simulate(jf_arena *arena, const char *file, jf_simulation *simulation, bool json)
{
    jf_buf out;
    jf_findings findings;
    jf_store_error error;
    jf_policy *policy = JF_NEW(arena, jf_policy);
    if (!jf_cmd_policy_document(arena, file, NULL, policy, &findings))
        return JF_EXIT_FAILED;
    if (findings.errors > 0) {
        fprintf(stderr, "jifen: %s has errors; `jifen policy check` lists them\n", file);
        return JF_EXIT_FOUND;
    }
    simulation->policy = policy;
    jf_buf_init(&out, arena);
    jf_store_result result = json ? json_write(simulation, &findings, &out, &error)
                                  : both_write(arena, simulation, &out, &error);
    if (result != JF_STORE_OK)
        return jf_cli_failed(&error);
    return jf_cli_write(jf_buf_view(&out)) ? JF_EXIT_OK : JF_EXIT_FAILED;
}

int jf_cmd_policy_simulate(int argc, char **argv)
{
    jf_simulation simulation = JF_SIMULATION_DEFAULT;
    bool json = false;
    uint64_t days = simulation.days, customers = simulation.customers;
    const jf_option options[] = {{.name = "--days", .count = &days},
                                 {.name = "--customers", .count = &customers},
                                 {.name = "--seed", .count = &simulation.seed},
                                 {.name = "--json", .flag = &json},
                                 {0}};
    jf_arguments rest;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 1))
        return JF_EXIT_USAGE;
    if (rest.count == 0)
        return jf_usage_error(argv[0], "simulate expects the FILE of a policy");
    if (days > JF_SIMULATION_DAYS_MAX || customers > JF_SIMULATION_CUSTOMERS_MAX)
        return jf_usage_error(argv[0], "simulate expects at most %u days and %u customers",
                              JF_SIMULATION_DAYS_MAX, JF_SIMULATION_CUSTOMERS_MAX);
    simulation.days = (uint32_t)days;
    simulation.customers = (uint32_t)customers;
    jf_arena arena;
    jf_arena_init(&arena, 0);
    int status = simulate(&arena, rest.list[0], &simulation, json);
    jf_arena_free(&arena);
    return status;
}
