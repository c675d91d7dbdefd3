/*
 * The working set: every row that the rules may read or change, in memory.
 *
 * The engine fills it with what a command needs (needs.h), the rules change it
 * in place, and what they changed is handed to the store once a batch. Rows are
 * changed only after jf_touch(), which keeps the old bytes: a refused command
 * is undone as if it had never been looked at, closed days included.
 *
 * Lifetimes: `config` holds what is always resident (policies, pools, cohorts,
 * seats, the platform's accounts), `facts` the parties and their accounts until
 * the engine empties it, a generation the orders and ids of a batch and the one
 * before, `step` what one command needs.
 *
 * Absent rows are rows too, with exists = false: the working set knows the
 * difference between "there is none" and "not looked up yet".
 */
#ifndef JF_CORE_WORLD_H
#define JF_CORE_WORLD_H

#include "base/day.h"
#include "base/dense.h"
#include "base/map.h"
#include "base/units.h"
#include "core/accounts.h"
#include "core/command.h"
#include "core/policy.h"

typedef enum jf_row_type {
    JF_ROW_STATE,
    JF_ROW_POOL,
    JF_ROW_COHORT,
    JF_ROW_SEAT,
    JF_ROW_PARTY,
    JF_ROW_ACCOUNT,
    JF_ROW_ORDER,
    JF_ROW_IDEM,
    JF_ROW_LOT,
    JF_ROW_WITHDRAWAL,
    JF_ROW_PHONE, /* found through parties, not stored itself */
    JF_ROW_TYPES
} jf_row_type;

/* The head of every row. Not stored. */
typedef struct jf_row {
    jf_row_type type;
    bool exists;
    bool dirty;     /* changed since the last batch was taken */
    uint64_t saved; /* the step that keeps its old bytes */
} jf_row;

#define JF_PLATFORM 0u /* party number of the platform; also "nobody" in relations */

typedef enum jf_party_kind { JF_PARTY_PLATFORM, JF_PARTY_MEMBER, JF_PARTY_SHOP } jf_party_kind;

/* A member, a shop, or the platform (spec section 3). Relations are party numbers, 0: none. */
typedef struct jf_party {
    jf_row row;
    jf_party_kind kind;
    uint32_t no; /* 1, 2, … in the order of creation */
    jf_str id;
    struct jf_account *accounts; /* in memory only: linked, by slot, the highest first */
    uint64_t credited_at;        /* the same: the world's close count when last credited */
    jf_region region;            /* 0: none */
    /* member */
    jf_str phone; /* empty: none */
    uint32_t referrer, home;
    jf_day sell_day;               /* of the last sale of units at a day price */
    int64_t sell_over, sell_under; /* that day's price, spec section 12 */
    /* shop */
    jf_shop_kind shop_kind;
    uint32_t owner, recruiter, city_partner;
    uint32_t staff, manager; /* who serves it, who runs it (section 9) */
    uint32_t chain;          /* number among stores with shareholders; 0: none */
    jf_ppm rebate, max_voucher;
} jf_party;

/* A balance. For positions `credited` is what the cohort's index has paid so far, in fen. */
typedef struct jf_account {
    jf_row row;
    uint32_t owner; /* party number */
    jf_slot slot;
    int64_t balance;
    int64_t credited;
    uint64_t last; /* the journal that last moved it; 0: none */
    struct jf_account *next;
} jf_account;

/* A pool's running period (spec section 6). */
typedef struct jf_pool {
    jf_row row;
    uint32_t no;
    jf_str name;
    uint32_t period;         /* t, the open one; 1, 2, … */
    uint32_t first_active;   /* every cohort before it is finished */
    jf_point matured;        /* T */
    jf_point matured_before; /* T_prev */
    jf_point flow_before;    /* q_{t-1} */
    jf_cny rebates;          /* F of the open period; negative: carried into the next */
    jf_voucher released;
    jf_day last_close;          /* valid once period > 1 */
    struct jf_cohort **cohorts; /* cohorts[c - 1]; in memory */
    uint32_t cohort_room;
} jf_pool;

typedef struct jf_cohort {
    jf_row row;
    uint32_t pool, cohort;
    jf_point points; /* P_c */
    int64_t index;   /* I_c: fen per hundredth of a point, times 10^12 */
    int64_t growth;  /* H_c, times 10^12 */
    jf_voucher released;
    jf_day closed; /* the day its period closed; valid once the period is over */
    bool finished; /* 出局 */
} jf_cohort;

typedef struct jf_holder {
    uint32_t party;
    uint32_t weight;
} jf_holder;

/* An agent seat and who holds it, by member id (spec section 3). */
typedef struct jf_seat {
    jf_row row;
    jf_region region;
    uint32_t count;
    const jf_holder *holders;
} jf_seat;

