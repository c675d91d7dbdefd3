/*
 * Members, shops, home shops and agent seats (spec sections 3 and 7):
 * member.create, shop.create, shop.update, home.bind, agent.assign.
 */
#include <string.h>

#include "base/check.h"
#include "core/ledger.h"

static jf_code not_found(jf_step *s, const char *field, const char *what, jf_str id)
{
    return jf_refuse(s->error, JF_E_NOT_FOUND, field, "there is no %s \"%.*s\"", what,
                     JF_STR_ARG(id));
}

/* The number of an optional relation; JF_E_NOT_FOUND when it is named and absent. */
static jf_code find_member(jf_step *s, const char *field, jf_str id, uint32_t *no)
{
    *no = 0;
    if (id.n == 0)
        return JF_OK;
    const jf_party *party = jf_world_party(s->w, JF_PARTY_MEMBER, id);
    JF_ASSERT(party != NULL);
    if (!party->row.exists)
        return not_found(s, field, "member", id);
    *no = party->no;
    return JF_OK;
}

static void want_member(const jf_world *w, jf_needs *needs, jf_str id)
{
    if (id.n > 0)
        jf_want_party(w, needs, JF_PARTY_MEMBER, id);
}

/* The absent row of a new party comes to exist, with the next number. */
static jf_party *party_open(jf_step *s, jf_party_kind kind, jf_str id)
{
    jf_world *w = s->w;
    jf_party *party = jf_world_party(w, kind, id);
    JF_ASSERT(party && !party->row.exists);
    jf_touch(w, &party->row);
    jf_touch(w, &w->state.row);
    party->row.exists = true;
    party->no = ++w->state.parties;
    jf_world_number_party(w, party);
    return party;
}

void jf_needs_member_create(const jf_world *w, const jf_cmd_member_create *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->id);
    want_member(w, needs, c->referrer);
    if (c->phone.n > 0)
        jf_want_phone(w, needs, c->phone);
}

jf_code jf_do_member_create(jf_step *s, const jf_cmd_member_create *c)
{
    uint32_t referrer;
    jf_phone *phone = c->phone.n ? jf_world_phone(s->w, c->phone) : NULL;
    if (c->referrer.n > 0 && jf_str_eq(c->referrer, c->id))
        return jf_refuse(s->error, JF_E_CYCLE, "referrer", "a member cannot refer itself");
    jf_code code = find_member(s, "referrer", c->referrer, &referrer);
    if (code)
        return code;
    if (phone && phone->row.exists)
        return jf_refuse(s->error, JF_E_EXISTS, "phone", "another member has this phone");
    jf_party *member = party_open(s, JF_PARTY_MEMBER, c->id);
    member->referrer = referrer;
    member->region = c->region;
    if (phone) {
        jf_touch(s->w, &phone->row);
        phone->row.exists = true;
        phone->party = member->no;
        member->phone = jf_str_dup(jf_world_arena(s->w, JF_ROW_PARTY), c->phone);
    }
    JF_ASSERT(member->referrer != member->no); /* referrers are older: the graph is acyclic */
    jf_jw_str(s->reply, "id", c->id);
    return JF_OK;
}

static jf_code check_rebate(jf_step *s, jf_ppm rebate)
{
    const jf_policy *policy = s->policy;
    JF_ASSERT(policy != NULL);
    if (rebate.v >= policy->rebate_min.v && rebate.v <= policy->rebate_max.v)
        return JF_OK;
    return jf_refuse(s->error, JF_E_POLICY_LIMIT, "rebate",
                     "the rebate is outside the range of the policy in force");
}

void jf_needs_shop_create(const jf_world *w, const jf_cmd_shop_create *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_SHOP, c->id);
    want_member(w, needs, c->owner);
    want_member(w, needs, c->recruiter);
    want_member(w, needs, c->city_partner);
    want_member(w, needs, c->staff);
    want_member(w, needs, c->manager);
}

