/*
 * Journals as bytes: the text of their postings and the hash chain.
 *
 * hash = SHA-256(number ‖ day ‖ kind ‖ subject ‖ command ‖ postings ‖ previous hash)
 * with the number and the subject as 8, the day as 4 and the kind as 1 byte,
 * big endian, and each text preceded by its length in 4 bytes. The command is
 * the canonical text, empty for journals that a command brought about; the
 * postings are the text that is stored. Golden vectors: tests/unit/test_app_journal.c.
 */
#ifndef JF_APP_JOURNAL_H
#define JF_APP_JOURNAL_H

#include "core/world.h"
#include "store/store.h"

/* The chain of journals as far as it is written; one thread at a time goes on with it. */
typedef struct jf_chain {
    jf_sha256 *sha;
    jf_hash head; /* of the last journal */
} jf_chain;

/* Encode a journal of the working set; texts live in the arena. */
void jf_journal_encode(jf_sha256 *sha, jf_arena *arena, const jf_journal *journal, jf_hash previous,
                       jf_journal_row *out);

jf_hash jf_journal_hash(jf_sha256 *sha, const jf_journal_row *row, jf_hash previous);

/* A posting as it is stored. */
typedef struct jf_posting_row {
    uint32_t owner;
    jf_slot slot;
    int64_t amount;
    int64_t balance; /* after */
    uint64_t before; /* the journal that moved the account before; 0: none */
    uint32_t why;    /* jf_reason in the low eight bits, policy entry + 1 above */
} jf_posting_row;

/* Read the postings of a journal; false for a text that jifen did not write. */
bool jf_journal_postings(jf_arena *arena, jf_str text, jf_posting_row **out, uint32_t *count);

const char *jf_journal_kind_wire(jf_journal_kind kind);

#endif