/* One share of an order's rebate, as fixed at payment. */
typedef struct jf_part {
    uint16_t entry; /* number of the policy's allocation entry */
    jf_to to;
    uint32_t owner; /* who receives it; the platform for funds and pools */
    jf_slot slot;   /* the account that holds it while pending */
    int64_t amount; /* fen */
} jf_part;

/* A paid order: everything its maturity and its refunds need. */
typedef struct jf_order {
    jf_row row;
    uint64_t number; /* of the journal that paid it */
    jf_str id;
    uint32_t buyer, shop;
    uint32_t version; /* of the policy */
    jf_day base_day;  /* hold and refund window count from here */
    jf_day due_day;   /* matures in the close of this day; == base_day with no hold */
    bool held;        /* hold_days > 0 */
    bool cash_shop;   /* vouchers retired in full, the shop got money (kinds self and supply) */
    jf_cny amount, rebate, rebate_voucher, rest;
    jf_voucher voucher, credit;
    jf_legacy legacy; /* consumption coins that paid for a part; off the price and the margin */
    jf_point buyer_points, shop_points;
    jf_token minted;
    int64_t token_price;            /* millionths, after the order; shown in the answer */
    jf_cny refunded, refunded_held; /* X_total; X_0: the part refunded before maturity */
    uint32_t part_count;
    const jf_part *parts;
} jf_order;

/* Where a lot stands in the queues for forced exit (stake.h). */
typedef struct jf_lot_place {
    struct jf_lot *before, *next; /* of the same member, in the order of minting */
    struct jf_stake *member;      /* the member's stake that counts it, or NULL */
    struct jf_stake *alone;       /* its own, once lots are queued */
    int64_t units, spend;         /* as counted in `member` */
} jf_lot_place;

/* Units minted by one order (spec section 12). Kept when all are gone, for refunds. */
typedef struct jf_lot {
    jf_row row;
    uint32_t owner;
    uint64_t order; /* number of the order */
    uint64_t since; /* number of the journal that minted it: first in, first out */
    jf_str member_id, order_id;
    jf_token minted, units; /* units: still held */
    jf_cny spend;           /* of the units held */
    jf_token sold;          /* by sale or exit */
    jf_token burnt;         /* what refunds asked for, units sold before included */
    jf_cny proceeds;        /* net, of the units sold */
    jf_lot_place place;     /* in memory only */
} jf_lot;

typedef enum jf_withdrawal_state {
    JF_WITHDRAWAL_REQUESTED,
    JF_WITHDRAWAL_APPROVED,
    JF_WITHDRAWAL_PAID,
    JF_WITHDRAWAL_REJECTED,
} jf_withdrawal_state;

/* Money on its way out (spec section 9). */
typedef struct jf_withdrawal {
    jf_row row;
    jf_str id;
    uint32_t party;
    jf_cny amount, tax; /* tax: withheld of it when it is paid */
    jf_withdrawal_state state;
} jf_withdrawal;

/* An id that was used: the first command's canonical text and its result. */
typedef struct jf_idem {
    jf_row row;
    jf_command_kind kind;
    jf_str id;
    uint64_t number; /* of its journal */
    jf_str command, result;
} jf_idem;

/*
 * The orders that fall due on a day, in the order of payment; fetched, not
 * stored. The store names the committed ones; those of batches that are not
 * committed yet are resident and join them.
 */
typedef struct jf_due {
    jf_day day;
    uint64_t stamp; /* journals when it was fetched: only that command may trust it */
    uint32_t count;
    jf_order **orders;
} jf_due;

/* Every position of one cohort, as columns by ascending owner; fetched for a sweep. */
typedef struct jf_holders {
    uint32_t pool, cohort, count;
    const uint32_t *owner;
    const int64_t *points, *credited;
} jf_holders;

/* Counters and totals. */
typedef struct jf_state {
    jf_row row;
    jf_day open_day;                  /* valid once there is a policy */
    uint32_t policies;                /* versions set */
    uint32_t pools;                   /* pools ever named */
    uint32_t parties;                 /* party numbers handed out */
    uint32_t chains;                  /* stores that ever had shareholders */
    uint64_t journals;                /* number of the last journal */
    uint64_t closes;                  /* period closes so far, of all pools */
    int64_t price_over, price_under;  /* the last token price; under 0: none yet */
    int64_t totals[JF_ACCOUNT_KINDS]; /* sum of the balances of each kind */
} jf_state;

/* One movement of a journal. */
typedef struct jf_posting {
    jf_account *account;
    uint32_t owner;
    jf_slot slot;
    int64_t amount;
    int64_t balance; /* after */
    uint64_t before; /* the journal that moved the account before; 0: none */
    uint32_t why;    /* reason, and the allocation entry + 1 in the bits from 8 on */
} jf_posting;

