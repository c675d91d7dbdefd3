/*
 * What both stores share about rows: how the lists inside them become text and
 * back, and how a stored policy is read again.
 *
 * Reading is of files, which may be damaged: every reader says false for a
 * text or number that no jifen writes, and never asserts it.
 */
#ifndef JF_STORE_ROWS_H
#define JF_STORE_ROWS_H

#include "store/store.h"

/* Fill the error and return JF_STORE_FAILED, so that a failure is one line. */
jf_store_result jf_store_fail(jf_store_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A slot whose kind, pool and cohort can be. */
bool jf_slot_sane(int64_t slot);

/* [[kind,total],…], totals of 0 left out. */
void jf_totals_write(jf_buf *out, const int64_t totals[JF_ACCOUNT_KINDS]);
bool jf_totals_read(jf_str text, int64_t totals[JF_ACCOUNT_KINDS]);

/* [[entry,to,owner,slot,amount],…]; what is read lives in the arena. */
void jf_parts_write(jf_buf *out, const jf_part *parts, uint32_t count);
bool jf_parts_read(jf_arena *arena, jf_str text, const jf_part **parts, uint32_t *count);

/* [[party,weight],…] */
void jf_holders_write(jf_buf *out, const jf_holder *holders, uint32_t count);
bool jf_holders_read(jf_arena *arena, jf_str text, const jf_holder **holders, uint32_t *count);

/*
 * Read a stored document and put the policy into the working set, whose pools
 * are there already. Versions come in order. Fails when the document does not
 * read as a policy, or names a pool that is not there.
 */
jf_store_result jf_policy_restore(jf_world *w, uint32_t version, jf_day from, jf_str document,
                                  jf_store_error *error);

/*
 * Whom of buyer and shop paying the order moved nothing of, on any account that tells of orders
 * (spec section 4): how many, into parties[]. What is known when it is paid; it stays so.
 */
uint32_t jf_order_unmoved(const jf_order *order, uint32_t parties[2]);

/* Is the order one of them? */
bool jf_order_is_sought(const jf_order *order, const jf_sought *sought);

/* One party more, if it belongs on the page as far as it is known; room is made for it. */
void jf_named_take(jf_named *page, uint32_t no, jf_str id);

/* Every position of a cohort into the working set, page by page through positions(). */
jf_store_result jf_holders_fetch(jf_store *store, jf_world *w, uint32_t pool, uint32_t cohort,
                                 jf_store_error *error);

#endif
