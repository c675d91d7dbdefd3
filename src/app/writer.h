/*
 * The writer: one thread that owns the engine, so that any number of callers
 * can have their commands run on the one write path.
 *
 * Jobs are taken in the order of their submission. Whatever waits when the
 * writer turns to its queue becomes one batch: under load batches fill by
 * themselves, and a lone command is committed at once. A job is done when all
 * its lines are answered and what they changed is durable.
 *
 * The writer also keeps the clock of the books: when a business day is over it
 * is closed, whether anybody asks for it or not (spec section 2).
 *
 * Threads: submit may be called from any; `done` is called in the writer's.
 */
#ifndef JF_APP_WRITER_H
#define JF_APP_WRITER_H

#include "app/engine.h"

typedef struct jf_writer jf_writer;

/* A command or lines to be run. The caller owns it and leaves it alone until it is done. */
typedef struct jf_job {
    jf_str text;                      /* one command, or JSON Lines; or nothing, but */
    const jf_command *command;        /* one that was read already, sealed; NULL: the text */
    void (*done)(struct jf_job *job); /* `code` and `answers` are filled in */
    const jf_command *guard;          /* a read: run only while its result has this ETag */
    jf_str guard_etag;                /* without a guard, always */
    bool tries;                       /* the lines are only tried (jf_engine_try) */
    bool stale;                       /* out: it has another; nothing was run */
    jf_buf answers;                   /* out: a line each, in order; the caller initialises it */
    jf_code code;                     /* out: of the last line */
    bool failed;                      /* out: the store failed; answers may be missing */
    uint32_t left;                    /* the writer's: lines without an answer */
    struct jf_job *next;              /* the writer's */
} jf_job;

#define JF_ETAG_SIZE 46 /* with its quotes and a NUL */

/* The entity tag (RFC 9110, section 8.8.3) of a result: its hash. */
void jf_etag(jf_str result, char out[JF_ETAG_SIZE]);

/* Present time; a test has its own. */
typedef jf_instant (*jf_clock_fn)(void);

typedef struct jf_writer_options {
    uint32_t batch;    /* commands in a batch at most; 0: 512 */
    jf_clock_fn clock; /* closes days by it; NULL: days are closed by command alone */
} jf_writer_options;

/* What the writer has done so far. */
typedef struct jf_writer_counts {
    uint64_t commands, refused; /* answered, reads too; and how many of them were refused */
    uint64_t batches;           /* committed */
    uint64_t journals;          /* durable */
    uint32_t waiting;           /* jobs that are not done */
    bool has_policy;
    jf_day open_day; /* valid when there is a policy */
    bool failed;     /* nothing is accepted any more */
} jf_writer_counts;

jf_store_result jf_writer_open(jf_writer **out, jf_store *store, const jf_writer_options *options,
                               jf_store_error *error);

/* False when the writer is stopping or has failed: the job is not taken, `done` is not called. */
bool jf_writer_submit(jf_writer *writer, jf_job *job);

void jf_writer_counts_get(jf_writer *writer, jf_writer_counts *out);

/* Takes no more jobs, finishes those it has, and ends. The store stays open. */
void jf_writer_close(jf_writer *writer);

#endif
