/*
 * Walking back through the journals that moved an owner's accounts, newest first.
 *
 * A posting names the journal that moved its account before, so each account has
 * a chain; merged by journal number they give every journal of the owner once,
 * and no other is read. A chain can only be followed from its newest end.
 *
 * An order that moved nothing of the owner is in no chain; the store lists these. Nor need be its
 * refunds, which are found among those of the books.
 */
#ifndef JF_APP_WALK_H
#define JF_APP_WALK_H

#include "app/why.h"

typedef struct jf_walk_cursor {
    const jf_account *account;
    uint64_t next;    /* the journal that moved it before those that were read; 0: none */
    int64_t credited; /* the statement's: as of after the journal being read */
} jf_walk_cursor;

typedef struct jf_walk {
    jf_reader *reader;
    uint32_t owner;
    jf_walk_cursor *cursors; /* in the order of slots */
    uint32_t count;
    jf_unmoved unmoved; /* a page of the orders that moved nothing; limit 0: they are left out */
    uint32_t unmoved_at;
    uint64_t refund;  /* the next refund of such an order; 0: none, or they are left out */
    uint32_t refunds; /* the books' refunds before it */
    jf_arena scratch; /* the journal being read */
    jf_journal_row journal;
    jf_posting_row *postings;
    uint32_t posting_count;
} jf_walk;

/* accounts: of one owner, by ascending slot; the array is copied. Free it in any case. */
void jf_walk_init(jf_walk *walk, jf_reader *reader, const jf_account *const *accounts,
                  uint32_t count);

/* Over those of a party's accounts that `takes` wants. */
void jf_walk_party(jf_walk *walk, jf_reader *reader, const jf_party *party,
                   bool (*takes)(jf_slot slot));

/* Orders of the party that are in no chain too: those with a number below `before` (0: all). */
void jf_walk_unmoved(jf_walk *walk, uint32_t party, uint64_t before);

/*
 * The refunds of these orders too, those below `before` (0: all); costs a look at the refunds of
 * the books down to where the walk ends. To be called behind jf_walk_unmoved.
 */
void jf_walk_refunds(jf_walk *walk, uint64_t before);

/*
 * Begin behind the journal `last` instead of at the newest end: each cursor at its account's last
 * posting up to it, with what the account held then in ends[], one for each cursor.
 *
 * No chain says where it passed a journal, so each is sought from both sides, a step each in turn:
 * back along the chain, and forward through the journals of everybody until one moves the
 * account. It costs twice the shorter way: short where much moves it, and where little does.
 */
void jf_walk_begin_at(jf_walk *walk, uint64_t last, int64_t *ends);
void jf_walk_free(jf_walk *walk);

/* The number of the journal that comes next; 0 at the end. */
uint64_t jf_walk_newest(const jf_walk *walk);

/* Reads it. False at the end, or when reading failed: the reader knows. */
bool jf_walk_next(jf_walk *walk);

/* NULL: none of the accounts that are followed. */
jf_walk_cursor *jf_walk_cursor_of(const jf_walk *walk, jf_slot slot);

/* The journal being read, with what its command says of itself. */
void jf_walk_movement(jf_walk *walk, jf_movement *out);

#endif
