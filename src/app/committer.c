/*
 * One thread, one job at a time: handed over and taken back under a mutex.
 */
#include "app/committer.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/check.h"

struct jf_committer {
    jf_store *store;
    jf_chain *chain; /* or NULL */
    bool background;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    jf_batch *job; /* under way, or NULL */
    bool stop;
    jf_store_result result; /* of the last job */
    jf_store_error error;
};

static jf_store_result commit(const jf_committer *c, jf_batch *batch, jf_store_error *error)
{
    if (c->chain)
        jf_batch_chain(batch, batch->first, c->chain);
    return c->store->ops->commit(c->store, &batch->changes, error);
}

static void *committer_run(void *argument)
{
    jf_committer *c = argument;
    pthread_mutex_lock(&c->mutex);
    for (;;) {
        while (!c->job && !c->stop)
            pthread_cond_wait(&c->changed, &c->mutex);
        if (!c->job)
            break;
        jf_batch *job = c->job;
        pthread_mutex_unlock(&c->mutex);
        jf_store_error error = {""};
        jf_store_result result = commit(c, job, &error);
        pthread_mutex_lock(&c->mutex);
        c->result = result;
        c->error = error;
        c->job = NULL;
        pthread_cond_broadcast(&c->changed);
    }
    pthread_mutex_unlock(&c->mutex);
    return NULL;
}

jf_committer *jf_committer_new(jf_store *store, jf_chain *chain, bool background)
{
    jf_committer *c = jf_alloc_zero(1, sizeof *c);
    c->store = store;
    c->chain = chain;
    c->background = background;
    if (!background)
        return c;
    int failed = pthread_mutex_init(&c->mutex, NULL) || pthread_cond_init(&c->changed, NULL);
    JF_ASSERT(!failed);
    /* A machine that has no room for one thread more can still commit in this one. */
    c->background = pthread_create(&c->thread, NULL, committer_run, c) == 0;
    return c;
}

void jf_committer_free(jf_committer *c)
{
    if (!c)
        return;
    if (c->background) {
        pthread_mutex_lock(&c->mutex);
        c->stop = true;
        pthread_cond_broadcast(&c->changed);
        pthread_mutex_unlock(&c->mutex);
        pthread_join(c->thread, NULL);
        pthread_cond_destroy(&c->changed);
        pthread_mutex_destroy(&c->mutex);
    }
    free(c);
}

void jf_committer_start(jf_committer *c, jf_batch *batch)
{
    JF_ASSERT(batch != NULL);
    if (!c->background) {
        c->result = commit(c, batch, &c->error);
        return;
    }
    pthread_mutex_lock(&c->mutex);
    JF_ASSERT(c->job == NULL);
    c->job = batch;
    pthread_cond_broadcast(&c->changed);
    pthread_mutex_unlock(&c->mutex);
}

jf_store_result jf_committer_wait(jf_committer *c, jf_store_error *error)
{
    JF_ASSERT(error != NULL);
    if (c->background) {
        pthread_mutex_lock(&c->mutex);
        while (c->job)
            pthread_cond_wait(&c->changed, &c->mutex);
        pthread_mutex_unlock(&c->mutex);
    }
    if (c->result != JF_STORE_OK)
        *error = c->error;
    return c->result;
}