typedef enum jf_journal_kind {
    JF_JOURNAL_COMMAND,  /* an accepted command */
    JF_JOURNAL_MATURITY, /* subject: the number of the order's journal */
    JF_JOURNAL_CLOSE,    /* subject: the slot of (pool, period) */
    JF_JOURNAL_CREDIT,   /* subject: party number; debtors, at the end of a day */
    JF_JOURNAL_DAY,      /* subject: the day that was closed */
    JF_JOURNAL_MONTH,    /* subject: the program of rewards.def that a month ended for */
    JF_JOURNAL_KINDS
} jf_journal_kind;

/* Postings that stand or fall together: per unit they sum to zero. */
typedef struct jf_journal {
    uint64_t number;
    jf_journal_kind kind;
    jf_day day;
    uint64_t subject;
    const jf_command *command; /* JF_JOURNAL_COMMAND */
    jf_str result;             /* kept where the answer cannot be made again from rows */
    uint32_t count, room;
    jf_posting *postings;
    struct jf_journal *next;
} jf_journal;

typedef struct jf_generation {
    jf_arena arena;
    jf_map orders;      /* by number */
    jf_map idems;       /* by kind and id */
    jf_map dues;        /* by day */
    jf_map withdrawals; /* by id */
} jf_generation;

typedef struct jf_saved {
    jf_row *row;
    void *copy;
    bool was_dirty;
} jf_saved;

/* A queue for forced exit (stake.h): a heap with the figures it compares beside each stake. */
typedef struct jf_queued {
    int64_t spend, units;
    struct jf_stake *stake;
} jf_queued;

typedef struct jf_queue {
    jf_queued *heap;
    uint32_t count, room;
} jf_queue;

typedef struct jf_world {
    jf_arena config, facts, batch, step;
    jf_generation generations[2]; /* [0] the newer */
    jf_state state;
    jf_policy **policies; /* policies[version - 1] */
    uint32_t policy_room;
    jf_pool *pools[JF_WORLD_POOLS];
    jf_map seats;    /* by region */
    jf_map by_id;    /* parties by kind and id */
    jf_dense by_no;  /* parties by number */
    jf_map phones;   /* by phone */
    jf_map accounts; /* by owner and slot; the platform's too */
    jf_map platform_accounts;
    jf_party platform;
    jf_map debtors; /* jf_debtor: parties that may owe vouchers */
    jf_map listed;  /* jf_listed: standings, turnovers and shares that may not be 0 */
    jf_str *chains; /* ids of stores with shareholders: chains[number - 1], state.chains */
    uint32_t chain_room;
    jf_map zones;          /* jf_zone_fact by name */
    jf_map lots;           /* by number of the order */
    jf_dense stakes;       /* jf_stake of members, by owner */
    jf_queue queues[2];    /* by jf_exit_scope */
    bool lots_queued;      /* the queue of lots is kept, not only that of members */
    const jf_zone *zone;   /* of the first policy */
    uint64_t serial;       /* of the step */
    bool no_order_answers; /* results of new orders are {}: a replay compares the orders' rows */
    uint64_t stamp;        /* journals before the command being looked at */
    jf_saved *saved;
    uint32_t saved_count, saved_room;
    jf_row **dirty;
    uint32_t dirty_count, dirty_room;
    jf_journal *first_journal, *last_journal; /* of the batch */
    jf_journal *journal_before;               /* last_journal when the step began */
    jf_party **credited;                      /* parties this step has credited */
    uint32_t credited_count, credited_room;
    uint32_t *stalled; /* parties a rule found missing in the middle: fetch and run again */
    uint32_t stalled_count;
    jf_holders *holders; /* of the cohort about to be swept, or NULL */
} jf_world;

/* Whose phone it is. */
typedef struct jf_phone {
    jf_row row;
    jf_str phone;
    uint32_t party;
} jf_phone;

typedef struct jf_debtor {
    uint32_t party;
} jf_debtor;

typedef struct jf_listed {
    uint32_t party;
    jf_slot slot;
} jf_listed;

typedef struct jf_zone_fact {
    jf_str name;
    bool known;
    jf_zone zone;
} jf_zone_fact;

void jf_world_init(jf_world *w);
void jf_world_free(jf_world *w);

/* Forget every party, account, order and id; only between batches, with none in flight. */
void jf_world_empty(jf_world *w);

/* Drop the older generation; the newer becomes it. Only when its batch is durable. */
void jf_world_turn(jf_world *w);

/* Bytes held by what jf_world_empty would let go. */
size_t jf_world_size(const jf_world *w);

