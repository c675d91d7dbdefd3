/*
 * The kinds of shares that the rebate is divided into (spec section 5), by
 * number: the rows of allocations.def and, behind them, of rewards.def.
 */
#ifndef JF_CORE_SHARE_KIND_H
#define JF_CORE_SHARE_KIND_H

typedef enum jf_to {
#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh) JF_TO_##NAME,
#include "core/allocations.def"
#undef JF_ALLOCATION
    JF_TO_COUNT
} jf_to;

/* As policies and answers write it. */
const char *jf_to_wire(jf_to to);

#endif
