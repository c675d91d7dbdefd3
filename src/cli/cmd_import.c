/*
 * `jifen import`: a CSV file of purchases goes into the books.
 *
 *   read, check and sort the rows     app/import_rows.h
 *   (--bad refuse) rehearse in memory app/import.h
 *   run them through the engine       app/import.h
 *
 * This file reads options and files, knows the clock, draws the progress when
 * standard error is a terminal, and prints the summary.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/import.h"
#include "base/check.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "core/policy.h"

#define COMPLAINTS_SHOWN 1000
#define DRAWN_EVERY 0.1 /* seconds */
#define BATCH_MOST 65536

typedef struct import_job {
    const char *url, *csv, *map_file, *policy, *bad, *bad_file;
    uint64_t batch, max_rows;
    bool json, close_last, print_map, chinese;
    jf_arena arena;
    jf_import_map map;
    jf_import_rows rows;
    jf_import_options options;
    jf_import_summary summary;
    double start, drawn; /* seconds of the steady clock */
    bool terminal, line; /* line: a line of progress stands on the terminal */
    FILE *told;          /* where rows that are left out are told: a file, or standard error */
    uint32_t complaints;
} import_job;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void clear_line(import_job *job)
{
    if (job->line)
        fputs("\r\033[K", stderr);
    job->line = false;
}

static void draw_progress(void *context, const jf_import_progress *p)
{
    import_job *job = context;
    double at = now();
    if (!job->terminal || (at - job->drawn < DRAWN_EVERY && p->done < p->of))
        return;
    char day[16];
    jf_buf text = {day, 0, sizeof day, NULL};
    jf_day_print(&text, p->day);
    JF_ASSERT(text.p == day && p->of > 0);
    fprintf(stderr,
            job->chinese ? "\r%u / %u 行  %u %%  %.0f 行/秒  营业日 %.*s\033[K"
                         : "\r%u of %u rows  %u %%  %.0f rows/s  business day %.*s\033[K",
            p->done, p->of, (uint32_t)(100 * (uint64_t)p->done / p->of),
            p->done / (at - job->start + 1e-9), (int)text.n, day);
    job->drawn = at;
    job->line = true;
}

static void print_complaint(void *context, const jf_import_complaint *c)
{
    import_job *job = context;
    bool person = job->told == stderr;
    if (job->complaints++ >= COMPLAINTS_SHOWN && person)
        return;
    if (person)
        clear_line(job);
    fprintf(job->told, "%s:%u: %s%s%s: %s\n", job->csv, c->line, c->column,
            c->column[0] ? ": " : "", c->reason, c->message);
}

static void print_more_complaints(import_job *job)
{
    clear_line(job);
    if (job->complaints > COMPLAINTS_SHOWN && job->told == stderr)
        fprintf(stderr, "jifen: and %u more rows like these; the summary counts all\n",
                job->complaints - COMPLAINTS_SHOWN);
    job->complaints = 0;
}

/* A whole small file; false, told, when it cannot be read or is too large. */
static bool read_file(jf_arena *arena, const char *path, jf_str *out)
{
    FILE *in = fopen(path, "rb");
    size_t n = 0;
    char *text = jf_arena_alloc(arena, JF_JSON_BYTES + 1);
    if (in)
        n = fread(text, 1, JF_JSON_BYTES + 1, in);
    bool fine = in && !ferror(in);
    if (!fine)
        fprintf(stderr, "jifen: cannot read %s: %s\n", path, strerror(errno));
    else if (n > JF_JSON_BYTES)
        fprintf(stderr, "jifen: %s is larger than 1 MiB; expected a small JSON document\n", path);
    if (in)
        fclose(in);
    *out = (jf_str){text, (uint32_t)n};
    return fine && n <= JF_JSON_BYTES;
}

