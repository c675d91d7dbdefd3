/*
 * An audit under way: what its files share (see audit.h for what it is).
 *
 *   audit.c             the order of the checks, findings, the reply
 *   audit_text.c        how accounts and amounts are named in findings
 *   audit_chain.c       journals: numbers, hashes, days, commands
 *   audit_postings.c    postings: every balance made again, from nothing
 *   audit_rows.c        parties, seats, accounts, ids against what was made
 *   audit_orders.c      orders against their journals and what is on hold
 *   audit_tokens.c      lots and units, and that the price of a unit never falls
 *   audit_invariants.c  pools, funds and totals against what was made
 *   audit_replay.c      the commands run again
 *
 * The books are made again from the postings alone, in `traced` accounts and in
 * sums; the rows are then compared with them, and the invariants are checked on
 * what was made. So one thing that is wrong is found once: a balance that was
 * changed is a balance_wrong, and not every total that it belongs to as well.
 *
 * Nothing that is read is trusted: sums are in 128 bits or wrap on purpose (a
 * sum that wrapped is found wrong), numbers are checked before they index.
 */
#ifndef JF_APP_AUDIT_WORK_H
#define JF_APP_AUDIT_WORK_H

#include "app/audit.h"
#include "app/journal.h"

typedef enum jf_audit_kind {
#define JF_AUDIT(NAME, id, severity, en, zh) JF_AUDIT_##NAME,
#include "app/audit_findings.def"
#undef JF_AUDIT
    JF_AUDIT_KINDS
} jf_audit_kind;

/* An account as its postings make it. */
typedef struct jf_traced {
    uint32_t owner;
    jf_slot slot;
    int64_t balance; /* after the last posting, as stored with it */
    int64_t doubt;   /* what it should be then, minus that: 0 unless one of the two is wrong */
    int64_t aside;   /* position: credited; pending: held by open orders; tokens: of lots */
    uint64_t last;   /* the journal that moved it last */
    bool seen;       /* its row was there */
} jf_traced;

typedef struct jf_audit_party {
    jf_party_kind kind; /* JF_PARTY_PLATFORM: no such party was read */
    bool debtor;        /* is on the list of debts */
    jf_str id;
} jf_audit_party;

/* A cohort as its postings make it. */
typedef struct jf_audit_cohort {
    jf_i128 points, index, released, credited, swept;
} jf_audit_cohort;

typedef struct jf_audit_pool {
    uint32_t closes;
    jf_day last_close;
    jf_i128 collected;        /* what came into the dividend fund, less what was given back */
    jf_audit_cohort *cohorts; /* cohorts[c - 1], as many as the pool has periods */
} jf_audit_pool;

/*
 * What is known of a journal when rows are compared, in 64 bits: flags in the
 * low four, above them the hash of its command's kind and id (0: no id).
 */
typedef uint64_t jf_mark;
#define JF_MARK_PAID ((jf_mark)1)    /* it paid an order */
#define JF_MARK_ORDER ((jf_mark)2)   /* and that order's row was there */
#define JF_MARK_MATURED ((jf_mark)4) /* and has matured */
#define JF_MARK_IDEM ((jf_mark)8)    /* its id was noted */
#define JF_MARK_FLAGS ((jf_mark)15)

/* Vouchers on their way from `unclaimed` to the positions of a cohort, within a journal. */
typedef struct jf_crediting {
    uint32_t pool, cohort;
    int64_t left;
} jf_crediting;

/* The position that a refund took points of: what was credited for them returns next. */
typedef struct jf_taking {
    uint32_t owner; /* JF_PLATFORM: none */
    jf_slot slot;
} jf_taking;

/* The appreciation pool as journals left it when units were last out: price = pool / units. */
typedef struct jf_audit_price {
    int64_t pool, units; /* units 0: none were ever out */
    bool moved;          /* by the journal being read */
} jf_audit_price;

/* The largest order of a stretch of journals (store.h); number 0: there is none. */
typedef struct jf_audit_largest {
    uint64_t number;
    int64_t amount;
    bool listed; /* a search for its amount finds it */
} jf_audit_largest;

