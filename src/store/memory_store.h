/*
 * The memory store from inside: its tables, and how rows enter them.
 *
 * Rows are the store's own copies, texts and lists included; the working set
 * gets copies again. So the working set may be emptied, undone or freed and
 * the store still has what was committed, as a file would.
 */
#ifndef JF_STORE_MEMORY_STORE_H
#define JF_STORE_MEMORY_STORE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/rows.h"

/* Rows in the order of their coming, and a map to find them by key. */
typedef struct jf_memory_table {
    jf_map map;
    void **rows;
    uint32_t count, room;
} jf_memory_table;

typedef struct jf_memory_policy {
    uint32_t version;
    jf_day from;
    jf_str document;
} jf_memory_policy;

typedef struct jf_memory_phone {
    jf_str phone;
    const jf_party *party; /* the last to have it */
} jf_memory_phone;

/* Rows by a number: the orders that fall due on a day, the positions of a cohort, and the like. */
typedef struct jf_memory_group {
    uint64_t key; /* day, slot or party */
    bool sorted;
    jf_memory_table members;
} jf_memory_group;

typedef struct jf_memory {
    jf_store base;
    pthread_mutex_t mutex;    /* around everything: commit() may come from another thread */
    pthread_cond_t committed; /* the commit under way is done */
    bool committing;          /* it lets others in between two rows */
    atomic_uint waiting;      /* how many want to come in */
    pthread_mutex_t ids;      /* around `idems`; taken last */
    jf_arena arena;           /* of all rows */
    jf_state state;
    jf_hash head;
    jf_memory_table policies, pools, cohorts, seats;
    jf_memory_table parties;     /* rows[no - 1]; the map is by kind and id */
    jf_memory_table phones;      /* jf_memory_phone */
    jf_memory_table accounts;    /* by owner and slot */
    jf_memory_table owners;      /* rows[owner]: that owner's accounts, linked by ascending slot */
    jf_memory_table listed;      /* accounts of kinds that are debts, or listed for other reasons */
    jf_memory_table chains;      /* rows[chain - 1]: stores with shareholders */
    jf_memory_table positions;   /* jf_memory_group by slot, of accounts */
    jf_memory_table orders;      /* by number */
    jf_memory_table dues;        /* jf_memory_group by day, of orders */
    jf_memory_table unmoved;     /* jf_memory_group by party, of orders */
    jf_memory_table idems;       /* by kind and id */
    jf_memory_table lots;        /* by order */
    jf_memory_table withdrawals; /* by id */
    jf_memory_table journals;    /* rows[number - 1] */
} jf_memory;

/* Finding rows; NULL when there is none. */
jf_party *jf_memory_party(const jf_memory *m, jf_party_kind kind, jf_str id);
jf_party *jf_memory_party_no(const jf_memory *m, uint64_t no);
jf_account *jf_memory_accounts(const jf_memory *m, uint32_t owner); /* the first; next by next */
jf_memory_phone *jf_memory_phone_of(const jf_memory *m, jf_str phone);
jf_order *jf_memory_order(const jf_memory *m, uint64_t number);
jf_idem *jf_memory_idem(const jf_memory *m, jf_command_kind kind, jf_str id);
const void *jf_memory_idem_place(const jf_memory *m, jf_command_kind kind, jf_str id);
jf_withdrawal *jf_memory_withdrawal(const jf_memory *m, jf_str id);
jf_journal_row *jf_memory_journal(const jf_memory *m, uint64_t number);

/*
 * The orders due on a day and those that moved nothing of a party, by number, the positions of a
 * slot by owner; NULL when none ever were.
 */
jf_memory_group *jf_memory_due(jf_memory *m, jf_day day);
jf_memory_group *jf_memory_unmoved(jf_memory *m, uint32_t party);
jf_memory_group *jf_memory_positions(jf_memory *m, jf_slot slot);

/* Take the mutex, also between two rows of a commit; or only when none is under way. */
void jf_memory_enter(jf_memory *m);
void jf_memory_enter_settled(jf_memory *m);
void jf_memory_leave(jf_memory *m);

/* Everything a batch changed; the mutex is held, and let go between rows when others wait. */
void jf_memory_put(jf_memory *m, const jf_changes *changes);

void jf_memory_tables_free(jf_memory *m);

#endif
