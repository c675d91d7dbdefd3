/*
 * What is to be said about a policy document before it is set: the findings of
 * the core, and the one thing that it cannot know, whether this machine knows the
 * time zone. And the published schema of such documents (docs/policy.schema.json).
 */
#ifndef JF_APP_POLICY_CHECK_H
#define JF_APP_POLICY_CHECK_H

#include "core/policy.h"

/*
 * All findings of a document, which is no name of a preset. `previous` as in
 * jf_policy_read(). The policy is usable when findings->errors is 0; all of it
 * lives in the arena.
 */
void jf_policy_check(jf_arena *arena, const jf_json *document, const jf_policy *previous,
                     jf_policy *policy, jf_findings *findings);

/* JSON Schema, 2020-12. */
jf_str jf_policy_schema(void);

#endif