static bool load_map(import_job *job)
{
    jf_str text = jf_import_map_builtin();
    jf_import_map_error error = {0};
    if (job->map_file && !read_file(&job->arena, job->map_file, &text))
        return false;
    if (jf_import_map_read(&job->arena, text, &job->map, &error))
        return true;
    fprintf(stderr, "jifen: the mapping %s is refused: %s\n", job->map_file, error.message);
    return false;
}

/* A preset by its name, else a document by its file. */
static bool load_policy(import_job *job)
{
    jf_str ignored;
    const char *policy = job->policy ? job->policy : "zhongdian";
    job->options.policy = jf_str_of(policy);
    if (jf_preset_find(job->options.policy, &ignored))
        return true;
    if (!read_file(&job->arena, policy, &job->options.policy))
        return false;
    jf_str *text = &job->options.policy;
    while (text->n > 0 && strchr(" \t\r\n", text->p[0])) {
        text->p++;
        text->n--;
    }
    if (text->n > 0 && text->p[0] == '{')
        return true;
    fprintf(stderr, "jifen: %s holds no policy; expected a JSON object\n", policy);
    return false;
}

static bool load_rows(import_job *job)
{
    jf_csv *csv;
    jf_csv_error error;
    jf_import_rows_init(&job->rows, &job->map, (uint32_t)job->max_rows, print_complaint, job);
    if (!jf_csv_open(&csv, job->csv, &error)) {
        fprintf(stderr, "jifen: %s\n", error.message);
        return false;
    }
    bool fine = jf_import_rows_read(&job->rows, csv, &error);
    jf_csv_close(csv);
    if (!fine)
        fprintf(stderr, "%s:%u: %s\n", job->csv, error.line, error.message);
    else
        jf_import_rows_sort(&job->rows);
    return fine;
}

static uint32_t skipped(const import_job *job)
{
    return jf_import_rows_bad(&job->rows) + job->summary.refusals;
}

/* The parts that both forms of the summary share: each reason with its count. */
typedef void (*reason_fn)(void *context, const char *wire, const char *text, uint32_t count);

static void each_reason(const import_job *job, reason_fn fn, void *context)
{
    for (int i = 0; i < JF_IMPORT_BADS; i++)
        if (job->rows.bad[i])
            fn(context, jf_import_bad_wire((jf_import_bad)i),
               jf_import_bad_text((jf_import_bad)i, job->chinese), job->rows.bad[i]);
    for (int i = 1; i < JF_CODE_COUNT; i++)
        if (job->summary.refused[i])
            fn(context, jf_code_wire((jf_code)i), jf_code_text((jf_code)i, job->chinese),
               job->summary.refused[i]);
}

static void reason_json(void *context, const char *wire, const char *text, uint32_t count)
{
    (void)text;
    jf_jw_int(context, wire, count);
}

static void reason_text(void *context, const char *wire, const char *text, uint32_t count)
{
    char line[160];
    int n = snprintf(line, sizeof line, "  %10u  %s (%s)\n", count, text, wire);
    JF_ASSERT(n > 0 && (size_t)n < sizeof line);
    jf_buf_c(context, line);
}

static void write_json(const import_job *job, bool written, jf_buf *out)
{
    const jf_import_summary *s = &job->summary;
    jf_buf day;
    jf_jw w;
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_int(&w, "rows", job->rows.read);
    jf_jw_bool(&w, "written", written);
    jf_jw_int(&w, "paid", s->paid);
    jf_jw_int(&w, "again", s->again);
    jf_jw_open(&w, "skipped", '{');
    each_reason(job, reason_json, &w);
    jf_jw_close(&w, '}');
    jf_jw_int(&w, "members", s->members);
    jf_jw_int(&w, "days_closed", (int64_t)s->days);
    jf_jw_int(&w, "period_closes", (int64_t)s->closes);
    jf_buf_init(&day, NULL);
    jf_day_print(&day, s->open_day);
    if (job->rows.count > 0)
        jf_jw_str(&w, "open_day", jf_buf_view(&day));
    jf_buf_free(&day);
    jf_jw_bool(&w, "policy_set", s->policy_set);
    jf_jw_decimal(&w, "seconds", (int64_t)((now() - job->start) * 1000), 3);
    jf_jw_close(&w, '}');
    jf_buf_char(out, '\n');
}

