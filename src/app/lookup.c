/*
 * The queue and the threads of lookups (lookup.h).
 *
 * The books are opened for each job: a store that is open for reading stays as
 * of its opening, and opening costs a fraction of what reading a page does.
 */
#include "app/lookup.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "store/rows.h"

struct jf_lookup {
    char *url;
    pthread_t threads[JF_LOOKUP_THREADS];
    int thread_count;
    pthread_mutex_t mutex; /* around the three below */
    pthread_cond_t wanted;
    jf_lookup_job *first, **last;
    bool stop;
};

static void job_run(const jf_lookup *l, jf_lookup_job *job)
{
    jf_store *store;
    job->error.message[0] = '\0';
    job->result = jf_store_open(&store, l->url, JF_OPEN_BESIDE, &job->error);
    if (job->result == JF_STORE_OK) {
        job->result = job->read(job, store);
        jf_store_close(store);
    }
    job->done(job);
}

/* NULL at the end. */
static jf_lookup_job *job_take(jf_lookup *l)
{
    pthread_mutex_lock(&l->mutex);
    while (!l->first && !l->stop)
        pthread_cond_wait(&l->wanted, &l->mutex);
    jf_lookup_job *job = l->first;
    if (job) {
        l->first = job->next;
        if (!l->first)
            l->last = &l->first;
    }
    pthread_mutex_unlock(&l->mutex);
    return job;
}

static void *lookup_run(void *argument)
{
    jf_lookup *l = argument;
    for (jf_lookup_job *job; (job = job_take(l)) != NULL;)
        job_run(l, job);
    return NULL;
}

jf_store_result jf_lookup_open(jf_lookup **out, const char *url, jf_store_error *error)
{
    jf_lookup *l = jf_alloc_zero(1, sizeof *l);
    l->url = strcpy(jf_alloc(strlen(url) + 1), url);
    l->last = &l->first;
    int failed = pthread_mutex_init(&l->mutex, NULL) || pthread_cond_init(&l->wanted, NULL);
    JF_ASSERT(!failed);
    while (l->thread_count < JF_LOOKUP_THREADS &&
           pthread_create(&l->threads[l->thread_count], NULL, lookup_run, l) == 0)
        l->thread_count++;
    if (l->thread_count == 0) {
        jf_lookup_close(l);
        return jf_store_fail(error, "this machine has no room for one thread more");
    }
    *out = l;
    return JF_STORE_OK;
}

bool jf_lookup_submit(jf_lookup *l, jf_lookup_job *job)
{
    JF_ASSERT(job->read && job->done);
    job->next = NULL;
    pthread_mutex_lock(&l->mutex);
    bool taken = !l->stop;
    if (taken) {
        *l->last = job;
        l->last = &job->next;
        pthread_cond_signal(&l->wanted);
    }
    pthread_mutex_unlock(&l->mutex);
    return taken;
}

void jf_lookup_close(jf_lookup *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->mutex);
    l->stop = true;
    pthread_cond_broadcast(&l->wanted);
    pthread_mutex_unlock(&l->mutex);
    for (int i = 0; i < l->thread_count; i++)
        pthread_join(l->threads[i], NULL);
    pthread_cond_destroy(&l->wanted);
    pthread_mutex_destroy(&l->mutex);
    free(l->url);
    free(l);
}
