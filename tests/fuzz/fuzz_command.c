/*
 * Fuzz: any line is read as a command without harm, and the canonical text of
 * what was accepted reads back as the same command.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "core/command.h"
#include "core/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A document that got as far as policy.set is checked by every rule of the lint. */
static void check_policy(jf_arena *arena, const jf_json *document)
{
    jf_policy policy;
    jf_findings findings;
    jf_error error;
    if (jf_policy_read(arena, document, NULL, &policy, &findings, &error) == JF_OK)
        JF_ASSERT(findings.errors <= findings.count || findings.count > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jf_arena arena;
    jf_command first, second;
    jf_error error;
    jf_arena_init(&arena, 0);
    jf_str line = {(const char *)data, (uint32_t)size};
    if (jf_command_read(&arena, line, &first, &error) == JF_OK && first.text.n > 0) {
        JF_ASSERT(jf_command_read(&arena, first.text, &second, &error) == JF_OK);
        JF_ASSERT(jf_str_eq(first.text, second.text));
        if (first.kind == JF_CMD_POLICY_SET)
            check_policy(&arena, first.u.policy_set.policy);
    }
    jf_arena_free(&arena);
    return 0;
}
