/*
 * The steps of reading a policy, in their order: the shape of the document,
 * what the arithmetic demands of it, and the rules of law and fair dealing.
 * Called by jf_policy_read alone.
 */
#ifndef JF_CORE_POLICY_READ_H
#define JF_CORE_POLICY_READ_H

#include "core/policy_field.h"

/* Fill check->policy from an object by the tables of section 3. */
void jf_policy_fields(jf_check *check, const jf_json *document);

/* Findings that compare fields with each other, and with the version before (or NULL). */
void jf_policy_rules(jf_check *check, const jf_policy *previous);

/* The JF-… findings. */
void jf_policy_lint(jf_check *check);

/* What an entry can take of its base at most, in ppm: agents and levels summed (section 5). */
int64_t jf_entry_total(const jf_entry *entry);

#endif
