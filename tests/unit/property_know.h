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

#include "property_books.h"

static jf_str text_of(const jf_json *object, const char *key)
{
    const jf_json *value = jf_json_get(object, jf_str_of(key));
    return value && value->type == JF_JSON_STRING ? value->text : JF_STR_NONE;
}

/* A decimal member as an integer of its smallest step; 0 when it is not there. */
static int64_t decimal_of(const jf_json *object, const char *key, int decimals)
{
    int64_t value = 0;
    jf_str text = text_of(object, key);
    if (text.n > 0)
        (void)jf_decimal_parse_signed(text, decimals, &value);
    return value;
}

/* "m17" → 17 */
static uint32_t index_of(jf_str id)
{
    uint32_t value = 0;
    for (uint32_t i = 1; i < id.n; i++)
        value = value * 10 + (uint32_t)(id.p[i] - '0');
    return value;
}

static book_party *member_of_books(books *b, jf_str id)
{
    return &b->party[b->member_no[index_of(id)]];
}

static book_party *shop_of_books(books *b, jf_str id)
{
    return &b->party[b->shop_no[index_of(id)]];
}

static int64_t integer_of(const jf_json *object, const char *key)
{
    const jf_json *value = jf_json_get(object, jf_str_of(key));
    return value ? value->integer : 0;
}

static void know_token_rules(const jf_json *token, token_rules *rules)
{
    *rules = (token_rules){.mint = decimal_of(token, "mint", 6),
                           .sell_fee = decimal_of(token, "sell_fee", 6),
                           .exit_fee = decimal_of(token, "exit_fee", 6),
                           .exit_multiple = decimal_of(token, "exit_multiple", 6),
                           .initial = decimal_of(token, "initial_price", 6),
                           .by_lot = jf_str_eq(text_of(token, "exit_scope"), JF_STR("lot")),
                           .spot = jf_str_eq(text_of(token, "sell_price"), JF_STR("spot"))};
}

static void know_policy(books *b, const jf_json *command)
{
    const jf_json *document = jf_json_get(command, JF_STR("policy"));
    const jf_json *points = jf_json_get(document, JF_STR("points"));
    book_policy *p = &b->policy[b->policies++];
    jf_day from;
    (void)jf_day_parse(text_of(command, "from"), &from);
    p->from = from.n;
    p->member = decimal_of(points, "member", 6);
    p->shop = decimal_of(points, "shop", 6);
    p->window = (int32_t)integer_of(document, "refund_days");
    p->hold = (int32_t)integer_of(points, "hold_days");
    know_token_rules(jf_json_get(document, JF_STR("token")), &p->token);
    b->pools = 0;
    for (const jf_json *pool = jf_json_get(document, JF_STR("pools"))->child; pool;
         pool = pool->next) {
        int64_t cap = decimal_of(pool, "cap", 6);
        for (const jf_json *side = jf_json_get(pool, JF_STR("sides"))->child; side;
             side = side->next)
            *(side->text.p[0] == 'm' ? &p->takes_members : &p->takes_shops) = true;
        if (cap > b->highest_cap[b->pools])
            b->highest_cap[b->pools] = cap;
        b->pools++;
    }
}

static void know_shop(const jf_json *command, book_party *shop, bool fresh)
{
    jf_str kind = text_of(command, "kind");
    if (fresh) {
        shop->shop = true;
        shop->cash_shop = jf_str_eq(kind, JF_STR("self")) || jf_str_eq(kind, JF_STR("supply"));
        shop->mall = shop->cash_shop || jf_str_eq(kind, JF_STR("brand"));
        shop->max_voucher = JF_PPM_ONE;
    }
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
    p->who = who.n && who.p[0] == 'm' ? b->member_no[index_of(who)] : 0;
    if (jf_str_eq(to, JF_STR("dividend"))) {
        p->to = TO_DIVIDEND;
        p->who = index_of(who);
    } else if (jf_str_eq(to, JF_STR("credit_fund"))) {
        p->to = TO_CREDIT;
    } else if (jf_str_eq(to, JF_STR("lock"))) {
        p->to = TO_LOCK;
        p->who = b->shop_no[index_of(who)];
    } else if (jf_str_eq(to, JF_STR("coin"))) {
        p->to = TO_COIN;
    } else if (jf_str_eq(to, JF_STR("token_pool"))) {
        p->to = TO_TOKENS;
        b->token_waits += p->amount;
    }
    know_part(b, p, p->amount);
    return p->amount;
}

