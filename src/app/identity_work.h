/*
 * The identity from inside: what keys and people share.
 */
#ifndef JF_APP_IDENTITY_WORK_H
#define JF_APP_IDENTITY_WORK_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/identity.h"

#define JF_SECRET_BYTES 32 /* of a key, and of a session */
#define JF_REMEMBERED 256

typedef struct jf_remembered {
    jf_hash hash;
    jf_caller caller; /* of kind NOBODY: the place is free */
    jf_instant until; /* a session ends; 0 for keys, which do not */
} jf_remembered;

struct jf_identity {
    jf_desk *desk;
    jf_store_error error;
    jf_remembered known[JF_REMEMBERED]; /* by the first byte of the hash */
    int64_t version;                    /* of the desk when the known were read */
    jf_instant looked;
    atomic_uint changes;     /* of ours to what callers may do */
    unsigned changes_known;  /* when the known were read */
    pthread_mutex_t signing; /* one at a time signs in: failures and codes are counted exactly */
};

jf_identity_result jf_identity_result_of(jf_store_result result);

/* For whom a hash stands on the desk; *until: when that ends, 0 if never. NONE: for nobody. */
typedef jf_store_result (*jf_caller_fn)(jf_identity *identity, jf_arena *arena, jf_hash hash,
                                        jf_instant now, jf_caller *caller, jf_instant *until);

/* For whom a token stands: from memory, or by `look`. The server's thread. */
jf_identity_result jf_identity_find(jf_identity *identity, jf_str token, jf_instant now,
                                    jf_caller_fn look, jf_caller *caller);

/* What callers may do has changed: nobody's remembered rights outlive it. Any thread. */
void jf_identity_changed(jf_identity *identity);

/* One more role; false when the row is damaged or there are too many. */
bool jf_caller_grant(jf_caller *caller, jf_str role, jf_str scope);

#endif
