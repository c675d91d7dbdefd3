/*
 * What the oracle of test_property.c takes from commands and their answers:
 * sections 4 to 12 of the spec, once more and in plain words.
 *
 * Debts are kept as what they are, less than nothing: a party's money, vouchers
 * and coins here are what it has minus what it owes, so that a claim on an
 * empty wallet and one on a full wallet are the same to the oracle.
 */
#ifndef TESTS_PROPERTY_KNOW_H
#define TESTS_PROPERTY_KNOW_H

#include "property_memos.h"

static book_party *member_of_books(books *b, jf_str id)
{
    return &b->party[b->member_no[index_of(id)]];
}

static book_party *shop_of_books(books *b, jf_str id)
{
    return &b->party[b->shop_no[index_of(id)]];
}

/* As decimal_of, for a field of a policy that may be left out, or whose block may. */
static int64_t decimal_or(const jf_json *object, const char *key, int decimals, int64_t fallback)
{
    return object && text_of(object, key).n > 0 ? decimal_of(object, key, decimals) : fallback;
}

static int64_t integer_or(const jf_json *object, const char *key, int64_t fallback)
{
    return object && jf_json_get(object, jf_str_of(key)) ? integer_of(object, key) : fallback;
}

static bool says(const jf_json *object, const char *key, const char *text)
{
    return object && jf_str_eq(text_of(object, key), jf_str_of(text));
}

static void know_token_rules(const jf_json *token, token_rules *rules)
{
    *rules = (token_rules){.mint = decimal_or(token, "mint", 6, 700000),
                           .sell_fee = decimal_or(token, "sell_fee", 6, 200000),
                           .exit_fee = decimal_or(token, "exit_fee", 6, 200000),
                           .exit_multiple = decimal_or(token, "exit_multiple", 6, 3000000),
                           .initial = decimal_or(token, "initial_price", 6, 1000000),
                           .by_lot = says(token, "exit_scope", "lot"),
                           .spot = says(token, "sell_price", "spot")};
}

/* The number of a pool: they are numbered as they come, and keep their names. */
static uint32_t pool_of_books(books *b, jf_str name)
{
    uint32_t pool = 0;
    while (pool < b->pools && !jf_str_eq(b->pool_name[pool], name))
        pool++;
    if (pool == b->pools)
        b->pool_name[b->pools++] = jf_str_dup(&b->arena, name);
    return pool;
}

static void know_pools(books *b, const jf_json *list, book_policy *p)
{
    for (const jf_json *pool = list ? list->child : NULL; pool; pool = pool->next) {
        int64_t cap = decimal_or(pool, "cap", 6, 5000000);
        uint32_t no = pool_of_books(b, text_of(pool, "name"));
        for (const jf_json *side = jf_json_get(pool, JF_STR("sides"))->child; side;
             side = side->next)
            *(side->text.p[0] == 'm' ? &p->takes_members : &p->takes_shops) = true;
        if (cap > b->highest_cap[no])
            b->highest_cap[no] = cap;
    }
}

static uint32_t know_list(const jf_json *entry, const char *key, int decimals, int64_t *out)
{
    const jf_json *list = jf_json_get(entry, jf_str_of(key));
    uint32_t count = 0;
    for (const jf_json *item = list ? list->child : NULL; item; item = item->next)
        (void)jf_decimal_parse_signed(item->text, decimals, &out[count++]);
    return count;
}

/* The entries of reward programs; the other shares are taken from answers as they are. */
static void know_entries(const jf_json *list, book_policy *p)
{
    for (const jf_json *row = list ? list->child : NULL; row; row = row->next) {
        uint32_t program = program_named(text_of(row, "to"));
        if (program == JF_TO_COUNT)
            continue;
        book_entry *e = &p->entries[p->entry_count++];
        *e = (book_entry){.program = program,
                          .of_amount = says(row, "base", "amount"),
                          .rate = decimal_of(row, "rate", 6),
                          .base_pay = decimal_of(row, "base_pay", 2),
                          .peer = decimal_of(row, "peer", 6),
                          .depth = integer_or(row, "levels", 1)};
        e->rate_count = know_list(row, "rates", 6, e->rates);
        know_list(row, "turnover", 2, e->bars);
    }
}

