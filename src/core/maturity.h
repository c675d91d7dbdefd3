/*
 * What an order's shares and points become when they take effect: at once, or
 * when the hold ends (spec sections 4, 5 and 18).
 */
#ifndef JF_CORE_MATURITY_H
#define JF_CORE_MATURITY_H

#include "core/step.h"

/*
 * Post everything of the order that takes effect: allocations in policy order,
 * points, tokens last. With `held`, it comes out of the pending accounts; else
 * out of the payment that is being posted. Reads the order's policy version.
 */
void jf_order_settle(jf_step *s, jf_order *order, bool held);

#endif
