/*
 * What people edit, as it stands: a shop's terms and who holds a region's seat
 * (the commands shop.update and agent.assign change them). They change nothing.
 *
 * An editor that saw one answer can ask that its change be made only while the
 * answer is still the same (app/writer.h).
 */
#include "base/check.h"
#include "core/step.h"

static jf_party *shop_of(const jf_world *w, jf_str id)
{
    return jf_world_party(w, JF_PARTY_SHOP, id);
}

void jf_needs_shop_get(const jf_world *w, const jf_cmd_shop_get *c, jf_needs *needs)
{
    const jf_party *shop = jf_want_party(w, needs, JF_PARTY_SHOP, c->shop);
    if (!shop || !shop->row.exists)
        return;
    const uint32_t people[] = {shop->owner, shop->recruiter, shop->city_partner, shop->staff,
                               shop->manager};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        if (people[i])
            jf_want_party_no(w, needs, people[i]);
}

static void person(jf_step *s, const char *key, uint32_t no)
{
    if (no)
        jf_jw_str(s->reply, key, jf_world_party_no(s->w, no)->id);
}

jf_code jf_do_shop_get(jf_step *s, const jf_cmd_shop_get *c)
{
    const jf_party *shop = shop_of(s->w, c->shop);
    JF_ASSERT(shop != NULL);
    if (!shop->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "shop", "there is no shop \"%.*s\"",
                         JF_STR_ARG(c->shop));
    jf_jw_c(s->reply, "kind", jf_shop_kind_wire(shop->shop_kind));
    person(s, "owner", shop->owner);
    jf_jw_region(s->reply, "region", shop->region);
    jf_jw_decimal(s->reply, "rebate", shop->rebate.v, 6);
    jf_jw_decimal(s->reply, "max_voucher_ratio", shop->max_voucher.v, 6);
    person(s, "recruiter", shop->recruiter);
    person(s, "city_partner", shop->city_partner);
    person(s, "staff", shop->staff);
    person(s, "manager", shop->manager);
    return JF_OK;
}

void jf_needs_seat_get(const jf_world *w, const jf_cmd_seat_get *c, jf_needs *needs)
{
    const jf_seat *seat = jf_world_seat(w, c->region);
    for (uint32_t i = 0; seat && i < seat->count; i++)
        jf_want_party_no(w, needs, seat->holders[i].party);
}

/* A region that nobody was ever assigned to has a seat too: an empty one. */
jf_code jf_do_seat_get(jf_step *s, const jf_cmd_seat_get *c)
{
    const jf_seat *seat = jf_world_seat(s->w, c->region);
    jf_jw_open(s->reply, "holders", '[');
    for (uint32_t i = 0; seat && i < seat->count; i++) {
        jf_jw_open(s->reply, NULL, '{');
        person(s, "member", seat->holders[i].party);
        jf_jw_int(s->reply, "weight", seat->holders[i].weight);
        jf_jw_close(s->reply, '}');
    }
    jf_jw_close(s->reply, ']');
    return JF_OK;
}