/* A preset is the document of that name: what it says is data, not a rule. */
static const jf_json *document_of(books *b, const jf_json *command)
{
    const jf_json *document = jf_json_get(command, JF_STR("policy"));
    jf_json *preset;
    jf_str text;
    if (document->type != JF_JSON_STRING)
        return document;
    if (!jf_preset_find(document->text, &text) || !jf_json_parse(&b->arena, text, &preset, NULL))
        complain(b, "a preset was accepted that cannot be read");
    return preset;
}

static void know_policy(books *b, const jf_json *command)
{
    const jf_json *document = document_of(b, command);
    const jf_json *points = jf_json_get(document, JF_STR("points"));
    book_policy *p = &b->policy[b->policies++];
    jf_day from;
    (void)jf_day_parse(text_of(command, "from"), &from);
    p->from = from.n;
    if (jf_json_get(command, JF_STR("policy"))->type == JF_JSON_STRING)
        p->preset = text_of(command, "policy").p[0];
    p->member = decimal_or(points, "member", 6, JF_PPM_ONE);
    p->shop = decimal_or(points, "shop", 6, JF_PPM_ONE);
    p->window = (int32_t)integer_or(document, "refund_days", 7);
    p->hold = (int32_t)integer_or(points, "hold_days", 0);
    p->withholding = decimal_or(jf_json_get(document, JF_STR("withdraw")), "withholding", 6, 0);
    p->coin_ratio = decimal_or(jf_json_get(document, JF_STR("legacy")), "coin_ratio", 6, 0);
    know_token_rules(jf_json_get(document, JF_STR("token")), &p->token);
    know_pools(b, jf_json_get(document, JF_STR("pools")), p);
    know_entries(jf_json_get(document, JF_STR("allocation")), p);
}

static void know_shop(const books *b, const jf_json *command, book_party *shop, bool fresh)
{
    if (fresh) {
        shop->shop = true;
        shop->self = says(command, "kind", "self");
        shop->chain = says(command, "kind", "chain");
        shop->cash_shop = shop->self || says(command, "kind", "supply");
        shop->mall = shop->cash_shop || says(command, "kind", "brand");
        shop->max_voucher = JF_PPM_ONE;
        shop->owner = known_no(b, command, "owner");
    }
    if (text_of(command, "staff").n)
        shop->staff = known_no(b, command, "staff");
    if (text_of(command, "manager").n)
        shop->manager = known_no(b, command, "manager");
    if (text_of(command, "rebate").n)
        shop->rebate = decimal_of(command, "rebate", 6);
    if (text_of(command, "max_voucher_ratio").n)
        shop->max_voucher = decimal_of(command, "max_voucher_ratio", 6);
}

/* Money, vouchers or coins reach the one they are for, or come back. */
static void know_part(books *b, const book_part *p, int64_t amount)
{
    switch (p->to) {
    case TO_DIVIDEND:
        b->dividend[p->who] += amount;
        return;
    case TO_CREDIT:
        b->credit_fund += amount;
        return;
    case TO_LOCK:
        b->party[p->who].vouchers += amount;
        return;
    case TO_COIN:
        b->party[p->who].coins += amount;
        return;
    case TO_WALLET:
        b->party[p->who].money += amount;
        return;
    case TO_TOKENS:
    case TO_POT:
        return;
    }
}

