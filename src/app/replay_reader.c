/*
 * Reading ahead (replay_reader.h): a ring of blocks between two threads.
 *
 * `filled` counts blocks that were handed over and `taken` those that were
 * given back; block n lies at n modulo the ring. The reader fills block
 * `filled` outside the mutex, the caller holds block `taken`.
 */
#include "app/replay_reader.h"

#include <pthread.h>
#include <stdlib.h>

#include "app/lean_store.h"
#include "base/alloc.h"
#include "base/check.h"
#include "core/command.h"
#include "store/rows.h"

#define BLOCKS 16

struct jf_replay_reader {
    jf_store *from;
    pthread_t thread;
    pthread_mutex_t mutex; /* around the five below */
    pthread_cond_t changed;
    uint64_t filled, taken;
    bool held;  /* the caller has block `taken` */
    bool ended; /* no block will be filled any more */
    bool stop;
    jf_hash head; /* the thread's own until it is joined, like all below */
    jf_result_sum results;
    jf_store_result result;
    jf_store_error error;
    jf_replay_block blocks[BLOCKS];
};

static jf_replay_block *filling(jf_replay_reader *r)
{
    return &r->blocks[r->filled % BLOCKS];
}

/* Waits until the next block may be filled; false when nobody wants more. */
static bool hand_over(jf_replay_reader *r)
{
    pthread_mutex_lock(&r->mutex);
    r->filled++;
    pthread_cond_broadcast(&r->changed);
    while (!r->stop && r->filled - r->taken == BLOCKS)
        pthread_cond_wait(&r->changed, &r->mutex);
    bool more = !r->stop;
    pthread_mutex_unlock(&r->mutex);
    jf_replay_block *block = filling(r);
    if (more) {
        block->count = 0;
        jf_arena_reset(&block->arena);
    }
    return more;
}

static bool journal_take(void *context, const void *row)
{
    jf_replay_reader *r = context;
    const jf_journal_row *j = row;
    r->head = j->hash;
    jf_result_sum_add(&r->results, j);
    if (j->kind != JF_JOURNAL_COMMAND)
        return true;
    jf_replay_block *block = filling(r);
    jf_replay_item *item = &block->items[block->count++];
    jf_error unreadable;
    item->journal = j->number;
    item->line = jf_str_dup(&block->arena, j->command);
    item->readable =
        jf_command_read(&block->arena, item->line, &item->command, &unreadable) == JF_OK;
    return block->count < JF_REPLAY_BLOCK || hand_over(r);
}

static void *reader_run(void *argument)
{
    jf_replay_reader *r = argument;
    r->result = r->from->ops->journal_scan(r->from, 1, journal_take, r, &r->error);
    pthread_mutex_lock(&r->mutex);
    if (!r->stop && filling(r)->count > 0)
        r->filled++;
    r->ended = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->mutex);
    return NULL;
}

static void reader_free(jf_replay_reader *r)
{
    for (uint32_t i = 0; i < BLOCKS; i++)
        jf_arena_free(&r->blocks[i].arena);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->mutex);
    free(r);
}

jf_store_result jf_replay_reader_open(jf_replay_reader **out, jf_store *from, jf_store_error *error)
{
    jf_replay_reader *r = jf_alloc_zero(1, sizeof *r);
    r->from = from;
    jf_result_sum_begin(&r->results);
    for (uint32_t i = 0; i < BLOCKS; i++)
        jf_arena_init(&r->blocks[i].arena, 0);
    int failed = pthread_mutex_init(&r->mutex, NULL) || pthread_cond_init(&r->changed, NULL);
    JF_ASSERT(!failed);
    if (pthread_create(&r->thread, NULL, reader_run, r) != 0) {
        jf_result_sum_end(&r->results);
        reader_free(r);
        return jf_store_fail(error, "this machine has no room for one thread more");
    }
    *out = r;
    return JF_STORE_OK;
}

const jf_replay_block *jf_replay_reader_next(jf_replay_reader *r)
{
    pthread_mutex_lock(&r->mutex);
    if (r->held) {
        r->taken++;
        r->held = false;
        pthread_cond_broadcast(&r->changed);
    }
    while (r->filled == r->taken && !r->ended)
        pthread_cond_wait(&r->changed, &r->mutex);
    r->held = r->filled > r->taken;
    const jf_replay_block *block = r->held ? &r->blocks[r->taken % BLOCKS] : NULL;
    pthread_mutex_unlock(&r->mutex);
    return block;
}

jf_store_result jf_replay_reader_close(jf_replay_reader *r, jf_replay_sums *sums,
                                       jf_store_error *error)
{
    pthread_mutex_lock(&r->mutex);
    r->stop = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->mutex);
    pthread_join(r->thread, NULL);
    jf_store_result result = r->result;
    *sums = (jf_replay_sums){r->head, jf_result_sum_end(&r->results)};
    if (result != JF_STORE_OK)
        *error = r->error;
    reader_free(r);
    return result;
}
