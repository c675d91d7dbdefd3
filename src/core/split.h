/*
 * Splitting an amount by weights, largest remainder: what the floors leave goes
 * one step each to the largest remainders, ties to the one that stands first.
 * Used for seats (spec section 5), pots (section 9) and dividends (section 13).
 */
#ifndef JF_CORE_SPLIT_H
#define JF_CORE_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/*
 * shares[i] of amount >= 0 by weights[i] >= 0, in the order in which ties are
 * settled; the shares sum to the amount. False, and nothing is filled in, when
 * no weight is above 0. Weights may sum to more than 64 bits hold.
 */
bool jf_split(jf_arena *arena, int64_t amount, const int64_t *weights, uint32_t count,
              int64_t *shares);

#endif
