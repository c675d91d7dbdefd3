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

/* The result of order.pay, made from the order's row: its members, or the whole object. */
void jf_order_members(const jf_world *w, const jf_order *order, jf_jw *out);
void jf_order_answer(const jf_world *w, const jf_order *order, jf_buf *out);

#endif
