/*
 * The findings of a document that only a system can add (policy_check.h).
 */
#include "app/policy_check.h"

#include "base/check.h"
#include "core/findings.h"

extern const char jf_policy_schema_text[];
extern const size_t jf_policy_schema_text_size;

jf_str jf_policy_schema(void)
{
    return (jf_str){jf_policy_schema_text, (uint32_t)jf_policy_schema_text_size};
}

/* The core checks the form of a zone's name; only the system knows which zones there are. */
static void check_zone(jf_arena *arena, const jf_policy *policy, jf_findings *findings)
{
    jf_zone zone;
    if (policy->timezone.n > 0 && !jf_zone_load(arena, policy->timezone, &zone))
        jf_findings_add(arena, findings, JF_FINDING_SCHEMA, jf_path_of("timezone"),
                        "expected a time zone that the system knows, like \"Asia/Shanghai\"");
}

void jf_policy_check(jf_arena *arena, const jf_json *document, const jf_policy *previous,
                     jf_policy *policy, jf_findings *findings)
{
    jf_error error;
    JF_ASSERT(document->type != JF_JSON_STRING);
    jf_code code = jf_policy_read(arena, document, previous, policy, findings, &error);
    JF_ASSERT(code == JF_OK); /* only the name of a preset can be refused */
    check_zone(arena, policy, findings);
}