typedef struct jf_audit_work {
    jf_audit *audit;
    jf_store *store;
    jf_world world;    /* what load() gives: state, policies, pools, cohorts, seats, debtors */
    jf_hash head;      /* as noted beside the state */
    jf_arena kept;     /* traced accounts, party ids, cohorts */
    jf_arena scratch;  /* the postings of one journal */
    uint32_t hidden;   /* findings that are not listed, */
    bool hidden_error; /* one of them an error */

    jf_audit_party *parties; /* by number, up to party_count; [0] is the platform */
    uint32_t party_count, party_room;
    uint32_t created;  /* parties that commands created so far */
    bool created_lost; /* they are no more the parties of the same numbers */

    jf_sha256 *sha;
    uint64_t number, seen; /* of the last journal; how many there were */
    jf_hash stored, made;  /* its hash as stored, and as its contents make it */
    jf_day open_day;
    uint32_t policies_set;
    jf_mark *marks; /* by journal number */
    uint64_t mark_room;
    jf_audit_largest *largest; /* by stretch of journals */

    jf_map accounts; /* jf_traced */
    jf_audit_pool pools[JF_WORLD_POOLS];
    jf_crediting crediting;
    jf_taking taking;
    jf_audit_price price;
    uint64_t lots_met;              /* by their orders */
    jf_i128 withdrawals;            /* on their way: requested or approved */
    jf_i128 credit_in;              /* what came into the credit fund, less what was given back */
    jf_i128 sums[JF_ACCOUNT_KINDS]; /* of the balances of each kind */
} jf_audit_work;

/* Notes a finding; its text is printf's. After the first hundred they are only counted. */
void jf_audit_find(jf_audit_work *work, jf_audit_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Texts for findings, by value: jf_audit_account(…).c is good for the call that it stands in. */
typedef struct jf_audit_text {
    char c[256];
} jf_audit_text;

jf_audit_text jf_audit_account(const jf_audit_work *work, uint32_t owner, jf_slot slot);
jf_audit_text jf_audit_party_text(const jf_audit_work *work, uint32_t no);
jf_audit_text jf_audit_amount(jf_i128 amount, jf_unit unit);
jf_audit_text jf_audit_balance(jf_i128 balance, jf_slot slot); /* an amount in the account's unit */
jf_audit_text jf_audit_day(jf_day day);

/* The party, or NULL when no such party was read. */
jf_audit_party *jf_audit_party_of(const jf_audit_work *work, uint32_t no);

/* The cohort of a slot, or NULL when there is none. */
jf_audit_cohort *jf_audit_cohort_of(const jf_audit_work *work, jf_slot slot);

/* The mark of a journal that was read, or NULL. */
jf_mark *jf_audit_mark(const jf_audit_work *work, uint64_t number);

/* Its lots are wrong, and found to be: its units are not compared with them as well. */
static inline void jf_audit_doubt(jf_traced *tokens)
{
    if (tokens != NULL) {
        tokens->doubt = 1;
    }
}

/* What a mark holds of an id. */
jf_mark jf_audit_id_mark(jf_command_kind kind, jf_str id);

/* The account as postings made it, or NULL. */
jf_traced *jf_audit_traced(const jf_audit_work *work, uint32_t owner, jf_slot slot);

/* Every posting of a journal, and that they balance. */
void jf_audit_postings(jf_audit_work *work, const jf_journal_row *journal);

/* The price of a unit, when a journal has moved the appreciation pool or units. */
void jf_audit_price_check(jf_audit_work *work, const jf_journal_row *journal);

/* Adds without a check: a sum that wraps is wrong, and found to be. */
static inline void jf_audit_add(int64_t *to, int64_t amount)
{
    (void)__builtin_add_overflow(*to, amount, to);
}

static inline void jf_audit_sub(int64_t *from, int64_t amount)
{
    (void)__builtin_sub_overflow(*from, amount, from);
}

/* The checks, in the order in which they run. */
jf_store_result jf_audit_parties(jf_audit_work *work, jf_store_error *error);
jf_store_result jf_audit_chain(jf_audit_work *work, jf_store_error *error);
jf_store_result jf_audit_accounts(jf_audit_work *work, jf_store_error *error);
jf_store_result jf_audit_orders(jf_audit_work *work, jf_store_error *error);
jf_store_result jf_audit_ids(jf_audit_work *work, jf_store_error *error);
jf_store_result jf_audit_withdrawals(jf_audit_work *work, jf_store_error *error);
void jf_audit_lots(jf_audit_work *work); /* behind the orders */
void jf_audit_invariants(jf_audit_work *work);
jf_store_result jf_audit_replay(jf_audit_work *work, jf_store_error *error);

#endif