static void write_text(const import_job *job, jf_buf *out)
{
    const jf_import_summary *s = &job->summary;
    bool zh = job->chinese;
    double seconds = now() - job->start;
    char line[200];
    const struct {
        const char *en, *zh;
        uint64_t count;
    } rows[] = {{"rows read", "读入的行", job->rows.read},
                {"orders paid", "新入账的订单", s->paid},
                {"orders that were in already", "此前已入账的订单", s->again},
                {"rows skipped, by reason:", "跳过的行，按原因：", skipped(job)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(line, sizeof line, "%12" PRIu64 "  %s\n", rows[i].count,
                 zh ? rows[i].zh : rows[i].en);
        jf_buf_c(out, line);
    }
    each_reason(job, reason_text, out);
    snprintf(line, sizeof line,
             zh ? "%12u  新会员\n%12" PRIu64 "  关账的营业日\n%12" PRIu64 "  积分池结期\n"
                : "%12u  new members\n%12" PRIu64 "  business days closed\n%12" PRIu64
                  "  periods of pools closed\n",
             s->members, s->days, s->closes);
    jf_buf_c(out, line);
    snprintf(line, sizeof line,
             zh ? "%12.2f  秒（每秒 %.0f 行）\n" : "%12.2f  seconds (%.0f rows/s)\n", seconds,
             job->rows.read / (seconds + 1e-9));
    jf_buf_c(out, line);
}

static bool print_summary(import_job *job, bool written)
{
    jf_buf out;
    jf_buf_init(&out, &job->arena);
    print_more_complaints(job);
    if (job->json)
        write_json(job, written, &out);
    else
        write_text(job, &out);
    return jf_cli_write(jf_buf_view(&out));
}

/* Of what a run came to, the exit status, after saying what went wrong. */
static int status_of(import_job *job, jf_import_result result, const jf_store_error *error)
{
    if (result == JF_IMPORT_DONE)
        return JF_EXIT_OK;
    clear_line(job);
    jf_cli_failed(error);
    return result == JF_IMPORT_REFUSED ? JF_EXIT_FOUND : JF_EXIT_FAILED;
}

/* Are there books behind the URL already? Opening them for writing would make some. */
static bool books_exist(const char *url)
{
    const char scheme[] = "sqlite:";
    size_t n = sizeof scheme - 1;
    return strncmp(url, scheme, n) == 0 && access(url + n, F_OK) == 0;
}

static int refuse_all(import_job *job)
{
    bool printed = print_summary(job, false);
    fprintf(stderr,
            "jifen: %u rows cannot go in, so nothing was written; correct them, or leave them out "
            "with --bad skip\n",
            skipped(job));
    return printed ? JF_EXIT_FOUND : JF_EXIT_FAILED;
}

/* --bad refuse: every row must go in, which a run on a copy of the books shows. */
static int rehearse(import_job *job)
{
    jf_store *books = NULL;
    jf_store_error error;
    if (jf_import_rows_bad(&job->rows) > 0)
        return refuse_all(job);
    if (books_exist(job->url)) {
        books = jf_cli_open(job->url, JF_OPEN_READ);
        if (!books)
            return JF_EXIT_FAILED;
    }
    job->options.progress = NULL;
    jf_import_result result =
        jf_import_rehearse(books, &job->rows, &job->options, &job->summary, &error);
    if (books)
        jf_store_close(books);
    job->options.progress = draw_progress;
    int status = status_of(job, result, &error);
    if (status != JF_EXIT_OK || job->summary.refusals == 0)
        return status;
    return refuse_all(job);
}

static int run_import(import_job *job)
{
    jf_store_error error;
    jf_store *store = jf_cli_open(job->url, JF_OPEN_WRITE);
    if (!store)
        return JF_EXIT_FAILED;
    jf_import_result result =
        jf_import_run(store, &job->rows, &job->options, &job->summary, &error);
    jf_store_close(store);
    int status = status_of(job, result, &error);
    if (status != JF_EXIT_OK)
        return status;
    if (job->policy && !job->summary.policy_set && job->rows.count > 0) {
        clear_line(job);
        fprintf(stderr, "jifen: the books have a policy already, so --policy %s was not used\n",
                job->policy);
    }
    return print_summary(job, true) ? JF_EXIT_OK : JF_EXIT_FAILED;
}

static int import_rows(import_job *job)
{
    if (!load_map(job) || !load_policy(job))
        return JF_EXIT_FAILED;
    int status = load_rows(job) ? JF_EXIT_OK : JF_EXIT_FAILED;
    if (status == JF_EXIT_OK && job->bad && strcmp(job->bad, "refuse") == 0)
        status = rehearse(job);
    if (status == JF_EXIT_OK)
        status = run_import(job);
    jf_import_rows_free(&job->rows);
    return status;
}

/* With --bad-to, rows that are left out are told in a file. */
static int with_complaints(import_job *job)
{
    job->told = job->bad_file ? fopen(job->bad_file, "wb") : stderr;
    if (!job->told) {
        fprintf(stderr, "jifen: cannot write %s: %s\n", job->bad_file, strerror(errno));
        return JF_EXIT_FAILED;
    }
    int status = import_rows(job);
    if (job->told == stderr || fclose(job->told) == 0)
        return status;
    fprintf(stderr, "jifen: cannot write %s: %s\n", job->bad_file, strerror(errno));
    return JF_EXIT_FAILED;
}

static int start(import_job *job)
{
    job->start = now();
    job->terminal = isatty(STDERR_FILENO);
    job->options.batch = (uint32_t)job->batch;
    job->options.close_last = job->close_last;
    job->options.complain = print_complaint;
    job->options.progress = draw_progress;
    job->options.context = job;
    jf_arena_init(&job->arena, 0);
    int status = with_complaints(job);
    jf_arena_free(&job->arena);
    return status;
}

static bool check_options(const char *verb, const import_job *job)
{
    if (job->print_map)
        return true;
    if (!job->url || !job->csv)
        return jf_usage_error(verb, "expected --db URL and --csv FILE"), false;
    if (job->bad && strcmp(job->bad, "skip") != 0 && strcmp(job->bad, "refuse") != 0)
        return jf_usage_error(verb, "--bad expects \"skip\" or \"refuse\", and got \"%s\"",
                              job->bad),
               false;
    if (job->batch > BATCH_MOST)
        return jf_usage_error(verb, "--batch expects at most %u", BATCH_MOST), false;
    if (job->max_rows > UINT32_MAX / 2)
        return jf_usage_error(verb, "--max-rows expects at most %u", UINT32_MAX / 2), false;
    return true;
}

int jf_cmd_import(int argc, char **argv)
{
    import_job job = {.chinese = jf_lang_is_chinese()};
    const jf_option options[] = {{.name = "--db", .text = &job.url},
                                 {.name = "--csv", .text = &job.csv},
                                 {.name = "--map", .text = &job.map_file},
                                 {.name = "--policy", .text = &job.policy},
                                 {.name = "--bad", .text = &job.bad},
                                 {.name = "--bad-to", .text = &job.bad_file},
                                 {.name = "--batch", .count = &job.batch},
                                 {.name = "--max-rows", .count = &job.max_rows},
                                 {.name = "--close-last", .flag = &job.close_last},
                                 {.name = "--print-map", .flag = &job.print_map},
                                 {.name = "--json", .flag = &job.json},
                                 {.name = "--lang", .chinese = &job.chinese},
                                 {0}};
    jf_arguments rest;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 0) ||
        !check_options(argv[0], &job))
        return JF_EXIT_USAGE;
    if (job.print_map)
        return jf_cli_write(jf_import_map_builtin()) ? JF_EXIT_OK : JF_EXIT_FAILED;
    return start(&job);
}
