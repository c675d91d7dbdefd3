/*
 * The commands of a store, read ahead by a thread of its own for a replay.
 *
 * Blocks of commands are handed over in order, a few of them in flight. While a
 * reader is open nobody else may scan the store it reads.
 */
#ifndef JF_APP_REPLAY_READER_H
#define JF_APP_REPLAY_READER_H

#include "store/store.h"

#define JF_REPLAY_BLOCK 256

typedef struct jf_replay_item {
    uint64_t journal;
    bool readable;      /* `command` is filled in; else `line` is what no longer reads as one */
    jf_command command; /* texts live in the block */
    jf_str line;
} jf_replay_item;

typedef struct jf_replay_block {
    jf_replay_item items[JF_REPLAY_BLOCK];
    uint32_t count;
    jf_arena arena;
} jf_replay_block;

typedef struct jf_replay_reader jf_replay_reader;

jf_store_result jf_replay_reader_open(jf_replay_reader **out, jf_store *from,
                                      jf_store_error *error);

/* The next block, good until the next call; NULL at the end, also when the store failed. */
const jf_replay_block *jf_replay_reader_next(jf_replay_reader *reader);

/* What all journals come to: two books with the same went the same way. */
typedef struct jf_replay_sums {
    jf_hash head;    /* of the last journal: what was asked and what was moved */
    jf_hash results; /* of what was answered (lean_store.h) */
} jf_replay_sums;

/* Ends it, at its end or before. sums: of the journals read. Fails when the store did. */
jf_store_result jf_replay_reader_close(jf_replay_reader *reader, jf_replay_sums *sums,
                                       jf_store_error *error);

#endif
