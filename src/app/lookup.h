/*
 * Lookups: what is read from the books for people (statements, reports, lists)
 * while the writer goes on. A few threads take jobs in turn; each job sees the
 * books as of one moment, of its own.
 *
 * Threads: submit may be called from any; `read` and `done` are called in a
 * lookup's.
 */
#ifndef JF_APP_LOOKUP_H
#define JF_APP_LOOKUP_H

#include "store/store.h"

typedef struct jf_lookup jf_lookup;

/* The caller owns it and leaves it alone until it is done. */
typedef struct jf_lookup_job {
    jf_store_result (*read)(struct jf_lookup_job *job, jf_store *store);
    void (*done)(struct jf_lookup_job *job); /* `result` and `error` are filled in */
    jf_store_result result;                  /* what read returned; FAILED when it was not called */
    jf_store_error error;                    /* filled in by read, or by opening the books */
    struct jf_lookup_job *next;              /* the lookup's */
} jf_lookup_job;

#define JF_LOOKUP_THREADS 2

/* url: books that this process has open for writing. */
jf_store_result jf_lookup_open(jf_lookup **out, const char *url, jf_store_error *error);

/* False when it is closing: the job is not taken, `done` is not called. */
bool jf_lookup_submit(jf_lookup *lookup, jf_lookup_job *job);

/* Finishes what it has, and ends. */
void jf_lookup_close(jf_lookup *lookup);

#endif
