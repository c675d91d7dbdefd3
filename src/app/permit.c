/*
 * Reading the column `who` (permit.h).
 */
#include "app/permit.h"

#include <string.h>

#include "base/check.h"

static const jf_field_info *field_named(const jf_command_info *info, jf_str name)
{
    for (uint32_t i = 0; i < info->field_count; i++)
        if (jf_str_eq(jf_str_of(info->fields[i].name), name))
            return &info->fields[i];
    return NULL;
}

static const void *value_of(const jf_command *command, const jf_field_info *field)
{
    return (const char *)&command->u + field->offset;
}

/* Does the field name what the caller's role is for? A field that was left out names nobody. */
static bool own(const jf_caller *caller, const jf_command *command, jf_str name)
{
    const jf_field_info *field = field_named(jf_command_info_of(command->kind), name);
    JF_ASSERT(field && field->type == JF_FIELD_REF); /* the table names fields that are ids */
    const jf_str *id = value_of(command, field);
    return id->n > 0 && jf_str_eq(*id, jf_str_of(caller->scope));
}

/* The money a command is about; 0 when it has none. */
static int64_t amount_of(const jf_command *command)
{
    const jf_field_info *field = field_named(jf_command_info_of(command->kind), JF_STR("amount"));
    if (!field || (field->type != JF_FIELD_PRICE && field->type != JF_FIELD_AMOUNT))
        return INT64_MAX; /* what cannot be told is above every limit */
    return *(const int64_t *)value_of(command, field);
}

/* One word of the column for this caller. */
static jf_permit_result word_permits(const jf_caller *caller, const jf_command *command,
                                     jf_str word, int64_t limit)
{
    char last = word.p[word.n - 1];
    if (last == '!' || last == '~')
        word.n--;
    const char *at = memchr(word.p, '@', word.n);
    jf_str role = {word.p, at ? (uint32_t)(at - word.p) : word.n};
    if (!jf_str_eq(role, jf_str_of(jf_role_wire(caller->role))))
        return JF_PERMIT_DENIED;
    if (at && !own(caller, command, (jf_str){at + 1, word.n - role.n - 1}))
        return JF_PERMIT_DENIED;
    if (last == '!' || (last == '~' && amount_of(command) > limit))
        return JF_PERMIT_APPROVAL;
    return JF_PERMIT_ALLOWED;
}

jf_permit_result jf_permit(const jf_caller *caller, const jf_command *command, int64_t limit)
{
    const char *at = jf_command_info_of(command->kind)->who;
    if (caller->kind == JF_CALLER_NOBODY)
        return JF_PERMIT_DENIED;
    if (jf_caller_is_system(caller) || !strcmp(at, "*"))
        return JF_PERMIT_ALLOWED;
    jf_permit_result best = JF_PERMIT_DENIED;
    while (*at) {
        size_t n = strcspn(at, " ");
        jf_permit_result one = word_permits(caller, command, (jf_str){at, (uint32_t)n}, limit);
        best = one < best ? one : best;
        at += n + (at[n] == ' ');
    }
    return best;
}
