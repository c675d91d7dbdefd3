/*
 * Chain stores that belong to their shareholders (spec section 13):
 * share.issue, share.transfer, dividend.declare.
 *
 * A store gets its number among chains with its first share. A dividend is paid
 * out of the money the store has to receive, so it can be declared neither out
 * of points nor out of vouchers, nor twice out of the same money.
 */
#include "base/check.h"
#include "base/sort.h"
#include "core/ledger.h"
#include "core/receive.h"
#include "core/split.h"

/* The store, when it exists and is of kind chain. */
static jf_code find_store(jf_step *s, jf_str id, jf_party **out)
{
    *out = jf_world_party(s->w, JF_PARTY_SHOP, id);
    JF_ASSERT(*out != NULL);
    if (!(*out)->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "shop", "there is no shop \"%.*s\"",
                         JF_STR_ARG(id));
    if ((*out)->shop_kind != JF_SHOP_CHAIN)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "shop",
                         "only shops of kind chain have shareholders");
    return JF_OK;
}

static jf_code find_member(jf_step *s, const char *field, jf_str id, const jf_party **out)
{
    *out = jf_world_party(s->w, JF_PARTY_MEMBER, id);
    JF_ASSERT(*out != NULL);
    if (!(*out)->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, field, "there is no member \"%.*s\"",
                         JF_STR_ARG(id));
    return JF_OK;
}

void jf_needs_share_issue(const jf_world *w, const jf_cmd_share_issue *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_SHOP, c->shop);
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->member);
}

jf_code jf_do_share_issue(jf_step *s, const jf_cmd_share_issue *c)
{
    jf_world *w = s->w;
    jf_party *store;
    const jf_party *member = NULL;
    jf_code code = find_store(s, c->shop, &store);
    if (!code)
        code = find_member(s, "member", c->member, &member);
    if (code)
        return code;
    if (store->chain == 0) {
        if (w->state.chains == JF_COHORT_MAX)
            return jf_refuse(s->error, JF_E_STATE_CONFLICT, "shop",
                             "there are as many stores with shareholders as a database can hold");
        jf_touch(w, &w->state.row);
        jf_touch(w, &store->row);
        store->chain = ++w->state.chains;
        jf_world_put_chain(w, store->chain, store->id);
    }
    jf_share shares = {c->shares};
    jf_post_share(s, member->no, JF_CHAIN_SLOT(SHARES, store->chain), shares, JF_WHY_SHARES);
    jf_post_share(s, JF_PLATFORM, JF_CHAIN_SLOT(SHARES_ISSUED, store->chain), (jf_share){-shares.v},
                  JF_WHY_SHARES);
    return JF_OK;
}

void jf_needs_share_transfer(const jf_world *w, const jf_cmd_share_transfer *c, jf_needs *needs)
{
    jf_want_party(w, needs, JF_PARTY_SHOP, c->shop);
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->from);
    jf_want_party(w, needs, JF_PARTY_MEMBER, c->to);
}

jf_code jf_do_share_transfer(jf_step *s, const jf_cmd_share_transfer *c)
{
    jf_party *store;
    const jf_party *from = NULL, *to = NULL;
    jf_code code = find_store(s, c->shop, &store);
    if (!code)
        code = find_member(s, "from", c->from, &from);
    if (!code)
        code = find_member(s, "to", c->to, &to);
    if (code)
        return code;
    if (from == to)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "to",
                         "shares are transferred to somebody else");
    jf_slot slot = JF_CHAIN_SLOT(SHARES, store->chain);
    if (store->chain == 0 || (int64_t)c->shares > jf_balance(s->w, from->no, slot))
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "shares", "the member holds fewer shares");
    jf_post_share(s, from->no, slot, (jf_share){-(int64_t)c->shares}, JF_WHY_SHARES);
    jf_post_share(s, to->no, slot, (jf_share){c->shares}, JF_WHY_SHARES);
    return JF_OK;
}

/* Everybody who holds shares of the store. */
void jf_needs_dividend_declare(const jf_world *w, const jf_cmd_dividend_declare *c, jf_needs *needs)
{
    const jf_party *store = jf_want_party(w, needs, JF_PARTY_SHOP, c->shop);
    if (!store || !store->row.exists || store->chain == 0)
        return;
    jf_slot slot = JF_CHAIN_SLOT(SHARES, store->chain);
    const jf_listed *listed;
    for (uint64_t at = 0; (listed = jf_map_next(&w->listed, &at)) != NULL;)
        if (listed->slot == slot)
            jf_want_party_no(w, needs, listed->party);
}

static int by_id(const void *a, const void *b)
{
    const jf_party *x = *(const jf_party *const *)a, *y = *(const jf_party *const *)b;
    return jf_str_cmp(x->id, y->id);
}

/* The shareholders by member id. */
static const jf_party **holders_of(jf_step *s, jf_slot slot, uint32_t *count)
{
    const jf_world *w = s->w;
    const jf_party **list = JF_NEW_ARRAY(&s->w->step, const jf_party *, w->listed.count);
    const jf_listed *listed;
    *count = 0;
    for (uint64_t at = 0; (listed = jf_map_next(&w->listed, &at)) != NULL;)
        if (listed->slot == slot && jf_balance(w, listed->party, slot) > 0)
            list[(*count)++] = jf_world_party_no(w, listed->party);
    jf_sort(list, *count, sizeof *list, by_id);
    return list;
}

jf_code jf_do_dividend_declare(jf_step *s, const jf_cmd_dividend_declare *c)
{
    jf_party *store;
    uint32_t count = 0;
    jf_code code = find_store(s, c->shop, &store);
    if (code)
        return code;
    jf_slot slot = JF_CHAIN_SLOT(SHARES, store->chain);
    const jf_party **holders = holders_of(s, slot, &count);
    if (store->chain == 0 || count == 0)
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "shop", "the store has no shareholders");
    if (c->profit > jf_balance(s->w, store->no, JF_SLOT(RECEIVABLE)))
        return jf_refuse(s->error, JF_E_INSUFFICIENT_WALLET, "profit",
                         "more than the store has to receive in money; points and vouchers "
                         "cannot be shared out as profit");
    int64_t *weights = JF_NEW_ARRAY(&s->w->step, int64_t, count);
    int64_t *shares = JF_NEW_ARRAY(&s->w->step, int64_t, count);
    for (uint32_t i = 0; i < count; i++)
        weights[i] = jf_balance(s->w, holders[i]->no, slot);
    bool split = jf_split(&s->w->step, c->profit, weights, count, shares);
    JF_ASSERT(split);
    jf_post_cny(s, store->no, JF_SLOT(RECEIVABLE), (jf_cny){-c->profit}, JF_WHY_PROFIT);
    for (uint32_t i = 0; i < count; i++)
        jf_receive_cny(s, holders[i]->no, (jf_cny){shares[i]}, JF_WHY_PROFIT);
    return JF_OK;
}