/* One row of the allocation goes to whom it names; returns its amount. */
static int64_t know_share(books *b, const jf_json *row, book_order *o)
{
    jf_str to = text_of(row, "to"), who = text_of(row, "who");
    book_part *p = &o->parts[o->part_count];
    p->amount = decimal_of(row, "amount", 2);
    if (jf_str_eq(to, JF_STR("platform"))) {
        b->revenue += p->amount;
        return p->amount;
    }
    o->part_count++;
    p->to = TO_WALLET;
    if (jf_str_eq(to, JF_STR("dividend"))) {
        p->to = TO_DIVIDEND;
        p->who = pool_of_books(b, who);
    } else if (jf_str_eq(to, JF_STR("credit_fund"))) {
        p->to = TO_CREDIT;
        p->who = 0;
    } else if (jf_str_eq(to, JF_STR("lock"))) {
        p->to = TO_LOCK;
        p->who = b->shop_no[index_of(who)];
    } else if (jf_str_eq(to, JF_STR("coin"))) {
        p->to = TO_COIN;
        p->who = known_no(b, row, "who");
    } else if (jf_str_eq(to, JF_STR("token_pool"))) {
        p->to = TO_TOKENS;
        p->who = known_no(b, row, "who");
        b->token_waits += p->amount;
    } else if (has_pot(program_named(to))) {
        p->to = TO_POT;
        p->who = program_named(to);
        b->pot_waits[p->who] += p->amount;
    } else {
        p->who = known_no(b, row, "who");
    }
    know_part(b, p, p->amount);
    return p->amount;
}

static bool know_points(books *b, const jf_json *result, book_order *o)
{
    const jf_json *points = jf_json_get(result, JF_STR("points"));
    int64_t earning = o->paid > 0 ? part(o->rebate, o->paid - o->credit, o->paid) : 0;
    const book_policy *policy = o->policy;
    o->buyer_points = decimal_of(points, "buyer", 2);
    o->shop_points = decimal_of(points, "shop", 2);
    b->party[o->buyer].points += o->buyer_points;
    b->party[o->shop].points += o->shop_points;
    return same(b, o->buyer_points,
                policy->takes_members ? part(earning, policy->member, JF_PPM_ONE) : 0,
                "the buyer's points of a rebate of", earning) &&
           same(b, o->shop_points,
                policy->takes_shops ? part(earning, policy->shop, JF_PPM_ONE) : 0,
                "the shop's points of a rebate of", earning);
}

/* Units are minted at once, or when the hold ends (order_matures). */
static bool know_minting(books *b, const jf_json *result, book_order *o)
{
    const jf_json *minted = jf_json_get(result, JF_STR("tokens"));
    o->waits = o->policy->hold > 0;
    if (o->waits)
        return same(b, minted != NULL, 0, "units before maturity of order", (int64_t)o->number);
    order_rewards(b, o);
    order_mints(b, o, o->day);
    if (!minted)
        return same(b, o->lot != NULL, 0, "units not shown of order", (int64_t)o->number);
    return same(b, decimal_of(minted, "minted", 6), o->lot ? o->lot->minted : 0,
                "the units minted by order", (int64_t)o->number) &&
           same(b, decimal_of(minted, "price", 6),
                tokens_shown(&b->tokens, &policy_on(b, o->day)->token), "the price after order",
                (int64_t)o->number);
}

static book_order *order_begun(books *b, const jf_json *command, const jf_json *result, int32_t day)
{
    jf_str id = text_of(command, "id");
    bool member = text_of(command, "member").n > 0;
    book_order *o = &b->order[index_of(id)];
    *o = (book_order){.number = b->journals,
                      .id = jf_str_dup(&b->arena, id),
                      .policy = policy_on(b, day),
                      .day = day,
                      .amount = decimal_of(command, "amount", 2),
                      .voucher = decimal_of(command, "voucher", 2),
                      .credit = decimal_of(command, "credit", 2),
                      .legacy = decimal_of(command, "legacy_coins", 2),
                      .rebate = decimal_of(result, "rebate", 2)};
    o->paid = o->amount - o->legacy;
    o->buyer = member ? b->member_no[index_of(text_of(command, "member"))]
                      : b->shop_no[index_of(text_of(command, "buyer_shop"))];
    o->shop = b->shop_no[index_of(text_of(command, "shop"))];
    o->in_vouchers = o->paid > 0 ? part(o->rebate, o->voucher, o->paid) : 0;
    o->cash_shop = b->party[o->shop].cash_shop;
    b->shop_buyers += !member;
    b->voucher_orders += o->voucher > 0;
    b->preset_orders[(unsigned char)o->policy->preset]++;
    bool scan = jf_json_get(command, JF_STR("scan")) != NULL && member;
    b->scans += scan;
    if (scan && b->party[o->buyer].home == 0)
        b->party[o->buyer].home = o->shop;
    if (b->orders <= index_of(id))
        b->orders = index_of(id) + 1;
    return o;
}

