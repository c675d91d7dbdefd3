/*
 * Collecting what the check of a policy finds (spec section 3). The reader and
 * the rules add findings here and go on; nothing stops at the first.
 */
#ifndef JF_CORE_FINDINGS_H
#define JF_CORE_FINDINGS_H

#include "core/policy.h"

/* The list stops here; the error count goes on. */
#define JF_FINDINGS_MAX 256

typedef enum jf_finding_kind {
#define JF_FINDING(NAME, id, severity, citation, en, zh) JF_FINDING_##NAME,
#include "core/findings.def"
#undef JF_FINDING
    JF_FINDING_KINDS
} jf_finding_kind;

/* A field of the document, as people write it: "pools[0].rate". */
typedef struct jf_path {
    char text[64];
} jf_path;

jf_path jf_path_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* `detail` says more than the row's text can, or is NULL; it is copied. */
void jf_findings_add(jf_arena *arena, jf_findings *findings, jf_finding_kind kind, jf_path field,
                     const char *detail);

const char *jf_severity_wire(jf_severity severity);

#endif
