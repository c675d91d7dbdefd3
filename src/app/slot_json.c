/*
 * Accounts and amounts as JSON (slot_json.h).
 */
#include "app/slot_json.h"

#include "app/why.h"
#include "base/check.h"
#include "core/accounts.h"

void jf_slot_json(jf_jw *w, const jf_world *world, jf_slot slot)
{
    static const char *const keys[] = {[JF_PER_POOL] = "pool",
                                       [JF_PER_COHORT] = "pool",
                                       [JF_PER_PROGRAM] = "program",
                                       [JF_PER_CHAIN] = "store"};
    const jf_account_type *type = jf_account_type_of(jf_slot_kind(slot));
    jf_jw_c(w, "account", type->wire);
    if (type->per != JF_PER_ONE)
        jf_jw_str(w, keys[type->per], jf_slot_name(world, slot));
    if (type->per == JF_PER_COHORT)
        jf_jw_int(w, "cohort", jf_slot_cohort(slot));
    jf_jw_c(w, "unit", jf_unit_wire(type->unit));
}

void jf_slot_amount_json(jf_jw *w, const char *key, jf_slot slot, int64_t value)
{
    jf_unit unit = jf_account_type_of(jf_slot_kind(slot))->unit;
    JF_ASSERT(unit < JF_UNIT_COUNT);
    jf_jw_decimal(w, key, value, jf_unit_decimals(unit));
}