/* Section 4, from A, V, K and R; what the allocation adds up to is R. */
static bool know_order(books *b, const jf_json *command, const jf_json *result, int32_t day)
{
    book_order *o = order_begun(b, command, result, day);
    book_party *shop = &b->party[o->shop];
    int64_t sum = 0;
    int64_t cash = o->paid - o->voucher, kept = o->voucher - o->in_vouchers;
    if (o->voucher > part(o->amount, shop->max_voucher, JF_PPM_ONE))
        return complain(b, "more vouchers than the shop takes");
    b->cash += cash;
    b->party[o->buyer].vouchers -= o->voucher;
    shop->money += cash - (o->rebate - o->in_vouchers);
    *(o->cash_shop ? &shop->money : &shop->vouchers) += kept;
    for (const jf_json *row = jf_json_get(result, JF_STR("allocation"))->child; row;
         row = row->next)
        sum += know_share(b, row, o);
    b->credit_orders += o->credit > 0;
    return same(b, o->rebate, part(o->amount, shop->rebate, JF_PPM_ONE) - o->legacy,
                "the rebate of", o->amount) &&
           know_discount(b, o) &&
           same(b, decimal_of(result, "cash", 2), cash, "the cash of", o->amount) &&
           same(b, decimal_of(result, "voucher", 2), o->voucher, "the vouchers of", o->amount) &&
           same(b, sum, o->rebate, "the shares of a rebate of", o->rebate) &&
           know_points(b, result, o) && know_rewards(b, result, o) && know_minting(b, result, o);
}

/* ------------------------------------------------------------------------
 * Refunds (section 10).
 */

/* A refund: of an order, from one total to the next. */
typedef struct book_refund {
    book_order *order;
    int64_t before, after, taken;
    int64_t dividend[BOOKS_POOLS], credit; /* asked of the funds */
} book_refund;

static int64_t refund_part(const book_refund *r, int64_t component)
{
    return part(component, r->after, r->order->amount) -
           part(component, r->before, r->order->amount);
}

static void refund_shop(books *b, book_refund *r)
{
    const book_order *o = r->order;
    book_party *shop = &b->party[o->shop];
    int64_t cash = refund_part(r, o->paid - o->voucher - (o->rebate - o->in_vouchers));
    int64_t kept = refund_part(r, o->voucher - o->in_vouchers);
    shop->money -= cash;
    *(o->cash_shop ? &shop->money : &shop->vouchers) -= kept;
    r->taken += cash + kept;
}

static void refund_tokens(books *b, const book_refund *r, int64_t share)
{
    book_order *o = r->order;
    int64_t claimed = 0, goal = 0;
    if (o->waits) {
        b->token_waits -= share;
        return;
    }
    if (o->lot)
        goal = part(o->lot->minted, r->after - o->refunded_held, o->amount - o->refunded_held);
    b->lost += tokens_refund(&b->tokens, o->lot, goal, share, &claimed);
    b->party[o->buyer].money -= claimed;
}

static void refund_parts(books *b, book_refund *r)
{
    const book_order *o = r->order;
    int64_t share = 0;
    for (uint32_t i = 0; i < o->part_count; i++) {
        const book_part *p = &o->parts[i];
        int64_t amount = refund_part(r, p->amount);
        r->taken += amount;
        know_part(b, p, -amount);
        if (p->to == TO_TOKENS)
            share = amount;
        if (p->to == TO_POT)
            pot_gives_back(b, o, p->who, amount);
        if (p->to == TO_DIVIDEND && !o->waits)
            r->dividend[p->who] += amount;
        if (p->to == TO_CREDIT && !o->waits)
            r->credit += amount;
    }
    for (uint32_t i = 0; i < o->count_count && !o->waits; i++)
        b->turnover[o->counts[i].program][o->counts[i].who] -= refund_part(r, o->paid);
    refund_tokens(b, r, share);
}