/* Lookups: NULL when not resident. A row may be resident and not exist. */
jf_party *jf_world_party(const jf_world *w, jf_party_kind kind, jf_str id);
jf_party *jf_world_party_no(const jf_world *w, uint32_t no);
jf_phone *jf_world_phone(const jf_world *w, jf_str phone);
jf_account *jf_world_account(const jf_world *w, uint32_t owner, jf_slot slot);
jf_order *jf_world_order(const jf_world *w, uint64_t number);
jf_idem *jf_world_idem(const jf_world *w, jf_command_kind kind, jf_str id);
jf_due *jf_world_due(const jf_world *w, jf_day day);
jf_lot *jf_world_lot(const jf_world *w, uint64_t order);
jf_withdrawal *jf_world_withdrawal(const jf_world *w, jf_str id);
jf_seat *jf_world_seat(const jf_world *w, jf_region region);
jf_cohort *jf_world_cohort(const jf_world *w, uint32_t pool, uint32_t cohort);
jf_zone_fact *jf_world_zone(const jf_world *w, jf_str name);

/* The policy in force on a day: greatest `from` <= day, the later set among equals; or NULL. */
const jf_policy *jf_world_policy(const jf_world *w, jf_day day);

/*
 * Where these will be looked up comes into the cache (ahead.h). The first returns what to
 * ask jf_world_party_likely() with a little later: the party, unless another has the same hash.
 */
uint64_t jf_world_member_ahead(const jf_world *w, jf_str id);
const jf_party *jf_world_party_likely(const jf_world *w, uint64_t hash);
void jf_world_party_no_ahead(const jf_world *w, uint32_t no);
void jf_world_account_ahead(const jf_world *w, uint32_t owner, jf_slot slot);
void jf_world_lot_ahead(const jf_world *w, uint64_t order);

/*
 * Fetched rows enter the working set: the struct is copied, texts too. The
 * caller has checked that the row is not resident. For an absent row, fill in
 * the key and leave row.exists false.
 */
jf_party *jf_world_put_party(jf_world *w, const jf_party *row);
jf_phone *jf_world_put_phone(jf_world *w, jf_str phone, uint32_t party); /* party 0: nobody's */
jf_account *jf_world_put_account(jf_world *w, const jf_account *row);
jf_order *jf_world_put_order(jf_world *w, const jf_order *row);
jf_idem *jf_world_put_idem(jf_world *w, const jf_idem *row);
jf_lot *jf_world_put_lot(jf_world *w, const jf_lot *row);
jf_withdrawal *jf_world_put_withdrawal(jf_world *w, const jf_withdrawal *row);
jf_due *jf_world_put_due(jf_world *w, jf_day day, const uint64_t *numbers, uint32_t count);
jf_pool *jf_world_put_pool(jf_world *w, const jf_pool *row);
jf_cohort *jf_world_put_cohort(jf_world *w, const jf_cohort *row);
jf_seat *jf_world_put_seat(jf_world *w, const jf_seat *row);
/* zone NULL: there is no such time zone. */
jf_zone_fact *jf_world_put_zone(jf_world *w, jf_str name, const jf_zone *zone);
void jf_world_put_policy(jf_world *w, const jf_policy *policy); /* in order of version */
void jf_world_put_debtor(jf_world *w, uint32_t party);
void jf_world_put_chain(jf_world *w, uint32_t chain, jf_str shop);
void jf_world_put_listed(jf_world *w, uint32_t party, jf_slot slot);
bool jf_world_listed(const jf_world *w, uint32_t party, jf_slot slot); /* is it on the list? */
void jf_world_put_holders(jf_world *w,
                          const jf_holders *holders); /* kept until the batch is taken */

/* Rows that come into being in a step: resident, not existing yet; touch and fill them in. */
jf_account *jf_world_open_account(jf_world *w, uint32_t owner, jf_slot slot);
jf_order *jf_world_open_order(jf_world *w, uint64_t number);
jf_idem *jf_world_open_idem(jf_world *w, jf_command_kind kind, jf_str id);
jf_seat *jf_world_open_seat(jf_world *w, jf_region region);
jf_cohort *jf_world_open_cohort(jf_world *w, uint32_t pool, uint32_t cohort);
/* The party row of member.create or shop.create got its number. */
void jf_world_number_party(jf_world *w, jf_party *party);
/* Texts of rows that live as long as the rows. */
jf_arena *jf_world_arena(jf_world *w, jf_row_type type);

/* Change control. Every row is touched before it is changed. */
void jf_touch(jf_world *w, jf_row *row);
void jf_world_begin(jf_world *w); /* a step */
void jf_world_keep(jf_world *w);  /* it was accepted */
void jf_world_undo(jf_world *w);  /* it was refused: every row is as before */

/* The step has credited this party; an undo makes it creditable again. */
void jf_world_credited(jf_world *w, jf_party *party);

/*
 * The policies, pools and other rows changed since the last call, and their journals, are taken:
 * from now on the journals live in `journals`, an arena with nothing in it.
 */
void jf_world_taken(jf_world *w, jf_arena *journals);

#endif
