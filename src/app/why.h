/*
 * Why a balance moved: the rule in words, what brought it about, and the
 * arithmetic with the real figures.
 *
 * Arithmetic is made from rows only (the order, its policy version, the
 * cohort) and shown only when it comes to the amount that was really posted, so
 * it can be missing, but not wrong. Floors are written ⌊ ⌋ where they cut.
 */
#ifndef JF_APP_WHY_H
#define JF_APP_WHY_H

#include "app/journal.h"
#include "app/reader.h"
#include "core/ledger.h"

/* What a crediting posting belongs to: a position, and what it was credited before and after. */
typedef struct jf_crediting {
    uint32_t pool, cohort;
    int64_t points, before, after; /* before < 0: not known; before > after: clawed back */
} jf_crediting;

/* A journal taken apart, as its statement rows need it. */
typedef struct jf_movement {
    const jf_journal_row *journal;
    const jf_posting_row *postings;
    uint32_t count;
    jf_str cmd, id, at;                 /* of the command; empty without one */
    jf_str order, amount, member, shop; /* likewise, where it has them */
} jf_movement;

typedef struct jf_why {
    const jf_reason_info *reason;
    jf_str en, zh;
    jf_str arithmetic; /* the same in both languages; empty when rows cannot give it */
} jf_why;

/* Is it the journal of this command? */
bool jf_movement_is(const jf_movement *m, const char *command);

/* The order behind a journal that paid, matured or refunded it; else NULL. */
const jf_order *jf_movement_order(jf_reader *reader, const jf_movement *m);

/* Why posting number `at` was made. crediting may be NULL. Texts live in the arena. */
void jf_why_of(jf_reader *reader, jf_arena *arena, const jf_movement *m, uint32_t at,
               const jf_crediting *crediting, jf_why *out);

/* "200.00 × 0.01735 = 3.47 − 2.15 = 1.32": an entitlement less what was credited before. */
jf_str jf_crediting_arithmetic(jf_arena *arena, const jf_cohort *cohort, const jf_crediting *c,
                               int64_t amount);

/* What a kind of share or reward is called. */
const char *jf_share_words(jf_to to, bool chinese);

/* A pool's name; "?" for a number that no pool has. */
jf_str jf_pool_name(const jf_world *w, uint32_t pool);

/* Which of several an account is: the pool's name, the program's, the store's id; or empty. */
jf_str jf_slot_name(const jf_world *w, jf_slot slot);

#endif