/* Vouchers and coins come back together, by one floor; vouchers of that, by the next. */
static int64_t vouchers_back(const book_order *o, int64_t total, int64_t *coins)
{
    int64_t bought = o->voucher + o->legacy, together = part(bought, total, o->amount);
    int64_t vouchers = bought > 0 ? part(o->voucher, together, bought) : 0;
    *coins = together - vouchers;
    return vouchers;
}

/* What the buyer gets back; returns the cash. */
static int64_t refund_buyer(books *b, const book_refund *r, int64_t *vouchers)
{
    book_party *buyer = &b->party[r->order->buyer];
    int64_t before, after;
    *vouchers = -vouchers_back(r->order, r->before, &before);
    *vouchers += vouchers_back(r->order, r->after, &after);
    int64_t cash = r->after - r->before - *vouchers - (after - before);
    buyer->vouchers += *vouchers;
    buyer->legacy_coins += after - before;
    b->spent -= after - before;
    b->cash -= cash;
    return cash;
}

/* What a fund did not give is lost, and only an empty fund gives less than it is asked for. */
static bool refund_losses(books *b, const book_refund *r)
{
    int64_t credit = r->credit - b->step_credit;
    bool fine = credit >= 0 && (credit == 0 || b->kinds[JF_ACCOUNT_CREDIT_FUND] == 0);
    b->lost_credit += credit;
    b->lost += credit;
    for (uint32_t i = 0; i < b->pools; i++) {
        int64_t loss = r->dividend[i] - b->step_given[i];
        fine =
            fine && loss >= 0 && (loss == 0 || book_balance(b, 0, JF_POOL_SLOT(DIVIDEND, i)) == 0);
        b->lost_dividend[i] += loss;
        b->lost += loss;
        b->lossy += loss > 0;
    }
    return fine || complain(b, "a fund that is not empty gave less than a refund asked for");
}

/* The part drawn on credit repays what is still owed; less of it only when nothing is owed then. */
static bool refund_credit(books *b, const book_refund *r, int64_t vouchers)
{
    int64_t part_drawn = refund_part(r, r->order->credit);
    int64_t most = part_drawn < vouchers ? part_drawn : vouchers;
    int64_t owed = book_balance(b, r->order->buyer, JF_SLOT(CREDIT_DEBT));
    b->credit_refunds += most > 0;
    return b->step_repaid == most || (b->step_repaid < most && owed == 0) ||
           complain(b, "a refund repays %lld of credit, expected %lld", (long long)b->step_repaid,
                    (long long)most);
}

static bool refund_allowed(books *b, const jf_json *command, const book_refund *r, int32_t day)
{
    const book_order *o = r->order;
    bool late = jf_json_get(command, JF_STR("late")) != NULL;
    if (r->after > o->amount)
        return complain(b, "more is refunded than was paid");
    if (!late && day > o->day + o->policy->window)
        return complain(b, "a refund after its window was not refused");
    b->partial_refunds += r->after < o->amount;
    b->held_refunds += o->waits;
    b->late_refunds += day > o->day + o->policy->window;
    return true;
}

static bool know_refund(books *b, const jf_json *command, const jf_json *result, int32_t day)
{
    book_order *o = &b->order[index_of(text_of(command, "order"))];
    int64_t amount = decimal_of(command, "amount", 2);
    book_refund r = {.order = o, .before = o->refunded, .after = o->refunded + amount};
    int64_t vouchers;
    if (!refund_allowed(b, command, &r, day))
        return false;
    refund_shop(b, &r);
    int64_t cash = refund_buyer(b, &r, &vouchers);
    b->party[o->buyer].points -= refund_part(&r, o->buyer_points);
    b->party[o->shop].points -= refund_part(&r, o->shop_points);
    refund_parts(b, &r);
    b->revenue += r.taken - cash - vouchers;
    o->refunded = r.after;
    if (o->waits)
        o->refunded_held = r.after;
    tokens_exits(&b->tokens, &policy_on(b, day)->token, b->token_paid);
    return refund_losses(b, &r) && refund_credit(b, &r, vouchers) &&
           same(b, decimal_of(result, "cash", 2), cash, "cash refunded of", amount) &&
           same(b, decimal_of(result, "voucher", 2), vouchers, "vouchers refunded of", amount) &&
           same(b, decimal_of(result, "debt_created", 2), b->step_debt, "new debts of a refund of",
                amount);
}

