/*
 * What a command needs from the store before it can be decided.
 *
 * jf_needs() looks at the working set and lists the rows that are missing; the
 * engine has the store fetch them and asks again, until nothing is missing
 * (relations show up only when the row that holds them is there). Pure: it
 * reads, and decides nothing.
 */
#ifndef JF_CORE_NEEDS_H
#define JF_CORE_NEEDS_H

#include "core/world.h"

typedef enum jf_need_kind {
    JF_NEED_PARTY,      /* a party by kind and id, with all its accounts */
    JF_NEED_PARTY_NO,   /* a party by number, with all its accounts */
    JF_NEED_PHONE,      /* who has a phone */
    JF_NEED_IDEM,       /* what an id was used for */
    JF_NEED_ORDER,      /* an order by its number */
    JF_NEED_DUE,        /* the orders that fall due on a day */
    JF_NEED_ZONE,       /* a time zone; the engine's, no store has it */
    JF_NEED_WITHDRAWAL, /* a withdrawal by id */
    JF_NEED_HOLDERS,    /* every position of a cohort, for a sweep; alone in its batch */
} jf_need_kind;

typedef struct jf_need {
    jf_need_kind kind;
    jf_party_kind party;     /* JF_NEED_PARTY */
    jf_command_kind command; /* JF_NEED_IDEM */
    jf_str id;               /* an id, a phone or the name of a zone */
    uint64_t number;         /* a party number or the number of an order */
    jf_day day;              /* JF_NEED_DUE */
    uint32_t pool, cohort;   /* JF_NEED_HOLDERS */
} jf_need;

typedef struct jf_needs {
    jf_arena *arena;
    jf_need *list;
    uint32_t count, room;
} jf_needs;

void jf_needs_init(jf_needs *needs, jf_arena *arena);

/* Each returns the row when it is resident (it may not exist), else NULL and adds the need. */
jf_party *jf_want_party(const jf_world *w, jf_needs *needs, jf_party_kind kind, jf_str id);
/* The member or, when that is empty, the shop. */
jf_party *jf_want_either(const jf_world *w, jf_needs *needs, jf_str member, jf_str shop);
jf_party *jf_want_party_no(const jf_world *w, jf_needs *needs, uint32_t no);
jf_phone *jf_want_phone(const jf_world *w, jf_needs *needs, jf_str phone);
jf_idem *jf_want_idem(const jf_world *w, jf_needs *needs, jf_command_kind kind, jf_str id);
jf_order *jf_want_order(const jf_world *w, jf_needs *needs, uint64_t number);
jf_withdrawal *jf_want_withdrawal(const jf_world *w, jf_needs *needs, jf_str id);
jf_due *jf_want_due(const jf_world *w, jf_needs *needs, jf_day day);
jf_zone_fact *jf_want_zone(const jf_world *w, jf_needs *needs, jf_str name);
jf_holders *jf_want_holders(const jf_world *w, jf_needs *needs, uint32_t pool, uint32_t cohort);

/* Everybody an order concerns: buyer, shop, payees. */
void jf_want_order_parties(const jf_world *w, jf_needs *needs, const jf_order *order);

/* What is missing for this command, the days it would close included. */
void jf_needs_of(const jf_world *w, const jf_command *command, jf_needs *needs);

/* The same for a command that is only tried: whatever its id was used for. */
void jf_needs_of_trial(const jf_world *w, const jf_command *command, jf_needs *needs);

/* Does this command scan a cohort? Then everything before it must be committed. */
bool jf_needs_committed(const jf_command *command);

#endif
