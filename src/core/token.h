/*
 * Consumption appreciation (消费增值, spec section 12): units of a pool whose
 * price never falls, and which are forced out at a multiple of what was spent.
 *
 * S is the balance of the appreciation pool, N the units issued; the price is
 * S/N, or the last price while N is 0. Lots (one an order) and stakes (who
 * stands in the queue for forced exit) are always resident.
 */
#ifndef JF_CORE_TOKEN_H
#define JF_CORE_TOKEN_H

#include "core/step.h"

/* A price in fen per millionth of a unit, as a fraction; under > 0. */
typedef struct jf_price {
    int64_t over, under;
} jf_price;

jf_price jf_token_price(const jf_world *w);

/* Floored to 6 decimals of CNY a unit: what answers show. Saturates. */
int64_t jf_price_shown(jf_price price);

/* ⌊n · price⌋ in fen. */
int64_t jf_price_of(jf_price price, jf_token units);

/* The order's share enters the pool and units are minted at the price before. No exits yet. */
void jf_token_mint(jf_step *s, jf_order *order, jf_cny inflow, uint32_t why);

/* Force out everybody who qualifies at the price now, smallest spend/n first. */
void jf_token_exits(jf_step *s);

/*
 * Take back what an order's share brought: units are burnt as far as they are
 * held, the pool gives what leaves its price, and the proceeds of units sold
 * are claimed. Returns new debt. `total` is X_total with this refund, `share` the
 * CNY of the part that it reverses.
 */
int64_t jf_token_refund(jf_step *s, jf_order *order, int64_t total, jf_cny share, uint32_t why);

/* How many members hold units. */
uint32_t jf_token_holders(const jf_world *w);

#endif