/* ------------------------------------------------------------------------
 * Units, coins, withdrawals, closes.
 */

static bool know_sale(books *b, const jf_json *command, const jf_json *result, int32_t day)
{
    const token_rules *now = &policy_on(b, day)->token;
    uint32_t no = b->member_no[index_of(text_of(command, "member"))];
    int64_t units = decimal_of(command, "n", 6), value;
    int64_t paid = tokens_sell(&b->tokens, now, no, units, &b->party[no].price, day, &value);
    b->party[no].money += paid;
    tokens_exits(&b->tokens, now, b->token_paid);
    return same(b, decimal_of(result, "value", 2), value, "the value of units", units) &&
           same(b, decimal_of(result, "paid", 2), paid, "what is paid for units", units) &&
           same(b, decimal_of(result, "price", 6), tokens_shown(&b->tokens, now),
                "the price after a sale of", units);
}

static bool know_raise(books *b, const jf_json *command, const jf_json *result, int32_t day)
{
    const token_rules *now = &policy_on(b, day)->token;
    int64_t amount = decimal_of(command, "amount", 2);
    if (b->tokens.units == 0)
        return complain(b, "a pool without units was raised");
    b->cash += amount;
    b->tokens.pool += amount;
    tokens_exits(&b->tokens, now, b->token_paid);
    return same(b, decimal_of(result, "price", 6), tokens_shown(&b->tokens, now),
                "the price after an injection of", amount);
}

static bool know_redemption(books *b, const jf_json *command)
{
    book_party *shop = shop_of_books(b, text_of(command, "shop"));
    int64_t coins = decimal_of(command, "coins", 2);
    member_of_books(b, text_of(command, "member"))->coins -= coins;
    shop->money += coins;
    return shop->mall || complain(b, "coins were taken by a shop that is no mall");
}

static bool know_request(books *b, const jf_json *command, int32_t day)
{
    jf_str member = text_of(command, "member");
    book_withdrawal *w = &b->withdrawal[index_of(text_of(command, "id"))];
    w->party =
        member.n ? b->member_no[index_of(member)] : b->shop_no[index_of(text_of(command, "shop"))];
    w->amount = decimal_of(command, "amount", 2);
    w->tax = member.n ? part(w->amount, policy_on(b, day)->withholding, JF_PPM_ONE) : 0;
    w->state = WITHDRAWAL_ASKED;
    b->party[w->party].money -= w->amount;
    b->withdrawals += w->amount;
    return true;
}

static bool know_withdrawal(books *b, jf_command_kind kind, const jf_json *command)
{
    book_withdrawal *w = &b->withdrawal[index_of(text_of(command, "id"))];
    bool asked = w->state == WITHDRAWAL_ASKED, approved = w->state == WITHDRAWAL_APPROVED;
    if (!(kind == JF_CMD_WITHDRAW_APPROVE ? asked
          : kind == JF_CMD_WITHDRAW_PAID  ? approved
                                          : asked || approved))
        return complain(b, "a withdrawal takes a step that its state does not allow");
    w->state = kind == JF_CMD_WITHDRAW_APPROVE ? WITHDRAWAL_APPROVED : WITHDRAWAL_OVER;
    if (kind == JF_CMD_WITHDRAW_APPROVE)
        return true;
    b->withdrawals -= w->amount;
    if (kind == JF_CMD_WITHDRAW_REJECT) {
        b->party[w->party].money += w->amount;
        return true;
    }
    b->cash -= w->amount - w->tax;
    b->withheld += w->tax;
    b->taxed += w->tax > 0;
    return true;
}

static bool know_closes(books *b, const jf_json *result)
{
    int64_t released = 0;
    for (const jf_json *day = jf_json_get(result, JF_STR("days"))->child; day; day = day->next)
        for (const jf_json *close = jf_json_get(day, JF_STR("closes"))->child; close;
             close = close->next)
            released += decimal_of(close, "released", 2);
    return same(b, b->step_released, released, "released in journals and in the answer", 0);
}

