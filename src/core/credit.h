/*
 * Consumption credit (spec section 8): vouchers spent before points released them.
 */
#ifndef JF_CORE_CREDIT_H
#define JF_CORE_CREDIT_H

#include "core/step.h"

/*
 * How much a resident member may still draw under the policy:
 * min(max, ⌊fraction · Σ over unfinished positions (cap · points − entitlement)⌋) − debt,
 * never below 0 nor above what the credit fund holds. 0 for shops and with credit off.
 */
jf_voucher jf_credit_headroom(const jf_world *w, const jf_policy *policy, const jf_party *party);

#endif
