/*
 * The queue, the thread and the clock of the writer (writer.h).
 *
 * Answers come out of the engine in the order of the lines that went in, so
 * one ticket, the job, is all that is needed to tell whose they are.
 */
#include "app/writer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/secret.h"
#include "store/rows.h"

#define CLOCK_EVERY_S 1

struct jf_writer {
    jf_engine *engine;
    jf_writer_options options;
    pthread_t thread;
    pthread_mutex_t mutex; /* around everything below */
    pthread_cond_t wanted;
    jf_job *first, **last;
    bool stop;
    jf_writer_counts counts;
    jf_job *under_way; /* the writer thread's own: taken, not done, in order */
    jf_store_error error;
};

/* --- answers ------------------------------------------------------------------------ */

/* The first under way is done: answers come in the order of the jobs. */
static void job_done(jf_writer *w)
{
    jf_job *job = w->under_way;
    w->under_way = job->next;
    pthread_mutex_lock(&w->mutex);
    w->counts.waiting--;
    pthread_mutex_unlock(&w->mutex);
    job->done(job);
}

/* A ticket of none is the writer's own command: nobody waits for its answer. */
static void answered(void *context, const jf_answer *answer)
{
    jf_writer *w = context;
    jf_job *job = answer->ticket;
    pthread_mutex_lock(&w->mutex);
    w->counts.commands++;
    w->counts.refused += answer->code != JF_OK;
    pthread_mutex_unlock(&w->mutex);
    if (!job)
        return;
    if (job->answers.n > 0)
        jf_buf_char(&job->answers, '\n');
    jf_buf_str(&job->answers, answer->text);
    job->code = answer->code;
    JF_ASSERT(job == w->under_way && job->left > 0);
    if (--job->left == 0)
        job_done(w);
}

/* --- running ------------------------------------------------------------------------- */

/* The next line of a text; false at its end. Blank lines of a stream are answered like others. */
static bool next_line(jf_str *text, jf_str *line)
{
    if (text->n == 0)
        return false;
    const char *end = memchr(text->p, '\n', text->n);
    line->p = text->p;
    line->n = end ? (uint32_t)(end - text->p) : text->n;
    uint32_t taken = end ? line->n + 1 : line->n;
    text->p += taken;
    text->n -= taken;
    return true;
}

static uint32_t lines_in(jf_str text)
{
    jf_str line;
    uint32_t count = 0;
    while (next_line(&text, &line))
        count++;
    return count;
}

void jf_etag(jf_str result, char out[JF_ETAG_SIZE])
{
    jf_hash hash = jf_sha256_of(result.p, result.n);
    _Static_assert(JF_BASE64URL_SIZE(JF_SHA256_SIZE) + 2 == JF_ETAG_SIZE, "a tag fits");
    out[0] = '"';
    jf_base64url(out + 1, hash.b, sizeof hash.b);
    memcpy(out + JF_ETAG_SIZE - 2, "\"", 2);
}

/* Does the job's guard let it through? Everything before it has been decided, nothing after. */
static bool guard_looks(jf_writer *w, jf_job *job)
{
    jf_buf now;
    jf_code code;
    char etag[JF_ETAG_SIZE];
    if (!job->guard)
        return true;
    jf_buf_init(&now, NULL);
    bool good = jf_engine_read(w->engine, job->guard, &now, &code, &w->error) == JF_STORE_OK;
    if (good && code == JF_OK)
        jf_etag(jf_buf_view(&now), etag);
    job->stale = good && (code != JF_OK || !jf_str_eq(job->guard_etag, jf_str_of(etag)));
    jf_buf_free(&now);
    return good;
}

/* A job that was not run is done in its turn, like the others. */
static bool job_skip(jf_writer *w, jf_job *job)
{
    bool good = jf_engine_flush(w->engine, &w->error) == JF_STORE_OK;
    JF_ASSERT(!good || w->under_way == job);
    if (good)
        job_done(w);
    return good;
}

static bool job_run(jf_writer *w, jf_job *job)
{
    jf_str text = job->text, line;
    if (!guard_looks(w, job))
        return false;
    if (job->stale)
        return job_skip(w, job);
    if (job->command) {
        job->left = 1;
        return jf_engine_command(w->engine, job->command, job, &w->error) == JF_STORE_OK;
    }
    job->left = lines_in(text);
    JF_ASSERT(job->left > 0);
    jf_store_result (*send)(jf_engine *, jf_str, void *, jf_store_error *) =
        job->tries ? jf_engine_try : jf_engine_line;
    while (next_line(&text, &line))
        if (send(w->engine, line, job, &w->error) != JF_STORE_OK)
            return false;
    return true;
}