static bool know_sweep(books *b, const jf_json *result)
{
    int64_t dust = decimal_of(result, "dust", 2);
    b->revenue += dust;
    b->dust += dust;
    b->dust_sweeps += dust > 0;
    return same(b, b->step_credited, decimal_of(result, "credited", 2), "credited by a sweep", 0);
}

static bool know_party(books *b, jf_command_kind kind, const jf_json *command)
{
    jf_str id = text_of(command, "id");
    bool member = kind == JF_CMD_MEMBER_CREATE;
    book_party *p = &b->party[++b->parties];
    (member ? b->member_no : b->shop_no)[index_of(id)] = b->parties;
    p->id = jf_str_dup(&b->arena, id);
    if (member)
        p->referrer = known_no(b, command, "referrer");
    else
        know_shop(b, command, p, true);
    return true;
}

static bool know_injection(books *b, const jf_json *command)
{
    int64_t amount = decimal_of(command, "amount", 2);
    b->cash += amount;
    *(says(command, "fund", "credit") ? &b->credit_fund : &b->capital) += amount;
    return true;
}

static bool know_enrolling(books *b, const jf_json *command)
{
    uint32_t program = program_named(text_of(command, "program"));
    b->standing[program][known_no(b, command, "member")] = integer_of(command, "weight");
    return true;
}

static bool know_binding(books *b, const jf_json *command)
{
    book_party *member = member_of_books(b, text_of(command, "member"));
    if (member->home)
        return complain(b, "a member was bound to a second home shop");
    member->home = known_no(b, command, "shop");
    return true;
}

/* The commands of property_memos.h, and those that only change relations. */
static bool books_know_memos(books *b, jf_command_kind kind, const jf_json *command)
{
    switch (kind) {
    case JF_CMD_HOME_BIND:
        return know_binding(b, command);
    case JF_CMD_REWARD_ENROLL:
        return know_enrolling(b, command);
    case JF_CMD_SHARE_ISSUE:
        return know_issue(b, command);
    case JF_CMD_SHARE_TRANSFER:
        return know_transfer(b, command);
    case JF_CMD_DIVIDEND_DECLARE:
        return know_dividend(b, command);
    case JF_CMD_LEGACY_IMPORT:
        return know_import(b, command);
    case JF_CMD_LEGACY_GRANT:
        return know_grant(b, command);
    case JF_CMD_TAX_REMIT:
        return know_remittance(b, command);
    default:
        return true;
    }
}

/* An accepted command that changed something; its journals have been read. */
static bool books_know(books *b, jf_command_kind kind, const jf_json *command,
                       const jf_json *result, int32_t day)
{
    switch (kind) {
    case JF_CMD_POLICY_SET:
        know_policy(b, command);
        return true;
    case JF_CMD_MEMBER_CREATE:
    case JF_CMD_SHOP_CREATE:
        return know_party(b, kind, command);
    case JF_CMD_SHOP_UPDATE:
        know_shop(b, command, shop_of_books(b, text_of(command, "shop")), false);
        return true;
    case JF_CMD_ORDER_PAY:
        return know_order(b, command, result, day);
    case JF_CMD_ORDER_REFUND:
        return know_refund(b, command, result, day);
    case JF_CMD_TOKEN_SELL:
        return know_sale(b, command, result, day);
    case JF_CMD_TOKEN_INJECT:
        return know_raise(b, command, result, day);
    case JF_CMD_COIN_REDEEM:
        return know_redemption(b, command);
    case JF_CMD_WITHDRAW_REQUEST:
        return know_request(b, command, day);
    case JF_CMD_WITHDRAW_APPROVE:
    case JF_CMD_WITHDRAW_PAID:
    case JF_CMD_WITHDRAW_REJECT:
        return know_withdrawal(b, kind, command);
    case JF_CMD_FUND_INJECT:
        return know_injection(b, command);
    case JF_CMD_DAY_CLOSE:
        return know_closes(b, result);
    case JF_CMD_COHORT_SWEEP:
        return know_sweep(b, result);
    default:
        return books_know_memos(b, kind, command);
    }
}

#endif