static bool know_points(books *b, const jf_json *result, book_order *o)
{
    const jf_json *points = jf_json_get(result, JF_STR("points"));
    int64_t earning = part(o->rebate, o->amount - o->credit, o->amount);
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
                      .rebate = decimal_of(result, "rebate", 2)};
    o->buyer = member ? b->member_no[index_of(text_of(command, "member"))]
                      : b->shop_no[index_of(text_of(command, "buyer_shop"))];
    o->shop = b->shop_no[index_of(text_of(command, "shop"))];
    o->in_vouchers = part(o->rebate, o->voucher, o->amount);
    o->cash_shop = b->party[o->shop].cash_shop;
    b->shop_buyers += !member;
    b->voucher_orders += o->voucher > 0;
    b->scans += jf_json_get(command, JF_STR("scan")) != NULL && member;
    return o;
}

/* Section 4, from A, V, K and R; what the allocation adds up to is R. */
static bool know_order(books *b, const jf_json *command, const jf_json *result, int32_t day)
{
    book_order *o = order_begun(b, command, result, day);
    book_party *shop = &b->party[o->shop];
    int64_t sum = 0;
    int64_t cash = o->amount - o->voucher, kept = o->voucher - o->in_vouchers;
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
    return same(b, o->rebate, part(o->amount, shop->rebate, JF_PPM_ONE), "the rebate of",
                o->amount) &&
           same(b, decimal_of(result, "cash", 2), cash, "the cash of", o->amount) &&
           same(b, decimal_of(result, "voucher", 2), o->voucher, "the vouchers of", o->amount) &&
           same(b, sum, o->rebate, "the shares of a rebate of", o->rebate) &&
           know_points(b, result, o) && know_minting(b, result, o);
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
    int64_t cash = refund_part(r, o->amount - o->voucher - (o->rebate - o->in_vouchers));
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
        if (p->to == TO_DIVIDEND && !o->waits)
            r->dividend[p->who] += amount;
        if (p->to == TO_CREDIT && !o->waits)
            r->credit += amount;
    }
    refund_tokens(b, r, share);
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
    int64_t vouchers = refund_part(&r, o->voucher), cash = amount - vouchers;
    if (!refund_allowed(b, command, &r, day))
        return false;
    refund_shop(b, &r);
    b->cash -= cash;
    b->party[o->buyer].vouchers += vouchers;
    b->party[o->buyer].points -= refund_part(&r, o->buyer_points);
    b->party[o->shop].points -= refund_part(&r, o->shop_points);
    refund_parts(b, &r);
    b->revenue += r.taken - amount;
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

static bool know_request(books *b, const jf_json *command)
{
    jf_str member = text_of(command, "member");
    book_withdrawal *w = &b->withdrawal[index_of(text_of(command, "id"))];
    w->party =
        member.n ? b->member_no[index_of(member)] : b->shop_no[index_of(text_of(command, "shop"))];
    w->amount = decimal_of(command, "amount", 2);
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
    if (kind == JF_CMD_WITHDRAW_PAID)
        b->cash -= w->amount;
    else
        b->party[w->party].money += w->amount;
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

/* An accepted command that changed something; its journals have been read. */
static bool books_know(books *b, jf_command_kind kind, const jf_json *command,
                       const jf_json *result, int32_t day)
{
    switch (kind) {
    case JF_CMD_POLICY_SET:
        know_policy(b, command);
        return true;
    case JF_CMD_MEMBER_CREATE:
        b->member_no[index_of(text_of(command, "id"))] = ++b->parties;
        b->party[b->parties].id = jf_str_dup(&b->arena, text_of(command, "id"));
        return true;
    case JF_CMD_SHOP_CREATE:
        b->shop_no[index_of(text_of(command, "id"))] = ++b->parties;
        b->party[b->parties].id = jf_str_dup(&b->arena, text_of(command, "id"));
        know_shop(command, &b->party[b->parties], true);
        return true;
    case JF_CMD_SHOP_UPDATE:
        know_shop(command, shop_of_books(b, text_of(command, "shop")), false);
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
        return know_request(b, command);
    case JF_CMD_WITHDRAW_APPROVE:
    case JF_CMD_WITHDRAW_PAID:
    case JF_CMD_WITHDRAW_REJECT:
        return know_withdrawal(b, kind, command);
    case JF_CMD_FUND_INJECT:
        b->cash += decimal_of(command, "amount", 2);
        *(text_of(command, "fund").p[1] == 'r' ? &b->credit_fund : &b->capital) +=
            decimal_of(command, "amount", 2);
        return true;
    case JF_CMD_DAY_CLOSE:
        return know_closes(b, result);
    case JF_CMD_COHORT_SWEEP:
        return know_sweep(b, result);
    default:
        return true;
    }
}

#endif
