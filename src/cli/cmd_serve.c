/*
 * `jifen serve`: the books behind HTTP, until it is told to end.
 *
 * SIGTERM and SIGINT end it gracefully: what is under way is answered and made
 * durable first. The signals are blocked in every thread and waited for here.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/backup.h"
#include "base/check.h"
#include "base/units.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "pay/sandbox.h"
#include "server/server.h"
#include "sim/simulate.h"

#define PATIENCE_S 20

typedef struct serving {
    const char *db, *listen, *log, *now, *channel, *site, *alone, *backups;
    int64_t approve_alone;
    uint64_t batch, rate, keep;
    bool joining;
    char host[128];
    uint16_t port;
} serving;

static int64_t clock_shift_us; /* set once, before there are threads */

static jf_instant clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (jf_instant){(int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 + clock_shift_us};
}

/* The clock starts at another time, and runs on from there. */
static bool clock_set(const char *text)
{
    jf_instant start;
    if (!jf_instant_parse(jf_str_of(text), &start))
        return false;
    clock_shift_us += start.us - clock_now().us;
    return true;
}

/* "127.0.0.1:8080", "[::1]:0": the last colon is before the port. */
static bool listen_parse(serving *s)
{
    const char *colon = strrchr(s->listen, ':');
    size_t n = colon ? (size_t)(colon - s->listen) : 0;
    const char *host = s->listen;
    char *end;
    unsigned long port = colon && colon[1] ? strtoul(colon + 1, &end, 10) : 65536;
    if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
        host++;
        n -= 2;
    }
    if (port > 65535 || *end || n == 0 || n >= sizeof s->host)
        return false;
    memcpy(s->host, host, n);
    s->host[n] = '\0';
    s->port = (uint16_t)port;
    return true;
}

static FILE *log_open(const char *name)
{
    if (name == NULL || !strcmp(name, "-"))
        return stderr;
    return !strcmp(name, "none") ? NULL : fopen(name, "a");
}

