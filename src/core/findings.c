/*
 * The findings of a policy's check: the rows of findings.def, the list that
 * grows in an arena, and its JSON form.
 *
 * Invariant: errors counts every error ever added, also those behind the end
 * of a full list, so a policy with errors can never look usable.
 */
#include "core/findings.h"

#include <stdarg.h>
#include <string.h>

#include "base/check.h"
#include "core/format.h"

#define FIRST_ROOM 8u

typedef struct finding_row {
    const char *id;
    jf_severity severity;
    const char *citation;
    const char *en, *zh;
} finding_row;

static const finding_row rows[JF_FINDING_KINDS] = {
#define JF_FINDING(NAME, id, severity, citation, en, zh)                                           \
    [JF_FINDING_##NAME] = {id, severity, citation, en, zh},
#include "core/findings.def"
#undef JF_FINDING
};

jf_path jf_path_of(const char *format, ...)
{
    jf_path path;
    va_list args;
    va_start(args, format);
    jf_format_args(path.text, sizeof(path.text), format, args);
    va_end(args);
    return path;
}

/* The list is full at 8, 16, 32, … entries: the count itself says when to grow. */
static void make_room(jf_arena *arena, jf_findings *findings)
{
    uint32_t count = findings->count;
    JF_ASSERT(count < JF_FINDINGS_MAX);
    bool full = count == 0 || (count >= FIRST_ROOM && (count & (count - 1)) == 0);
    if (!full) {
        return;
    }
    uint32_t room = count == 0 ? FIRST_ROOM : 2 * count;
    jf_finding *list = JF_NEW_ARRAY(arena, jf_finding, room);
    if (count > 0) {
        memcpy(list, findings->list, count * sizeof(*list));
    }
    findings->list = list;
}

void jf_findings_add(jf_arena *arena, jf_findings *findings, jf_finding_kind kind, jf_path field,
                     const char *detail)
{
    JF_ASSERT((unsigned)kind < JF_FINDING_KINDS);
    const finding_row *row = &rows[kind];
    JF_ASSERT(row->id != NULL && row->en != NULL && row->zh != NULL);
    findings->errors += row->severity == JF_ERROR_FINDING;
    if (findings->count == JF_FINDINGS_MAX) {
        return;
    }
    make_room(arena, findings);
    jf_finding *finding = &findings->list[findings->count++];
    finding->id = row->id;
    finding->severity = row->severity;
    finding->citation = row->citation;
    finding->en = row->en;
    finding->zh = row->zh;
    jf_format(finding->field, sizeof(finding->field), "%s", field.text);
    jf_format(finding->detail, sizeof(finding->detail), "%s", detail ? detail : "");
}

const char *jf_severity_wire(jf_severity severity)
{
    static const char *const wires[] = {
        [JF_NOTICE] = "notice",
        [JF_WARNING] = "warning",
        [JF_ERROR_FINDING] = "error",
    };
    JF_ASSERT((unsigned)severity < sizeof(wires) / sizeof(wires[0]));
    return wires[severity];
}

void jf_findings_write(jf_jw *w, const char *key, const jf_findings *findings)
{
    JF_ASSERT(findings->count <= JF_FINDINGS_MAX);
    JF_ASSERT(findings->count == 0 || findings->list != NULL);
    jf_jw_open(w, key, '[');
    for (uint32_t i = 0; i < findings->count; i++) {
        const jf_finding *finding = &findings->list[i];
        jf_jw_open(w, NULL, '{');
        jf_jw_c(w, "id", finding->id);
        jf_jw_c(w, "severity", jf_severity_wire(finding->severity));
        jf_jw_c(w, "field", finding->field);
        jf_jw_c(w, "citation", finding->citation);
        jf_jw_c(w, "en", finding->en);
        jf_jw_c(w, "zh", finding->zh);
        if (finding->detail[0] != '\0') {
            jf_jw_c(w, "detail", finding->detail);
        }
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
}
