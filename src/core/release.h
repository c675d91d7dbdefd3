/*
 * Who gets what was released: index accounting (spec section 6).
 *
 * A position's entitlement is ⌊points · I_c / 10^12⌋; what is above `credited`
 * moves from the control account `unclaimed` to the owner when the owner is
 * touched or the cohort is swept. Reads show balances as if credited.
 */
#ifndef JF_CORE_RELEASE_H
#define JF_CORE_RELEASE_H

#include "core/step.h"

/* ⌊points · index / 10^12⌋ in fen. */
int64_t jf_entitlement(int64_t points, int64_t index);

/* What crediting would bring a resident party now. */
jf_voucher jf_uncredited(const jf_world *w, const jf_party *party);

/* Credit every position of the party, in the journal that is open. */
void jf_credit_party(jf_step *s, jf_party *party);

/* Does a resident party owe anything? Whoever does is credited at the end of each day. */
bool jf_owes(const jf_party *party);

/*
 * The kernel of a sweep: due[i] = entitlement − credited for each position of
 * one cohort; returns the sum. Exact for all arguments; positions below about
 * 10^7 points take a path of 64-bit operations only.
 */
int64_t jf_sweep_due(const int64_t *points, const int64_t *credited, uint32_t count, int64_t index,
                     int64_t *due);

#endif
