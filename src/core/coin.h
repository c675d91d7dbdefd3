/*
 * Coins (金币, spec section 11): who takes them.
 */
#ifndef JF_CORE_COIN_H
#define JF_CORE_COIN_H

#include "core/command.h"

/* Malls do: brand, self-run and supply (spec section 18: 8, 9, 11). */
bool jf_takes_coins(jf_shop_kind kind);

#endif
