/*
 * The audit: every invariant of spec section 15, from the store alone.
 *
 * It reads the journals from the first to the last, recomputes the hash chain
 * and every balance, and compares them with the rows. It trusts no total.
 */
#ifndef JF_APP_AUDIT_H
#define JF_APP_AUDIT_H

#include "store/store.h"

typedef struct jf_audit_finding {
    const char *id;       /* short and stable, like "chain_broken" */
    const char *severity; /* "error" or "warning" */
    jf_str text;          /* what is wrong, where, and what was expected */
} jf_audit_finding;

typedef struct jf_audit {
    jf_arena arena;
    jf_audit_finding *list;
    uint32_t count, errors;
    uint64_t journals, postings, parties, accounts, orders, ids; /* that were read */
    bool replayed;
    jf_hash head;       /* of the chain */
    jf_hash state_hash; /* of every row, in key order: equal for equal books on any store */
} jf_audit;

typedef struct jf_audit_options {
    bool replay; /* also run every command again into an empty memory store and compare */
} jf_audit_options;

void jf_audit_init(jf_audit *audit);
void jf_audit_free(jf_audit *audit);

/* Findings are not a failure; JF_STORE_FAILED when the store cannot be read. */
jf_store_result jf_audit_run(jf_audit *audit, jf_store *store, const jf_audit_options *options,
                             jf_store_error *error);

/* The list of findings alone. */
void jf_audit_findings_json(const jf_audit *audit, jf_jw *out, const char *key);

/* The members of the command's result: findings, journals, state_hash. */
void jf_audit_reply(const jf_audit *audit, jf_jw *out);

/* What findings with this id mean, in a sentence. */
const char *jf_audit_meaning(const char *id, bool chinese);

/* SHA-256 over every row but the journals, in key order (state_hash.c, docs/audit.md). */
jf_store_result jf_state_hash(jf_store *store, jf_hash *out, jf_store_error *error);

/*
 * Run the commands of `from` again into `into` (empty, any store). Sets *same
 * to whether the hash chain came out the same. When a command was refused that
 * had been accepted, or there are journals without commands behind them, the
 * error's message says which; else it is empty.
 */
jf_store_result jf_replay(jf_store *from, jf_store *into, bool *same, jf_store_error *error);

/*
 * The same in a third of the memory: `rows` (empty, in memory) gets no texts of
 * journals. *alike: the hash chain and every answer came out the same.
 */
jf_store_result jf_replay_alike(jf_store *from, jf_store *rows, bool *alike, jf_store_error *error);

#endif
