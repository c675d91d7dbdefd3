/*
 * The books page by page, as JSON for people's screens: members, shops,
 * withdrawals, policies, and journals down to their postings.
 *
 * A page goes on where `after` (or, newest first, `before`) says, and ends with
 * `next`, which is null on the last. It may be shorter than asked for, even
 * empty, while there is a next: no page costs more than a bounded look.
 *
 * Each appends one object to out, or fails with a message in *error;
 * JF_STORE_NONE when there is no such thing.
 */
#ifndef JF_APP_BROWSE_H
#define JF_APP_BROWSE_H

#include "store/desk.h"
#include "store/store.h"

#define JF_PAGE_LIMIT 50
#define JF_PAGE_LIMIT_MAX 500

typedef struct jf_page {
    uint64_t limit; /* 0: JF_PAGE_LIMIT; at most JF_PAGE_LIMIT_MAX */
    uint64_t from;  /* 0: from the beginning; else what `next` said */
} jf_page;

/* Which members or shops: all when nothing is said, else those for whom all of it holds. */
typedef struct jf_party_wish {
    jf_str find;     /* their id begins so */
    jf_str region;   /* 2, 4 or 6 digits: they are in it */
    jf_str home;     /* of members: their home shop */
    jf_str referrer; /* of members: who brought them */
    jf_str tied;     /* of shops: a member who owns or recruited it, or works for it */
    bool of_kind;    /* of shops: given */
    jf_shop_kind shop_kind;
} jf_party_wish;

bool jf_shop_kind_of(jf_str wire, jf_shop_kind *kind);

/*
 * {rows:[{no,id,region?,phone?,…}],next}: by number; phones are masked. With
 * `find` by id, the exact one first; `from` is a number either way. Shops, and
 * members by their home, by who brought them or by their region, are found by an
 * index; of these, a page looks at 4096 at most for what else is wished.
 */
jf_store_result jf_browse_parties(jf_store *store, jf_party_kind kind, const jf_party_wish *wish,
                                  jf_page page, jf_buf *out, jf_store_error *error);

/* The same of the shops whose name on the desk begins so, by name; of those, which are wanted. */
jf_store_result jf_browse_called(jf_store *store, jf_desk *desk, jf_str begins,
                                 const jf_party_wish *wish, jf_page page, jf_buf *out,
                                 jf_store_error *error);

/* One row of that list; `phone` is what the desk knows, shown where the books know none. */
jf_store_result jf_browse_party(jf_store *store, jf_party_kind kind, jf_str id, jf_str phone,
                                jf_buf *out, jf_store_error *error);

/*
 * {rows:[{no,id,region?,roles:[{role}],programs:[{program,weight}],seats:[{region}],invited}],
 * next}: members who hold a role of the business (promoter, agent, staff), are enrolled in a
 * reward program, or hold agent seats, by number; invited: how many members they brought.
 */
jf_store_result jf_browse_business(jf_store *store, jf_desk *desk, jf_page page, jf_buf *out,
                                   jf_store_error *error);

/* The time zone of the policy in force, as a text; nothing without a policy. */
jf_store_result jf_browse_zone(jf_store *store, jf_buf *out, jf_store_error *error);

/* {version,open_day,document}: the policy in force on the open day; NONE without one. */
jf_store_result jf_browse_terms(jf_store *store, jf_buf *out, jf_store_error *error);

/*
 * {rows:[{region,holders:[{member,weight}]}]}: every seat that is held, by region; those in a
 * region (2, 4 or 6 digits), or of a member, where one is named.
 */
jf_store_result jf_browse_seats(jf_store *store, jf_str region, jf_str member, jf_buf *out,
                                jf_store_error *error);

/*
 * {rows:[{kind,id,journal}]}: what has exactly this id. Kinds of command have ids
 * of their own, so it can be several: member, shop, order, refund, withdrawal, or
 * the name of the command that used it.
 */
jf_store_result jf_browse_id(jf_store *store, jf_str id, jf_buf *out, jf_store_error *error);

/*
 * {rows:[{period,journal,since?,day,collected?,released,fund?,cohorts:[{cohort,points,amount,
 * released}],still_at_most,vouchers_outstanding?,held?,owed_before?,owed?,coverage?}],next}: the
 * closes of a pool, newest first; `from` is a period. collected: what the dividend fund took in
 * behind the journal `since`, net of what left it other than by releases; fund: what the close
 * left in it. owed: vouchers outstanding, of all pools, and still_at_most, which is this pool's;
 * held: its fund and the voucher reserve; coverage: held over owed, floored. Points and the
 * cap are those of the close. What the journals near a close do not say is left out.
 * NONE: there is no such pool.
 */