/* The days that are over by the clock, closed by a command like anybody's. */
static bool days_close(jf_writer *w)
{
    const jf_world *world = jf_engine_world(w->engine);
    if (!w->options.clock || world->state.policies == 0)
        return true;
    jf_day today = jf_zone_day(world->zone, w->options.clock());
    if (today.n <= world->state.open_day.n || today.n - world->state.open_day.n > JF_DAYS_AHEAD)
        return true;
    char space[80];
    jf_buf line = {space, 0, sizeof space, NULL};
    jf_buf_c(&line, "{\"cmd\":\"day.close\",\"day\":\"");
    jf_day_print(&line, (jf_day){today.n - 1});
    jf_buf_c(&line, "\"}");
    return jf_engine_line(w->engine, jf_buf_view(&line), NULL, &w->error) == JF_STORE_OK;
}

static void counts_refresh(jf_writer *w, bool batch)
{
    const jf_state *state = &jf_engine_world(w->engine)->state;
    pthread_mutex_lock(&w->mutex);
    w->counts.batches += batch;
    w->counts.journals = state->journals;
    w->counts.open_day = state->open_day;
    w->counts.has_policy = state->policies > 0;
    pthread_mutex_unlock(&w->mutex);
}

/* Nothing is answered any more: what is not durable was never promised. */
static void give_up(jf_writer *w)
{
    pthread_mutex_lock(&w->mutex);
    w->counts.failed = true;
    pthread_mutex_unlock(&w->mutex);
    while (w->under_way) {
        w->under_way->failed = true;
        job_done(w);
    }
}

/* One batch: everything that waited. */
static void jobs_run(jf_writer *w, jf_job *jobs)
{
    w->under_way = jobs;
    bool good = !w->counts.failed && days_close(w);
    for (jf_job *job = jobs, *next; good && job; job = next) {
        next = job->next; /* the engine may answer this one, and it is gone then */
        good = job_run(w, job);
    }
    good = good && jf_engine_flush(w->engine, &w->error) == JF_STORE_OK;
    JF_ASSERT(!good || w->under_way == NULL);
    if (good)
        counts_refresh(w, jobs != NULL);
    else
        give_up(w);
}

/* Waits for jobs, or for the clock; NULL when it is the clock's turn, or the end. */
static jf_job *jobs_take(jf_writer *w, bool *stop)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += CLOCK_EVERY_S;
    pthread_mutex_lock(&w->mutex);
    while (!w->first && !w->stop)
        if (pthread_cond_timedwait(&w->wanted, &w->mutex, &until) == ETIMEDOUT)
            break;
    jf_job *jobs = w->first;
    w->first = NULL;
    w->last = &w->first;
    *stop = w->stop && !jobs;
    pthread_mutex_unlock(&w->mutex);
    return jobs;
}

static void *writer_run(void *argument)
{
    jf_writer *w = argument;
    for (bool stop = false; !stop;) {
        jf_job *jobs = jobs_take(w, &stop);
        if (!stop)
            jobs_run(w, jobs);
    }
    return NULL;
}

/* --- from outside --------------------------------------------------------------------- */

static jf_store_result thread_start(jf_writer *w, jf_store_error *error)
{
    int failed = pthread_mutex_init(&w->mutex, NULL) || pthread_cond_init(&w->wanted, NULL);
    JF_ASSERT(!failed);
    counts_refresh(w, false);
    if (pthread_create(&w->thread, NULL, writer_run, w) == 0)
        return JF_STORE_OK;
    return jf_store_fail(error, "this machine has no room for one thread more");
}

jf_store_result jf_writer_open(jf_writer **out, jf_store *store, const jf_writer_options *options,
                               jf_store_error *error)
{
    jf_writer *w = jf_alloc_zero(1, sizeof *w);
    w->options = *options;
    w->last = &w->first;
    jf_engine_options engine = {.batch = options->batch, .answer = answered, .context = w};
    jf_store_result result = jf_engine_open(&w->engine, store, &engine, error);
    if (result == JF_STORE_OK)
        result = thread_start(w, error);
    if (result == JF_STORE_OK) {
        *out = w;
        return result;
    }
    jf_engine_close(w->engine);
    free(w);
    return result;
}

bool jf_writer_submit(jf_writer *w, jf_job *job)
{
    JF_ASSERT(job->done && (job->command != NULL) != (job->text.n > 0));
    job->next = NULL;
    job->code = JF_OK;
    job->failed = job->stale = false;
    pthread_mutex_lock(&w->mutex);
    bool taken = !w->stop && !w->counts.failed;
    if (taken) {
        *w->last = job;
        w->last = &job->next;
        w->counts.waiting++;
        pthread_cond_signal(&w->wanted);
    }
    pthread_mutex_unlock(&w->mutex);
    return taken;
}

void jf_writer_counts_get(jf_writer *w, jf_writer_counts *out)
{
    pthread_mutex_lock(&w->mutex);
    *out = w->counts;
    pthread_mutex_unlock(&w->mutex);
}

void jf_writer_close(jf_writer *w)
{
    if (!w)
        return;
    pthread_mutex_lock(&w->mutex);
    w->stop = true;
    pthread_cond_signal(&w->wanted);
    pthread_mutex_unlock(&w->mutex);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->wanted);
    pthread_mutex_destroy(&w->mutex);
    jf_engine_close(w->engine);
    free(w);
}
