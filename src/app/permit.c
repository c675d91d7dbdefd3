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

/* What a caller wants: what its fields name, and the money it is about. */
typedef struct wish {
    jf_named_fn named;
    const void *context;
    int64_t amount, limit;
} wish;

/* A field that was left out names nobody. */
static jf_str named_by_command(const void *context, jf_str name)
{
    const jf_command *command = context;
    const jf_field_info *field = field_named(jf_command_info_of(command->kind), name);
    JF_ASSERT(field && field->type == JF_FIELD_REF); /* the table names fields that are ids */
    return *(const jf_str *)value_of(command, field);
}

/* Does the field name what the caller's role is for? */
static bool own(const jf_grant *grant, const wish *w, jf_str name)
{
    jf_str id = w->named(w->context, name);
    return id.n > 0 && jf_str_eq(id, jf_str_of(grant->scope));
}

/* The money a command is about; 0 when it has none. */
static int64_t amount_of(const jf_command *command)
{
    const jf_field_info *field = field_named(jf_command_info_of(command->kind), JF_STR("amount"));
    if (!field || (field->type != JF_FIELD_PRICE && field->type != JF_FIELD_AMOUNT))
        return INT64_MAX; /* what cannot be told is above every limit */
    return *(const int64_t *)value_of(command, field);
}

/* One word of the column for one role. */
static jf_permit_result word_permits(const jf_grant *grant, const wish *w, jf_str word)
{
    char last = word.p[word.n - 1];
    if (last == '!' || last == '~')
        word.n--;
    const char *at = memchr(word.p, '@', word.n);
    jf_str role = {word.p, at ? (uint32_t)(at - word.p) : word.n};
    if (!jf_str_eq(role, jf_str_of(jf_role_wire(grant->role))))
        return JF_PERMIT_DENIED;
    if (at && !own(grant, w, (jf_str){at + 1, word.n - role.n - 1}))
        return JF_PERMIT_DENIED;
    if (last == '!' || (last == '~' && w->amount > w->limit))
        return JF_PERMIT_APPROVAL;
    return JF_PERMIT_ALLOWED;
}

static jf_permit_result permits(const jf_caller *caller, const char *who, const wish *w)
{
    if (caller->kind == JF_CALLER_NOBODY)
        return JF_PERMIT_DENIED;
    if (jf_caller_is_system(caller) || !strcmp(who, "*"))
        return JF_PERMIT_ALLOWED;
    jf_permit_result best = JF_PERMIT_DENIED;
    while (*who) {
        size_t n = strcspn(who, " ");
        for (uint32_t i = 0; i < caller->grant_count; i++) {
            jf_permit_result one = word_permits(&caller->grants[i], w, (jf_str){who, (uint32_t)n});
            best = one < best ? one : best;
        }
        who += n + (who[n] == ' ');
    }
    return best;
}

jf_permit_result jf_permit(const jf_caller *caller, const jf_command *command, int64_t amount,
                           int64_t limit)
{
    if (amount == JF_PERMIT_OWN)
        amount = amount_of(command);
    wish w = {named_by_command, command, amount, limit};
    return permits(caller, jf_command_info_of(command->kind)->who, &w);
}

bool jf_permit_read(const jf_caller *caller, const char *who, jf_named_fn named,
                    const void *context)
{
    wish w = {named, context, 0, 0};
    return permits(caller, who, &w) == JF_PERMIT_ALLOWED;
}
