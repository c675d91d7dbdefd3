/*
 * Old debts (老会员, spec section 12): what an earlier scheme still owes its
 * members is recorded, released in batches of consumption coins, and honoured
 * by discounts in self-run malls. It is a memo: no money of the platform stands
 * behind it, and none is promised. How coins pay part of a bill is in order.c.
 */
#include "base/check.h"
#include "core/ledger.h"

static jf_code find_member(jf_step *s, jf_str id, const jf_party **out)
{
    *out = jf_world_party(s->w, JF_PARTY_MEMBER, id);
    JF_ASSERT(*out != NULL);
    if ((*out)->row.exists)
        return JF_OK;
    return jf_refuse(s->error, JF_E_NOT_FOUND, "member", "there is no member \"%.*s\"",
                     JF_STR_ARG(id));
}

void jf_needs_legacy_import(const jf_world *w, const jf_cmd_legacy_import *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->member);
}

jf_code jf_do_legacy_import(jf_step *s, const jf_cmd_legacy_import *c)
{
    const jf_party *member;
    jf_code code = find_member(s, c->member, &member);
    if (code)
        return code;
    jf_post_legacy(s, member->no, JF_SLOT(LEGACY_OWED), (jf_legacy){c->owed}, JF_WHY_LEGACY);
    jf_post_legacy(s, JF_PLATFORM, JF_SLOT(LEGACY_OPEN), (jf_legacy){-c->owed}, JF_WHY_LEGACY);
    return JF_OK;
}

void jf_needs_legacy_grant(const jf_world *w, const jf_cmd_legacy_grant *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->member);
}

jf_code jf_do_legacy_grant(jf_step *s, const jf_cmd_legacy_grant *c)
{
    const jf_party *member;
    jf_code code = find_member(s, c->member, &member);
    if (code)
        return code;
    if (c->coins > jf_balance(s->w, member->no, JF_SLOT(LEGACY_OWED)))
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "coins",
                         "more than is still owed to the member");
    jf_post_legacy(s, member->no, JF_SLOT(LEGACY_OWED), (jf_legacy){-c->coins}, JF_WHY_LEGACY);
    jf_post_legacy(s, member->no, JF_SLOT(LEGACY_COINS), (jf_legacy){c->coins}, JF_WHY_LEGACY);
    return JF_OK;
}
