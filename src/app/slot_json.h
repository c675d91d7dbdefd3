/*
 * Accounts and amounts as JSON, the same wherever people are shown postings or
 * balances: statements, journals, lists.
 */
#ifndef JF_APP_SLOT_JSON_H
#define JF_APP_SLOT_JSON_H

#include "base/json.h"
#include "core/world.h"

/* Members: account, then pool and cohort (program, store) where it has them, and its unit. */
void jf_slot_json(jf_jw *w, const jf_world *world, jf_slot slot);

/* One member: an amount of the slot's unit. */
void jf_slot_amount_json(jf_jw *w, const char *key, jf_slot slot, int64_t value);

#endif
