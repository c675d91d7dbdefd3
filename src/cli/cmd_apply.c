/*
 * `jifen apply`: the command stream (spec section 17). JSON lines in, one
 * answer a line out, in order.
 *
 * Lines go to the engine as they come. When nothing more is waiting to be read,
 * or a batch is full, what was submitted is committed and the answers written:
 * whoever talks to us over a pipe gets an answer to the last line without
 * sending another one. SIGINT and SIGTERM end the same way, after the line
 * being read; the rest of the input is then left unread.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/engine.h"
#include "base/check.h"
#include "cli/options.h"
#include "cli/verbs.h"

#define CHUNK (64 * 1024)
#define BATCH_MAX 65536
/* One byte more than the reader of JSON takes: enough for it to refuse the line. */
#define LINE_KEPT (JF_JSON_BYTES + 1)

/* The stream under way. */
typedef struct applying {
    jf_engine *engine;
    int in;
    jf_buf line;    /* the start of a line that is not whole yet, at most LINE_KEPT bytes of it */
    jf_buf answers; /* handed out by the engine, not written yet */
    bool waiting;   /* something was submitted since the last flush */
    bool refused;   /* some command was */
    jf_store_error error;
} applying;

/* The signal that asks to end; the pipe wakes poll() up, whenever it comes. */
static volatile sig_atomic_t stop_signal;
static int stop_pipe[2] = {-1, -1};

static void stop_asked(int number)
{
    int saved = errno;
    stop_signal = number;
    ssize_t n = write(stop_pipe[1], "", 1);
    (void)n; /* a full pipe wakes poll() up as well */
    errno = saved;
}

static bool stop_listen(void)
{
    struct sigaction action = {.sa_handler = stop_asked};
    JF_ASSERT(stop_pipe[0] < 0);
    if (pipe(stop_pipe) != 0 || fcntl(stop_pipe[1], F_SETFL, O_NONBLOCK) != 0) {
        fprintf(stderr, "jifen: a pipe cannot be made: %s\n", strerror(errno));
        return false;
    }
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return true;
}

static void answer(void *context, const jf_answer *a)
{
    applying *s = context;
    JF_ASSERT(a->text.n > 0);
    jf_buf_str(&s->answers, a->text);
    jf_buf_char(&s->answers, '\n');
    s->refused |= a->code != JF_OK;
}

/* Writes the answers there are; a whole batch of them comes out of the engine at once. */
static int answers_write(applying *s)
{
    JF_ASSERT(s->answers.n == 0 || s->answers.p[s->answers.n - 1] == '\n');
    if (s->answers.n == 0) {
        return JF_EXIT_OK;
    }
    bool fine = jf_cli_write(jf_buf_view(&s->answers));
    jf_buf_clear(&s->answers);
    return fine ? JF_EXIT_OK : JF_EXIT_FAILED;
}

/* After a call of the engine: what it handed out is written even when it failed. */
static int engine_done(applying *s, jf_store_result result)
{
    int status = answers_write(s);
    if (result != JF_STORE_OK) {
        return jf_cli_failed(&s->error);
    }
    return status;
}

static int flush(applying *s)
{
    if (!s->waiting) {
        return JF_EXIT_OK;
    }
    s->waiting = false;
    return engine_done(s, jf_engine_flush(s->engine, &s->error));
}

static int submit(applying *s, jf_str line)
{
    JF_ASSERT(line.n <= LINE_KEPT);
    s->waiting = true;
    return engine_done(s, jf_engine_line(s->engine, line, NULL, &s->error));
}

/* The line ends here: what was kept of it, and this. */
static int line_end(applying *s, jf_str rest)
{
    JF_ASSERT(s->line.n <= LINE_KEPT && rest.n <= CHUNK);
    if (s->line.n == 0) {
        return submit(s, rest);
    }
    size_t room = LINE_KEPT - s->line.n;
    jf_buf_bytes(&s->line, rest.p, rest.n < room ? rest.n : room);
    int status = submit(s, jf_buf_view(&s->line));
    jf_buf_clear(&s->line);
    return status;
}

