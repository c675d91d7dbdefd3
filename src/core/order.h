/*
 * Orders (spec section 4): paying, maturing, and the answer that a repeated
 * order gets again.
 */
#ifndef JF_CORE_ORDER_H
#define JF_CORE_ORDER_H

#include "core/step.h"

/* In the close of the order's due day: its points and allocations take effect, in a journal. */
void jf_order_mature(jf_step *s, jf_order *order);

/* Have the order's points and shares not matured yet? */
bool jf_order_pending(const jf_world *w, const jf_order *order);

/* What refunds made before maturity left of a component (spec section 10: floors). */
int64_t jf_order_left(const jf_order *order, int64_t component);

/*
 * What the buyer of an order has had back, in fen, when `total` of its price is
 * refunded: vouchers, and consumption coins; the rest of `total` is cash. Both
 * only grow with the total and end at what was paid (sections 10 and 12).
 */
typedef struct jf_paid_back {
    int64_t vouchers, legacy;
} jf_paid_back;

jf_paid_back jf_order_paid_back(const jf_order *order, int64_t total);

/*
 * What is left of an order's rebate, and of one of its shares, after its
 * refunds, whether or not it could be taken back. What the shares leave of the
 * rebate is the platform's.
 */
jf_cny jf_order_rebate_kept(const jf_order *order);
jf_cny jf_order_part_kept(const jf_order *order, const jf_part *part);

/* Members "points" and "allocation" of an answer. */
void jf_sale_members(const jf_world *w, const jf_part *parts, uint32_t count, jf_cny rest,
                     jf_point buyer, jf_point shop, jf_jw *out);

/* The result of order.pay, made from the order's row: its members, or the whole object. */
void jf_order_members(const jf_world *w, const jf_order *order, jf_jw *out);
void jf_order_answer(const jf_world *w, const jf_order *order, jf_buf *out);

#endif
