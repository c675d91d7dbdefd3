/*
 * What a kind of share is: one jf_program for every row of allocations.def and
 * rewards.def, named jf_program_<name>, in a file of its own.
 *
 * A program is three pure things: the fields of its entry in the policy, what
 * it takes of a sale (allocation.h), and, for some, whom it pays at the end of
 * a month out of what it collected (spec section 9). It reads relations and
 * parameters and says who gets how much; it posts nothing.
 */
#ifndef JF_CORE_PROGRAM_H
#define JF_CORE_PROGRAM_H

#include "core/allocation.h"
#include "core/policy_read.h"

/* Somebody with a standing or a turnover in a program, at the end of a month. */
typedef struct jf_enrolled {
    const jf_party *who;
    int64_t standing; /* weight or grade; 0: no longer enrolled */
    int64_t turnover; /* fen, net of the month's refunds; may be negative */
    int64_t pays;     /* out: fen to be paid; INT64_MAX: more than fits */
    int64_t becomes;  /* out: the standing from now on; starts as `standing` */
} jf_enrolled;

typedef struct jf_month {
    jf_arena *arena;
    jf_cny pot;        /* what was collected and not paid out yet */
    jf_enrolled *list; /* by member id */
    uint32_t count;
} jf_month;

typedef struct jf_program {
    const jf_field *fields; /* of its entry in the policy, see policy_kinds.h */
    /* What the entry can take of its base at most, in ppm; NULL: entry->rate. */
    int64_t (*total)(const jf_entry *entry);
    /* Findings about fields that must fit each other; NULL: there are none. */
    void (*check)(jf_check *check, const jf_entry *entry, jf_path path);
    void (*allocate)(const jf_sale *sale, const jf_entry *entry, jf_shares *out);
    /* Fills in pays and becomes; NULL when there is nothing to do. */
    void (*month)(const jf_month *month, const jf_entry *entry);
    /* The month is paid out of platform revenue; else out of the pot, never more than it holds. */
    bool from_revenue;
    /* How many uplines of the buyer it looks at (JF-PYR-01, JF-PYR-02); NULL: none. */
    uint32_t (*uplines)(const jf_entry *entry);
    bool graded; /* pays by grades, peers or a team's turnover (JF-PYR-06) */
    bool wallet; /* money that people withdraw (JF-TAX-01) */
} jf_program;

const jf_program *jf_program_of(jf_to to);

#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh)                                       \
    extern const jf_program jf_program_##name;
#include "core/allocations.def"
#undef JF_ALLOCATION

/* A row of rewards.def as data; NULL for the kinds of allocations.def alone. */
typedef struct jf_reward_info {
    const char *enrolled; /* what a weight means; "" when nobody has to be enrolled */
    bool month;
    const char *en, *zh;
} jf_reward_info;

const jf_reward_info *jf_reward_info_of(jf_to to);

/* Helpers for month functions. */

/* The pot in proportion to weights (fen times standing, say), largest remainder, ties by id. */
void jf_month_share_pot(const jf_month *month, const int64_t *weights);

/* What everybody claims in `pays` fits the pot; else each becomes ⌊pays · pot / sum⌋. */
void jf_month_fit_pot(const jf_month *month);

/* How many of the rising bars a turnover reaches. */
uint32_t jf_bars_reached(const jf_entry *entry, int64_t turnover);

#endif
