/*
 * The table of account kinds (accounts.def) as data.
 */
#include "core/accounts.h"

#define JF_OWNER_PLATFORM true
#define JF_OWNER_PARTY false

static const jf_account_type account_types[JF_ACCOUNT_KINDS] = {
#define JF_ACCOUNT(NAME, wire, unit, owner, sign, per, en, zh)                                     \
    [JF_ACCOUNT_##                                                                                 \
        NAME] = {wire, JF_UNIT_##unit, JF_OWNER_##owner, JF_SIGN_##sign, JF_PER_##per, en, zh},
#include "core/accounts.def"
#undef JF_ACCOUNT
};

_Static_assert(JF_ACCOUNT_KINDS <= 64, "a slot has six bits for the kind");

const jf_account_type *jf_account_type_of(jf_account_kind kind)
{
    JF_ASSERT(kind < JF_ACCOUNT_KINDS);
    return &account_types[kind];
}

bool jf_is_pending(jf_account_kind kind)
{
    switch (kind) {
    case JF_ACCOUNT_PENDING_DIVIDEND:
    case JF_ACCOUNT_PENDING_CREDIT_FUND:
    case JF_ACCOUNT_PENDING_POT:
    case JF_ACCOUNT_PENDING_WALLET:
    case JF_ACCOUNT_PENDING_VOUCHERS:
    case JF_ACCOUNT_PENDING_COINS:
    case JF_ACCOUNT_PENDING_TOKENS:
    case JF_ACCOUNT_PENDING_POINTS:
        return true;
    default:
        return false;
    }
}
