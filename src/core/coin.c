/*
 * coin.redeem (spec section 11): coins pay for mall goods out of the coin reserve.
 */
#include "core/coin.h"

#include "base/check.h"
#include "core/ledger.h"
#include "core/receive.h"

void jf_needs_coin_redeem(const jf_world *w, const jf_cmd_coin_redeem *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->member);
    jf_want_party(w, needs, JF_PARTY_SHOP, c->shop);
}

bool jf_takes_coins(jf_shop_kind kind)
{
    JF_ASSERT(kind < JF_SHOP_KINDS);
    return kind == JF_SHOP_BRAND || kind == JF_SHOP_SELF || kind == JF_SHOP_SUPPLY;
}

jf_code jf_do_coin_redeem(jf_step *s, const jf_cmd_coin_redeem *c)
{
    const jf_party *member = jf_world_party(s->w, JF_PARTY_MEMBER, c->member);
    const jf_party *shop = jf_world_party(s->w, JF_PARTY_SHOP, c->shop);
    JF_ASSERT(member && shop);
    if (!member->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "member", "there is no member \"%.*s\"",
                         JF_STR_ARG(c->member));
    if (!shop->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "shop", "there is no shop \"%.*s\"",
                         JF_STR_ARG(c->shop));
    if (!jf_takes_coins(shop->shop_kind))
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "shop",
                         "coins are taken by brand, self and supply shops only");
    if (c->coins > jf_balance(s->w, member->no, JF_SLOT(COINS)))
        return jf_refuse(s->error, JF_E_INSUFFICIENT_COINS, "coins",
                         "the member holds fewer coins");
    jf_post_coin(s, member->no, JF_SLOT(COINS), (jf_coin){-c->coins}, JF_WHY_COIN);
    jf_post_coin(s, JF_PLATFORM, JF_SLOT(COINS_ISSUED), (jf_coin){c->coins}, JF_WHY_COIN);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(COIN_RESERVE), (jf_cny){-c->coins}, JF_WHY_COIN);
    jf_receive_cny(s, shop->no, (jf_cny){c->coins}, JF_WHY_COIN);
    return JF_OK;
}