static void signals_block(sigset_t *ends)
{
    sigemptyset(ends);
    sigaddset(ends, SIGTERM);
    sigaddset(ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is answered like a full disk */
}

static int run(const serving *s, jf_server *server)
{
    sigset_t ends;
    int number = 0;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    printf("listening on http://%s:%u\n", s->host, jf_server_port(server));
    fflush(stdout);
    sigwait(&ends, &number);
    jf_server_stop(server, PATIENCE_S);
    printf("stopped\n");
    return JF_EXIT_OK;
}

static int failed(const char *what)
{
    fprintf(stderr, "jifen: %s\n", what);
    return JF_EXIT_FAILED;
}

/* What stands behind the server; the server closes the first three. */
typedef struct backs {
    jf_writer *writer;
    jf_lookup *lookup;
    jf_cashier *cashier;
    jf_channel *channel;
    jf_backups *backups;
} backs;

static void backs_close(backs *b)
{
    jf_lookup_close(b->lookup);
    jf_cashier_close(b->cashier);
    jf_writer_close(b->writer);
}

static bool backs_open(backs *b, const serving *s, jf_store *store, jf_identity *people)
{
    jf_store_error error;
    jf_desk *desk = jf_identity_desk(people);
    jf_writer_options options = {.batch = (uint32_t)s->batch, .clock = clock_now};
    b->channel = s->channel ? jf_sandbox_new(desk, clock_now) : NULL;
    jf_store_result result = jf_writer_open(&b->writer, store, &options, &error);
    jf_cashier_options cashier = {
        .desk = desk, .writer = b->writer, .channel = b->channel, .clock = clock_now};
    jf_backups_options backups = {.url = s->db,
                                  .folder = s->backups,
                                  .keep = (uint32_t)s->keep,
                                  .desk = desk,
                                  .clock = clock_now};
    if (result == JF_STORE_OK)
        result = jf_lookup_open(&b->lookup, s->db, &error);
    if (result == JF_STORE_OK)
        result = jf_cashier_open(&b->cashier, &cashier, &error);
    if (result == JF_STORE_OK && s->backups)
        result = jf_backups_open(&b->backups, &backups, &error);
    if (result == JF_STORE_OK)
        return true;
    backs_close(b);
    jf_cli_failed(&error);
    return false;
}

static int serve_with(const serving *s, const backs *b, jf_identity *people, FILE *log)
{
    char message[200];
    jf_server_options options = {.host = s->host,
                                 .port = s->port,
                                 .writer = b->writer,
                                 .lookup = b->lookup,
                                 .cashier = b->cashier,
                                 .people = people,
                                 .simulate = jf_simulate_json,
                                 .clock = clock_now,
                                 .rate = (uint32_t)s->rate,
                                 .approve_alone = s->approve_alone,
                                 .joining = s->joining,
                                 .site = s->site,
                                 .channel = s->channel,
                                 .books = s->db,
                                 .backups = b->backups,
                                 .log = log,
                                 .version = JF_VERSION};
    jf_server *server = jf_server_start(&options, message);
    return server ? run(s, server) : failed(message);
}

/* The books and the desk are open. */
static int serve_books(const serving *s, jf_store *store, jf_identity *people, FILE *log)
{
    backs b = {NULL};
    int status = JF_EXIT_FAILED;
    if (backs_open(&b, s, store, people)) {
        status = serve_with(s, &b, people, log);
        if (status != JF_EXIT_OK)
            backs_close(&b);
    }
    jf_backups_close(b.backups);
    if (b.channel)
        b.channel->ops->free(b.channel);
    return status;
}

static int serve(const serving *s)
{
    sigset_t ends;
    jf_identity *people;
    jf_store_error error;
    FILE *log = log_open(s->log);
    if (!log && s->log && strcmp(s->log, "none"))
        return failed("the log's file cannot be opened");
    signals_block(&ends);
    jf_store *store = jf_cli_open(s->db, JF_OPEN_WRITE);
    if (!store)
        return JF_EXIT_FAILED;
    int status = JF_EXIT_FAILED;
    if (jf_identity_open(&people, s->db, &error) == JF_STORE_OK) {
        status = serve_books(s, store, people, log);
        jf_identity_close(people);
    } else {
        jf_cli_failed(&error);
    }
    jf_store_close(store);
    if (log && log != stderr)
        fclose(log);
    return status;
}

int jf_cmd_serve(int argc, char **argv)
{
    serving s = {.listen = "127.0.0.1:8080"};
    const jf_option options[] = {{.name = "--db", .text = &s.db},
                                 {.name = "--listen", .text = &s.listen},
                                 {.name = "--log", .text = &s.log},
                                 {.name = "--now", .text = &s.now},
                                 {.name = "--channel", .text = &s.channel},
                                 {.name = "--batch", .count = &s.batch},
                                 {.name = "--rate", .count = &s.rate},
                                 {.name = "--join", .flag = &s.joining},
                                 {.name = "--site", .text = &s.site},
                                 {.name = "--approve-alone", .text = &s.alone},
                                 {.name = "--backups", .text = &s.backups},
                                 {.name = "--keep-backups", .count = &s.keep},
                                 {0}};
    jf_arguments rest;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 0))
        return JF_EXIT_USAGE;
    if (s.db == NULL)
        return jf_usage_error(argv[0], "expected --db URL, like sqlite:PATH");
    if (!strncmp(s.db, "memory:", 7))
        return jf_usage_error(argv[0], "books in memory would lose what was acknowledged; expected "
                                       "--db sqlite:PATH");
    if (!listen_parse(&s))
        return jf_usage_error(argv[0], "expected --listen HOST:PORT, like 127.0.0.1:8080");
    if (s.now && !clock_set(s.now))
        return jf_usage_error(argv[0], "expected --now INSTANT, like 2024-03-01T09:00:00+08:00");
    if (s.channel && strcmp(s.channel, "sandbox"))
        return jf_usage_error(argv[0], "expected --channel sandbox; there is no other yet");
    if (s.alone && (jf_decimal_parse(jf_str_of(s.alone), 2, &s.approve_alone) != JF_DECIMAL_OK ||
                    s.approve_alone <= 0))
        return jf_usage_error(argv[0], "expected --approve-alone CNY, like 200.00");
    if (s.keep > 0 && (!s.backups || s.keep > 10000))
        return jf_usage_error(argv[0], "--keep-backups wants --backups DIR, and is at most 10000");
    if (s.batch > 65536 || s.rate > 1000000)
        return jf_usage_error(argv[0], "--batch is at most 65536, --rate at most 1000000");
    return serve(&s);
}
