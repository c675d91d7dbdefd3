/*
 * The desk: what is about people and machines and not about money. It lies in
 * a SQLite file of its own beside the books, PATH.desk (decision 17), so that it
 * can be erased while the ledger stays, and written while a server holds the books.
 *
 * Any thread may call; a mutex inside lets one in at a time. Other processes
 * may write meanwhile: a call waits for them for a moment.
 */
#ifndef JF_STORE_DESK_H
#define JF_STORE_DESK_H

#include "base/day.h"
#include "base/sha256.h"
#include "store/store.h"

typedef struct jf_desk jf_desk;

/* A key as it is kept: never the key itself. Texts are valid during the call. */
typedef struct jf_desk_key {
    int64_t no;
    jf_str name, role, scope;
    jf_hash hash; /* of the key */
    jf_instant created, revoked;
    bool is_revoked;
} jf_desk_key;

/* By the URL of the books; made when it is not there. */
jf_store_result jf_desk_open(jf_desk **out, const char *books, jf_store_error *error);
void jf_desk_close(jf_desk *desk);

/* Adds a key; its number in key->no. */
jf_store_result jf_desk_key_add(jf_desk *desk, jf_desk_key *key, jf_store_error *error);

/* JF_STORE_NONE when no key has this hash. Texts live in the arena. */
jf_store_result jf_desk_key_find(jf_desk *desk, jf_arena *arena, jf_hash hash, jf_desk_key *out,
                                 jf_store_error *error);

/* JF_STORE_NONE when there is no such key; a second time changes nothing. */
jf_store_result jf_desk_key_revoke(jf_desk *desk, int64_t no, jf_instant at, jf_store_error *error);

/* All keys, by number; false from fn ends it. fn must not call the desk. */
jf_store_result jf_desk_key_scan(jf_desk *desk, bool (*fn)(void *context, const jf_desk_key *key),
                                 void *context, jf_store_error *error);

/* Changes whenever another process has written. */
int64_t jf_desk_version(jf_desk *desk);

#endif