/* Lines of what was read; the unfinished one at the end is kept, as far as it may be long. */
static int chunk_take(applying *s, const char *p, size_t n)
{
    const char *end = p + n;
    for (const char *stop; (stop = memchr(p, '\n', (size_t)(end - p))) != NULL; p = stop + 1) {
        int status = line_end(s, (jf_str){p, (uint32_t)(stop - p)});
        if (status != JF_EXIT_OK) {
            return status;
        }
    }
    size_t left = (size_t)(end - p), room = LINE_KEPT - s->line.n;
    JF_ASSERT(s->line.n <= LINE_KEPT);
    jf_buf_bytes(&s->line, p, left < room ? left : room);
    return JF_EXIT_OK;
}

/* Waits for input, or for being asked to stop; before it sleeps, everything is answered. */
static int input_wait(applying *s)
{
    struct pollfd fds[2] = {{.fd = s->in, .events = POLLIN},
                            {.fd = stop_pipe[0], .events = POLLIN}};
    int ready = poll(fds, 2, 0);
    JF_ASSERT(stop_pipe[0] >= 0);
    if (ready != 0) {
        return JF_EXIT_OK;
    }
    int status = flush(s);
    while (status == JF_EXIT_OK && stop_signal == 0 && poll(fds, 2, -1) < 0 && errno == EINTR) {
    }
    return status;
}

/* Reads to the end, or until asked to stop. */
static int stream(applying *s, const char *name)
{
    static char chunk[CHUNK];
    for (;;) {
        int status = input_wait(s);
        if (status != JF_EXIT_OK || stop_signal != 0) {
            return status;
        }
        ssize_t n = read(s->in, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            fprintf(stderr, "jifen: %s cannot be read: %s\n", name, strerror(errno));
            return JF_EXIT_FAILED;
        }
        JF_ASSERT((size_t)n <= sizeof chunk);
        if (n == 0) {
            return s->line.n > 0 ? line_end(s, JF_STR_NONE) : JF_EXIT_OK;
        }
        status = chunk_take(s, chunk, (size_t)n);
        if (status != JF_EXIT_OK) {
            return status;
        }
    }
}

static int apply(jf_store *store, int in, const char *name, uint64_t batch, bool strict)
{
    applying s = {.in = in};
    jf_engine_options options = {.batch = (uint32_t)batch, .answer = answer, .context = &s};
    JF_ASSERT(batch >= 1 && batch <= BATCH_MAX);
    if (jf_engine_open(&s.engine, store, &options, &s.error) != JF_STORE_OK) {
        return jf_cli_failed(&s.error);
    }
    jf_buf_init(&s.line, NULL);
    jf_buf_init(&s.answers, NULL);
    int status = stream(&s, name);
    if (status == JF_EXIT_OK) {
        status = flush(&s);
    }
    jf_engine_close(s.engine);
    jf_buf_free(&s.line);
    jf_buf_free(&s.answers);
    if (status == JF_EXIT_OK && stop_signal != 0) {
        return 128 + stop_signal;
    }
    return status == JF_EXIT_OK && strict && s.refused ? JF_EXIT_FOUND : status;
}

int jf_cmd_apply(int argc, char **argv)
{
    const char *url = "memory:";
    bool strict = false;
    uint64_t batch = JF_BATCH_DEFAULT;
    const jf_option options[] = {{.name = "--db", .text = &url},
                                 {.name = "--strict", .flag = &strict},
                                 {.name = "--batch", .count = &batch},
                                 {0}};
    jf_arguments rest;
    if (!jf_options_read(argc, argv, options, &rest) || !jf_arguments_check(argv[0], &rest, 1)) {
        return JF_EXIT_USAGE;
    }
    if (batch > BATCH_MAX) {
        return jf_usage_error(argv[0], "--batch is at most %d", BATCH_MAX);
    }
    bool standard = rest.count == 0 || strcmp(rest.list[0], "-") == 0;
    const char *name = standard ? "standard input" : rest.list[0];
    int in = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        fprintf(stderr, "jifen: %s cannot be read: %s\n", name, strerror(errno));
        return JF_EXIT_FAILED;
    }
    jf_store *store = stop_listen() ? jf_cli_open(url, JF_OPEN_WRITE) : NULL;
    int status = store != NULL ? apply(store, in, name, batch, strict) : JF_EXIT_FAILED;
    jf_store_close(store);
    if (!standard) {
        close(in);
    }
    return status;
}
