/*
 * What the files behind browse.h share: pages, and rows of parties.
 *
 *   browse.c        withdrawals, policies, journals
 *   browse_parties.c members and shops
 *   browse_business.c  the business staff
 *   browse_bound.c  who is bound to a shop, whom a member brought
 *   browse_called.c shops by what they are called
 *   browse_closes.c the closes of a pool
 *   browse_own.c    orders, days and withdrawals of one member or shop
 *   browse_orders.c orders of all, one order, and which orders are wanted
 *   browse_desk.c   one party, the terms in force, seats, what has an id
 */
#ifndef JF_APP_BROWSE_WORK_H
#define JF_APP_BROWSE_WORK_H

#include "app/browse.h"
#include "app/reader.h"
#include "app/why.h"

#define JF_LOOKED_AT_MAX 4096 /* rows, or journals, that one page looks at, whatever it finds */

/* How many rows a page has. */
uint64_t jf_page_limit(jf_page page);

/* {"rows":[ … ],"next":…}; next 0: this is the last page. */
void jf_page_begin(jf_jw *w, jf_buf *out);
void jf_page_end(jf_jw *w, uint64_t next);

/* The id of the party that a page by number goes on behind; empty: it begins. */
jf_str jf_page_behind(jf_reader *r, jf_page page);

/* The members of a party's row; `phone` is shown where the books know none, masked or whole. */
void jf_party_members(jf_reader *r, jf_jw *w, const jf_party *party, jf_str phone, bool whole);

/* Is it one of them? */
bool jf_party_wanted(jf_reader *r, const jf_party_wish *wish, const jf_party *party);

/* The same as a row of a list. */
void jf_party_row(jf_reader *r, jf_jw *w, const jf_party *party);

/* "phone", whole or masked; nothing without one. */
void jf_phone_json(jf_jw *w, jf_str phone, bool whole);

/* Shows every order that a member paid, newest first; nothing where there is no such member. */
typedef void (*jf_bought_fn)(void *context, jf_reader *reader, const jf_movement *movement,
                             const jf_order *order);
jf_store_result jf_browse_bought(jf_store *store, jf_str member, jf_bought_fn fn, void *context,
                                 jf_store_error *error);

/* The members of a withdrawal's row. */
void jf_withdrawal_members(jf_reader *r, jf_jw *w, const jf_withdrawal *row);

/* An order as a row of a list; `day` and `at` are those of its journal. */
void jf_order_row(jf_reader *r, jf_jw *w, jf_day day, jf_str at, const jf_order *order);

/*
 * Which orders a page shows; wish NULL: all. Is it one of them; does it lie before all of them,
 * as those that follow do; and below which journal does the page begin (0: from the newest on)?
 */
bool jf_order_wanted(jf_reader *r, const jf_order_wish *wish, const jf_order *order);
bool jf_order_before(const jf_order_wish *wish, const jf_order *order);
uint64_t jf_order_start(jf_reader *r, const jf_order_wish *wish, uint64_t from);

/* The journals that moved what paying an order moves for its buyer or its shop. */
bool jf_takes_orders(jf_slot slot);

#endif
