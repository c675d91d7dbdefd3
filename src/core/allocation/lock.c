/*
 * lock: money to the voucher reserve, and as many vouchers to the buyer's home
 * shop (锁客, spec sections 5 and 7). The order that binds pays none; with scope
 * `other` nor do orders at the home shop itself.
 */
#include "base/check.h"
#include "core/policy_kinds.h"
#include "core/program.h"

static void allocate(const jf_sale *sale, const jf_entry *entry, jf_shares *out)
{
    JF_ASSERT(sale->buyer->kind == JF_PARTY_MEMBER);
    int64_t share = jf_share_of(sale, entry, entry->rate, out);
    uint32_t home = sale->buyer->home;
    bool at_home = home == sale->shop->no;
    if (home == 0 || sale->bound_now || (entry->scope == JF_LOCK_OTHER && at_home)) {
        jf_share_vacant(out, share);
        return;
    }
    jf_share_pay(out, JF_TO_LOCK, jf_world_party_no(sale->w, home), JF_ACCOUNT_PENDING_VOUCHERS,
                 share);
}

static const char *const scope_words[] = {"any", "other", NULL};

static const jf_field fields[] = {
    JF_ENTRY,
    JF_ENTRY_RATE,
    {.key = "scope",
     JF_AT(jf_entry, scope),
     JF_WORD(scope_words, "\"any\" or \"other\""),
     .fallback = "any"},
    {0},
};

const jf_program jf_program_lock = {.fields = fields, .allocate = allocate};