jf_code jf_do_shop_create(jf_step *s, const jf_cmd_shop_create *c)
{
    uint32_t owner, recruiter, city_partner, staff, manager;
    jf_code code = find_member(s, "owner", c->owner, &owner);
    if (!code)
        code = find_member(s, "recruiter", c->recruiter, &recruiter);
    if (!code)
        code = find_member(s, "city_partner", c->city_partner, &city_partner);
    if (!code)
        code = find_member(s, "staff", c->staff, &staff);
    if (!code)
        code = find_member(s, "manager", c->manager, &manager);
    if (!code)
        code = check_rebate(s, c->rebate);
    if (code)
        return code;
    jf_party *shop = party_open(s, JF_PARTY_SHOP, c->id);
    shop->owner = owner;
    shop->recruiter = recruiter;
    shop->city_partner = city_partner;
    shop->staff = staff;
    shop->manager = manager;
    shop->shop_kind = c->kind;
    shop->region = c->region;
    shop->rebate = c->rebate;
    shop->max_voucher = c->max_voucher_ratio;
    JF_ASSERT(shop->owner != 0);
    jf_jw_str(s->reply, "id", c->id);
    return JF_OK;
}

void jf_needs_shop_update(const jf_world *w, const jf_cmd_shop_update *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_SHOP, c->shop);
    want_member(w, needs, c->staff);
    want_member(w, needs, c->manager);
}

jf_code jf_do_shop_update(jf_step *s, const jf_cmd_shop_update *c)
{
    bool rebate = JF_GIVEN(s->command, shop_update, rebate);
    bool ratio = JF_GIVEN(s->command, shop_update, max_voucher_ratio);
    jf_party *shop = jf_world_party(s->w, JF_PARTY_SHOP, c->shop);
    JF_ASSERT(shop != NULL);
    if (!shop->row.exists)
        return not_found(s, "shop", "shop", c->shop);
    uint32_t staff, manager;
    jf_code code = rebate ? check_rebate(s, c->rebate) : JF_OK;
    if (!code)
        code = find_member(s, "staff", c->staff, &staff);
    if (!code)
        code = find_member(s, "manager", c->manager, &manager);
    if (code)
        return code;
    jf_touch(s->w, &shop->row);
    if (rebate)
        shop->rebate = c->rebate;
    if (ratio)
        shop->max_voucher = c->max_voucher_ratio;
    if (staff)
        shop->staff = staff;
    if (manager)
        shop->manager = manager;
    jf_jw_str(s->reply, "id", c->shop);
    return JF_OK;
}

void jf_needs_home_bind(const jf_world *w, const jf_cmd_home_bind *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->member);
    jf_want_party(w, needs, JF_PARTY_SHOP, c->shop);
}

jf_code jf_do_home_bind(jf_step *s, const jf_cmd_home_bind *c)
{
    jf_party *member = jf_world_party(s->w, JF_PARTY_MEMBER, c->member);
    const jf_party *shop = jf_world_party(s->w, JF_PARTY_SHOP, c->shop);
    JF_ASSERT(member && shop);
    if (!member->row.exists)
        return not_found(s, "member", "member", c->member);
    if (!shop->row.exists)
        return not_found(s, "shop", "shop", c->shop);
    if (member->home)
        return jf_refuse(s->error, JF_E_ALREADY_BOUND, "member",
                         "the member has a home shop already");
    jf_touch(s->w, &member->row);
    member->home = shop->no;
    return JF_OK;
}

void jf_needs_agent_assign(const jf_world *w, const jf_cmd_agent_assign *c, jf_needs *needs)
{
    for (uint32_t i = 0; i < c->holders.count; i++)
        jf_want_party(w, needs, JF_PARTY_MEMBER, c->holders.list[i].member);
}

jf_code jf_do_agent_assign(jf_step *s, const jf_cmd_agent_assign *c)
{
    jf_arena *arena = jf_world_arena(s->w, JF_ROW_SEAT);
    jf_holder *holders = JF_NEW_ARRAY(arena, jf_holder, c->holders.count);
    for (uint32_t i = 0; i < c->holders.count; i++) {
        const jf_named_holder *named = &c->holders.list[i];
        jf_code code = find_member(s, "holders", named->member, &holders[i].party);
        if (code)
            return code;
        holders[i].weight = named->weight;
    }
    jf_seat *seat = jf_world_open_seat(s->w, c->region);
    jf_touch(s->w, &seat->row);
    seat->row.exists = true;
    seat->count = c->holders.count;
    seat->holders = holders;
    JF_ASSERT(seat->region == c->region);
    return JF_OK;
}
