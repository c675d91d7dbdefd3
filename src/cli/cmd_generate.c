/*
 * `jifen generate`: purchases drawn from a model (sim/generator.h), as a CSV
 * file like that of the CDNOW purchases, or as the commands that `jifen import`
 * would make of it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/import_plan.h"
#include "base/check.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "core/policy.h"
#include "sim/generator.h"

#define SEED 1997

typedef struct generate_job {
    const char *from, *out_file, *policy;
    uint64_t customers, days, seed;
    bool csv, commands;
    jf_generator_options options;
    FILE *out;
} generate_job;

static bool print_row(void *context, const jf_purchase *p)
{
    generate_job *job = context;
    char space[64];
    jf_buf text = {space, 0, sizeof space, NULL};
    jf_day_print(&text, p->day);
    jf_buf_char(&text, ',');
    jf_buf_int(&text, p->items);
    jf_buf_char(&text, ',');
    jf_decimal_print(&text, p->amount, 2);
    JF_ASSERT(text.p == space); /* it fitted */
    return fprintf(job->out, "%05u,%.*s\n", p->customer, (int)text.n, text.p) > 0;
}

static void generate_csv(generate_job *job)
{
    fputs("customer,date,items,amount\n", job->out);
    jf_generate(&job->options, print_row, job);
}

static bool add_row(void *context, const jf_purchase *p)
{
    jf_import_rows *rows = context;
    char name[16];
    int n = snprintf(name, sizeof name, "%05u", p->customer);
    return jf_import_rows_add(rows, (jf_str){name, (uint32_t)n}, p->day, p->amount);
}

static bool print_command(void *context, const jf_command *command, jf_import_what what,
                          const jf_import_row *row)
{
    generate_job *job = context;
    (void)what, (void)row;
    JF_ASSERT(command->text.n > 2);
    return fprintf(job->out, "%.*s\n", JF_STR_ARG(command->text)) > 0;
}

/* The stream of the mapping that is built in, under a preset. */
static void print_plan(generate_job *job, const jf_zone *zone, jf_import_rows *rows)
{
    jf_command policy;
    jf_error error;
    jf_import_plan plan;
    jf_arena arena;
    jf_arena_init(&arena, 0);
    bool fine = jf_import_policy_command(&arena, jf_str_of(job->policy), rows->list[0].day, &policy,
                                         &error);
    JF_ASSERT(fine); /* a preset's name and a day */
    jf_import_plan_init(&plan, rows, zone, NULL, print_command, job);
    if (print_command(job, &policy, JF_IMPORT_SETUP, NULL) && jf_import_plan_setup(&plan))
        jf_import_plan_rows(&plan);
    jf_import_plan_free(&plan);
    jf_arena_free(&arena);
}

/* False, told, when the time zone of the presets is not known here. */
static bool generate_commands(generate_job *job)
{
    jf_arena arena;
    jf_zone zone;
    jf_import_map map = {0};
    jf_import_map_error error = {0};
    jf_import_rows rows;
    jf_arena_init(&arena, 0);
    bool read = jf_import_map_read(&arena, jf_import_map_builtin(), &map, &error);
    JF_ASSERT(read);
    jf_import_rows_init(&rows, &map, UINT32_MAX / 2, NULL, NULL);
    bool all = jf_generate(&job->options, add_row, &rows);
    JF_ASSERT(all);
    jf_import_rows_sort(&rows);
    bool known = jf_zone_load(&arena, JF_STR(JF_DEFAULT_ZONE), &zone);
    if (!known)
        fputs("jifen: this machine knows no time zone " JF_DEFAULT_ZONE "; install tzdata\n",
              stderr);
    else if (rows.count > 0)
        print_plan(job, &zone, &rows);
    jf_import_rows_free(&rows);
    jf_arena_free(&arena);
    return known;
}

static int generate(generate_job *job)
{
    bool file = job->out_file && strcmp(job->out_file, "-") != 0;
    job->out = file ? fopen(job->out_file, "wb") : stdout;
    if (!job->out) {
        fprintf(stderr, "jifen: cannot write %s: %s\n", job->out_file, strerror(errno));
        return JF_EXIT_FAILED;
    }
    fprintf(stderr, "jifen: seed %" PRIu64 ", %u customers, %u days from %s\n", job->options.seed,
            job->options.customers, job->options.days, job->from);
    bool fine = true;
    if (job->commands)
        fine = generate_commands(job);
    else
        generate_csv(job);
    bool written = fflush(job->out) == 0 && !ferror(job->out);
    if (file)
        written = fclose(job->out) == 0 && written;
    if (!written)
        fprintf(stderr, "jifen: cannot write %s: %s\n", file ? job->out_file : "standard output",
                strerror(errno));
    return fine && written ? JF_EXIT_OK : JF_EXIT_FAILED;
}

static bool check_options(const char *verb, generate_job *job)
{
    jf_str ignored;
    jf_generator_options *o = &job->options;
    if (job->csv && job->commands)
        return jf_usage_error(verb, "expected --csv or --commands, not both"), false;
    if (!jf_day_parse(jf_str_of(job->from), &o->from))
        return jf_usage_error(verb, "--from expects a day like 1997-01-01, and got \"%s\"",
                              job->from),
               false;
    if (job->customers > JF_GENERATOR_CUSTOMERS_MAX || job->days > JF_GENERATOR_DAYS_MAX)
        return jf_usage_error(verb, "expected at most %u customers and %u days",
                              JF_GENERATOR_CUSTOMERS_MAX, JF_GENERATOR_DAYS_MAX),
               false;
    if (!jf_preset_find(jf_str_of(job->policy), &ignored))
        return jf_usage_error(verb, "--policy expects the name of a preset, and got \"%s\"",
                              job->policy),
               false;
    o->customers = (uint32_t)job->customers;
    o->days = (uint32_t)job->days;
    o->seed = job->seed;
    return true;
}

int jf_cmd_generate(int argc, char **argv)
{
    generate_job job = {.from = "1997-01-01",
                        .policy = "zhongdian",
                        .customers = JF_GENERATOR_CUSTOMERS,
                        .days = JF_GENERATOR_DAYS,
                        .seed = SEED};
    const jf_option options[] = {{.name = "--customers", .count = &job.customers},
                                 {.name = "--days", .count = &job.days},
                                 {.name = "--seed", .count = &job.seed},
                                 {.name = "--from", .text = &job.from},
                                 {.name = "--csv", .flag = &job.csv},
                                 {.name = "--commands", .flag = &job.commands},
                                 {.name = "--policy", .text = &job.policy},
                                 {.name = "--out", .text = &job.out_file},
                                 {0}};
    jf_arguments rest;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 0) ||
        !check_options(argv[0], &job))
        return JF_EXIT_USAGE;
    return generate(&job);
}
