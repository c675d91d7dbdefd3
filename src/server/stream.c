/*
 * Streams (stream.h).
 *
 * A stream is suspended whenever it has nothing to send. While the writer has
 * its question (`asking`) nobody but the writer wakes it, because a connection
 * that is awake may end, and the question lives in it; where a wake-up of the
 * tick comes in between all the same, the end waits for the answer.
 */
#include "server/stream.h"

#include <string.h>

#include "base/check.h"
#include "server/state.h"

#define HEARTBEAT_US INT64_C(15000000)
#define BLOCK 4096

struct jf_stream {
    jf_exchange *x;
    const char *event; /* the name of what is sent */
    jf_arena arenas[2];
    uint32_t arena;            /* the one that the last answer lives in */
    jf_str last;               /* what was sent last */
    uint64_t seen;             /* journals when it was asked */
    int64_t sent_us;           /* when something was sent */
    bool asked;                /* at least once */
    bool asking;               /* the writer has the question; under the mutex */
    bool answered;             /* and has answered it; under the mutex */
    jf_buf out;                /* being sent */
    size_t out_sent;           /* of it */
    jf_stream **before, *next; /* under the mutex */
};

/* --- the list ----------------------------------------------------------------------------- */

void jf_streams_tick(jf_server *server)
{
    pthread_mutex_lock(&server->streams_mutex);
    for (jf_stream *s = server->streams; s; s = s->next)
        if (!s->asking)
            MHD_resume_connection(s->x->connection);
    pthread_mutex_unlock(&server->streams_mutex);
}

uint32_t jf_streams_count(jf_server *server)
{
    uint32_t count = 0;
    pthread_mutex_lock(&server->streams_mutex);
    for (const jf_stream *s = server->streams; s; s = s->next)
        count++;
    pthread_mutex_unlock(&server->streams_mutex);
    return count;
}

static void enter(jf_server *server, jf_stream *s)
{
    pthread_mutex_lock(&server->streams_mutex);
    s->before = &server->streams;
    s->next = server->streams;
    if (s->next)
        s->next->before = &s->next;
    server->streams = s;
    pthread_mutex_unlock(&server->streams_mutex);
}

void jf_stream_end(jf_exchange *x)
{
    jf_stream *s = x->stream;
    jf_server *server = x->server;
    if (!s)
        return;
    pthread_mutex_lock(&server->streams_mutex);
    while (s->asking && !s->answered)
        pthread_cond_wait(&server->streams_answered, &server->streams_mutex);
    *s->before = s->next;
    if (s->next)
        s->next->before = s->before;
    pthread_mutex_unlock(&server->streams_mutex);
    jf_arena_free(&s->arenas[0]);
    jf_arena_free(&s->arenas[1]);
    jf_buf_free(&s->out);
}

/* --- asking ---------------------------------------------------------------------------- */

/* The writer's thread. The wake-up is inside the mutex: behind it the stream may be gone. */
static void answered(jf_job *job)
{
    jf_exchange *x = (jf_exchange *)((char *)job - offsetof(jf_exchange, job));
    jf_server *server = x->server;
    pthread_mutex_lock(&server->streams_mutex);
    x->stream->answered = true;
    pthread_cond_broadcast(&server->streams_answered);
    MHD_resume_connection(x->connection);
    pthread_mutex_unlock(&server->streams_mutex);
}

/* Suspended first: the answer may be there before this returns. False: none will come. */
static bool ask(jf_stream *s)
{
    jf_exchange *x = s->x;
    jf_server *server = x->server;
    jf_arena *arena = &s->arenas[!s->arena];
    jf_arena_reset(arena);
    x->job.done = answered;
    jf_buf_init(&x->job.answers, arena);
    pthread_mutex_lock(&server->streams_mutex);
    s->asking = true;
    s->answered = false;
    pthread_mutex_unlock(&server->streams_mutex);
    MHD_suspend_connection(x->connection);
    if (jf_writer_submit(server->options.writer, &x->job))
        return true;
    pthread_mutex_lock(&server->streams_mutex);
    s->asking = false;
    MHD_resume_connection(x->connection);
    pthread_mutex_unlock(&server->streams_mutex);
    return false;
}

/* An event of the result, when it is another than the last; false when the stream must end. */
static bool answer_take(jf_stream *s)
{
    jf_exchange *x = s->x;
    jf_str answer = jf_buf_view(&x->job.answers);
    s->asking = false;
    if (x->job.failed || x->job.code != JF_OK)
        return false;
    if (jf_str_eq(answer, s->last))
        return true;
    s->arena = !s->arena;
    s->last = answer;
    jf_str result;
    jf_exchange_result(x, &result);
    jf_buf_c(&s->out, "event: ");
    jf_buf_c(&s->out, s->event);
    jf_buf_c(&s->out, "\ndata: ");
    jf_buf_str(&s->out, result);
    jf_buf_c(&s->out, "\n\n");
    return true;
}

/* --- sending ------------------------------------------------------------------------------- */

static ssize_t send_some(jf_stream *s, char *to, size_t room)
{
    size_t n = s->out.n - s->out_sent;
    n = n < room ? n : room;
    memcpy(to, s->out.p + s->out_sent, n);
    s->out_sent += n;
    s->sent_us = jf_now_us();
    if (s->out_sent == s->out.n) {
        jf_buf_clear(&s->out);
        s->out_sent = 0;
    }
    return (ssize_t)n;
}

static ssize_t sleep_on(jf_stream *s)
{
    MHD_suspend_connection(s->x->connection);
    return 0;
}

/* Woken without an answer: is there a reason to ask, or to say that we are there? */
static ssize_t look(jf_stream *s, char *to, size_t room)
{
    jf_writer_counts counts;
    jf_writer_counts_get(s->x->server->options.writer, &counts);
    if (!s->asked || counts.journals != s->seen) {
        s->asked = true;
        s->seen = counts.journals;
        return ask(s) ? 0 : MHD_CONTENT_READER_END_OF_STREAM;
    }
    if (jf_now_us() - s->sent_us < HEARTBEAT_US)
        return sleep_on(s);
    jf_buf_c(&s->out, ": still here\n\n");
    return send_some(s, to, room);
}

static ssize_t on_room(void *context, uint64_t at, char *to, size_t room)
{
    jf_stream *s = context;
    jf_server *server = s->x->server;
    (void)at;
    if (server->stopping)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (s->out_sent < s->out.n)
        return send_some(s, to, room);
    pthread_mutex_lock(&server->streams_mutex);
    bool waits = s->asking && !s->answered, has = s->asking && s->answered;
    pthread_mutex_unlock(&server->streams_mutex);
    if (waits)
        return sleep_on(s);
    if (has && !answer_take(s))
        return MHD_CONTENT_READER_END_OF_STREAM;
    return s->out.n > 0 ? send_some(s, to, room) : look(s, to, room);
}

void jf_stream_start(jf_exchange *x, const jf_command *command)
{
    jf_stream *s = JF_NEW(&x->arena, jf_stream);
    *s = (jf_stream){.x = x, .event = jf_command_info_of(x->route->command)->wire};
    jf_arena_init(&s->arenas[0], 0);
    jf_arena_init(&s->arenas[1], 0);
    jf_buf_init(&s->out, NULL);
    s->sent_us = jf_now_us();
    x->job = (jf_job){.command = command};
    x->stream = s;
    x->status = 200;
    x->type = "text/event-stream";
    enter(x->server, s);
}

struct MHD_Response *jf_stream_response(jf_stream *stream)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_room, stream, NULL);
}