jf_store_result jf_browse_closes(jf_store *store, jf_str pool, jf_page page, jf_buf *out,
                                 jf_store_error *error);

/*
 * {rows:[{id,member?|shop?,amount,tax,state}],next}: by id, those behind `after` (empty: all);
 * `next` is an id too. in_state: JF_WITHDRAWAL_STATES for all.
 */
#define JF_WITHDRAWAL_STATES (JF_WITHDRAWAL_REJECTED + 1)
bool jf_withdrawal_state_of(jf_str wire, uint32_t *state);
jf_store_result jf_browse_withdrawals(jf_store *store, uint32_t in_state, uint64_t limit,
                                      jf_str after, jf_buf *out, jf_store_error *error);

/*
 * {count,rows:[{no,id,phone?,region?}],next}: the members whose home the shop is,
 * or whom the member brought, in the order of their joining; `count` is of all.
 */
jf_store_result jf_browse_bound(jf_store *store, jf_relation relation, jf_str id, jf_page page,
                                jf_buf *out, jf_store_error *error);

/*
 * Of one member or shop, newest first; `from` is the number of a journal. They
 * are found by walking back over its accounts from the newest journal, so a
 * page costs what lies before it and a bounded look; orders that moved nothing
 * of it (no points, vouchers, coins or units) are listed by the store.
 * NONE: there is no such party.
 */

/* Which orders: all when nothing is said. */
typedef enum jf_order_state {
    JF_ORDER_ANY,
    JF_ORDER_HELD,     /* points and shares have not matured yet */
    JF_ORDER_MATURED,  /* they have */
    JF_ORDER_REFUNDED, /* in part, or whole */
    JF_ORDER_STATES
} jf_order_state;

typedef struct jf_order_wish {
    bool since, until;   /* given: */
    jf_day from, to;     /* the business days on which they were paid, both included */
    jf_str member, shop; /* who paid, who sold; empty: anybody */
    jf_order_state state;
    int64_t least; /* fen */
} jf_order_wish;

bool jf_order_state_of(jf_str wire, jf_order_state *state);

/*
 * {rows:[order],next}: orders of all, newest first; `from` is the number of a journal. With a
 * member or shop they are found as below, unless they are to be refunded ones; nobody has none.
 * Else every page but the last is full.
 */
jf_store_result jf_browse_all_orders(jf_store *store, const jf_order_wish *wish, jf_page page,
                                     jf_buf *out, jf_store_error *error);

/*
 * An order as a row of that list, and `refunds:[{journal,day,at,amount}]` of it, newest first:
 * those that a bounded look back over what moved the shop's accounts has found. NONE: there is no
 * such order.
 */
jf_store_result jf_browse_order(jf_store *store, jf_str id, jf_buf *out, jf_store_error *error);

/*
 * {rows:[{order,journal,day,at,member?|buyer_shop?,shop,amount,cash,voucher,credit,rebate,
 * refunded,buyer_points,shop_points,held,matures?,refundable_until?}],next}: a shop's are those
 * where it sold and where it bought. held: points and shares have not matured yet;
 * refundable_until: while it is. wish: which of them; NULL: all.
 */
jf_store_result jf_browse_orders(jf_store *store, jf_party_kind kind, jf_str id,
                                 const jf_order_wish *wish, jf_page page, jf_buf *out,
                                 jf_store_error *error);

/*
 * {rows:[{day,orders,sales,rebate,points,vouchers,refunded}],next}: what a shop sold, by business
 * day; `points` are those that the sales gave the shop, `refunded` is what was refunded on that
 * day, of whatever day's orders. At most JF_DAYS_LIMIT.
 */
#define JF_DAYS_LIMIT 62
jf_store_result jf_browse_days(jf_store *store, jf_str shop, jf_page page, jf_buf *out,
                               jf_store_error *error);

/* {rows:[{id,member?|shop?,amount,tax,state,day}],next}; day: when it was asked for. */
jf_store_result jf_browse_withdrawn(jf_store *store, jf_party_kind kind, jf_str id, jf_page page,
                                    jf_buf *out, jf_store_error *error);

/* {rows:[{version,from,name,document}]}: all, the oldest first. */
jf_store_result jf_browse_policies(jf_store *store, jf_buf *out, jf_store_error *error);

/* {rows:[journal],next}: the newest first. */
jf_store_result jf_browse_journals(jf_store *store, jf_page page, jf_buf *out,
                                   jf_store_error *error);

/* {journal,day,by,subject,command?,result?,postings:[…],previous,hash} */
jf_store_result jf_browse_journal(jf_store *store, uint64_t number, jf_buf *out,
                                  jf_store_error *error);

#endif
