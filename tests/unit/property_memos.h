/*
 * What the oracle of test_property.c knows of shares and dividends, old debts and
 * withheld tax (spec sections 9, 12 and 13), from commands alone.
 *
 * For these commands it also knows beforehand whether they must be accepted, and
 * with which code they are refused (memo_code).
 */
#ifndef TESTS_PROPERTY_MEMOS_H
#define TESTS_PROPERTY_MEMOS_H

#include "property_rewards.h"

/* ------------------------------------------------------------------------
 * Shares.
 */

static book_holding *holding_of(books *b, uint32_t shop, uint32_t member)
{
    for (uint32_t i = 0; i < b->holdings; i++)
        if (b->holding[i].shop == shop && b->holding[i].member == member)
            return &b->holding[i];
    b->holding[b->holdings] = (book_holding){shop, member, 0};
    return &b->holding[b->holdings++];
}

/* All shares of a store, or of all stores (0). */
static int64_t shares_of(const books *b, uint32_t shop)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < b->holdings; i++)
        sum += shop == 0 || b->holding[i].shop == shop ? b->holding[i].shares : 0;
    return sum;
}

/* Holders add up to what was issued, and each has what the books say. */
static bool check_shares(books *b, uint32_t shop)
{
    uint32_t chain = b->chain[shop];
    bool fine = same(b, -book_balance(b, 0, JF_CHAIN_SLOT(SHARES_ISSUED, chain)),
                     shares_of(b, shop), "shares issued of store", shop);
    for (uint32_t i = 0; fine && i < b->holdings; i++) {
        const book_holding *h = &b->holding[i];
        if (h->shop == shop)
            fine = same(b, book_balance(b, h->member, JF_CHAIN_SLOT(SHARES, chain)), h->shares,
                        "shares of member", h->member);
    }
    return fine;
}

static bool know_issue(books *b, const jf_json *command)
{
    uint32_t shop = known_no(b, command, "shop");
    if (b->chain[shop] == 0)
        b->chain[shop] = ++b->chains;
    holding_of(b, shop, known_no(b, command, "member"))->shares += integer_of(command, "shares");
    return check_shares(b, shop);
}

static bool know_transfer(books *b, const jf_json *command)
{
    uint32_t shop = known_no(b, command, "shop");
    int64_t shares = integer_of(command, "shares");
    holding_of(b, shop, known_no(b, command, "from"))->shares -= shares;
    holding_of(b, shop, known_no(b, command, "to"))->shares += shares;
    return check_shares(b, shop);
}

/* The whole profit goes from the store's money to its holders. */
static bool know_dividend(books *b, const jf_json *command)
{
    static reward_claim list[BOOKS_HOLDINGS];
    uint32_t shop = known_no(b, command, "shop"), count = 0;
    int64_t profit = decimal_of(command, "profit", 2), sum = 0;
    for (uint32_t i = 0; i < b->holdings; i++)
        if (b->holding[i].shop == shop && b->holding[i].shares > 0)
            list[count++] =
                (reward_claim){.who = b->holding[i].member, .weight = b->holding[i].shares};
    claims_split(b, list, count, profit);
    for (uint32_t i = 0; i < count; i++) {
        b->party[list[i].who].money += list[i].pays;
        books_touch(b, list[i].who);
        sum += list[i].pays;
    }
    b->party[shop].money -= profit;
    b->dividends += count > 1;
    return same(b, sum, profit, "the dividends of store", shop);
}

/* ------------------------------------------------------------------------
 * Old debts and tax.
 */

static bool know_import(books *b, const jf_json *command)
{
    int64_t owed = decimal_of(command, "owed", 2);
    b->imported += owed;
    b->party[known_no(b, command, "member")].legacy_owed += owed;
    return true;
}

static bool know_grant(books *b, const jf_json *command)
{
    int64_t coins = decimal_of(command, "coins", 2);
    book_party *member = &b->party[known_no(b, command, "member")];
    b->granted += coins;
    member->legacy_owed -= coins;
    member->legacy_coins += coins;
    return true;
}

/* Coins are a discount of a self-run mall: not above the policy's part, nor its margin. */
static bool know_discount(books *b, const book_order *o)
{
    const book_party *shop = &b->party[o->shop];
    if (o->legacy == 0)
        return true;
    b->discounts++;
    b->mixed += o->voucher > 0;
    b->free_orders += o->paid == 0;
    b->spent += o->legacy;
    b->party[o->buyer].legacy_coins -= o->legacy;
    if (!shop->self || o->legacy > part(o->amount, o->policy->coin_ratio, JF_PPM_ONE) ||
        o->legacy > part(o->amount, shop->rebate, JF_PPM_ONE))
        return complain(b, "consumption coins pay more of a bill than they may");
    return true;
}

static bool know_remittance(books *b, const jf_json *command)
{
    int64_t amount = decimal_of(command, "amount", 2);
    b->remitted += amount;
    b->cash -= amount;
    return b->remitted <= b->withheld || complain(b, "more tax is paid over than was withheld");
}

/* What has been recorded is still owed, in coins, or spent. */
static bool check_memos(books *b)
{
    int64_t owed = b->kinds[JF_ACCOUNT_LEGACY_OWED], coins = b->kinds[JF_ACCOUNT_LEGACY_COINS];
    return same(b, owed, b->imported - b->granted, "old debts that are owed", 0) &&
           same(b, coins, b->granted - b->spent, "consumption coins", 0) &&
           same(b, -b->kinds[JF_ACCOUNT_LEGACY_OPEN], b->imported - b->spent, "open old debts",
                0) &&
           same(b, b->kinds[JF_ACCOUNT_WITHHELD], b->withheld - b->remitted, "withheld tax", 0) &&
           same(b, b->kinds[JF_ACCOUNT_SHARES], shares_of(b, 0), "shares", 0) &&
           same(b, -b->kinds[JF_ACCOUNT_SHARES_ISSUED], shares_of(b, 0), "shares issued", 0);
}

static bool check_legacy(books *b, uint32_t no)
{
    return same(b, book_balance(b, no, JF_SLOT(LEGACY_OWED)), b->party[no].legacy_owed,
                "the old debt to party", no) &&
           same(b, book_balance(b, no, JF_SLOT(LEGACY_COINS)), b->party[no].legacy_coins,
                "consumption coins of party", no);
}

/* ------------------------------------------------------------------------
 * Reads.
 */

static bool check_shown_shares(books *b, uint32_t no, const jf_json *result)
{
    const jf_json *list = jf_json_get(result, JF_STR("shares"));
    uint32_t expected = 0, shown = 0;
    for (uint32_t i = 0; i < b->holdings; i++)
        expected += b->holding[i].member == no && b->holding[i].shares > 0;
    for (const jf_json *row = list ? list->child : NULL; row; row = row->next, shown++)
        if (!same(b, integer_of(row, "shares"), holding_of(b, known_no(b, row, "shop"), no)->shares,
                  "shown shares of", no))
            return false;
    return same(b, shown, expected, "stores with shares of", no);
}

static bool check_shown_legacy(books *b, uint32_t no, const jf_json *result)
{
    const jf_json *legacy = jf_json_get(result, JF_STR("legacy"));
    return same(b, legacy ? decimal_of(legacy, "owed", 2) : 0, b->party[no].legacy_owed,
                "shown old debt to", no) &&
           same(b, legacy ? decimal_of(legacy, "coins", 2) : 0, b->party[no].legacy_coins,
                "shown consumption coins of", no);
}

/* funds.get, as far as it shows what is kept here. */
static bool check_funds_shown(books *b, const jf_json *result)
{
    const jf_json *pots = jf_json_get(result, JF_STR("pots"));
    bool fine =
        same(b, decimal_of(result, "cash", 2), b->cash, "shown cash", 0) &&
        same(b, decimal_of(result, "revenue", 2), b->revenue, "shown revenue", 0) &&
        same(b, decimal_of(result, "withheld", 2), b->withheld - b->remitted, "shown withheld tax",
             0) &&
        same(b, decimal_of(result, "legacy", 2), b->imported - b->spent, "shown old debts", 0);
    for (uint32_t to = JF_TO_STAFF; fine && to < JF_TO_COUNT; to++)
        fine = same(b, pots ? decimal_of(pots, jf_to_wire((jf_to)to), 2) : 0, b->pot[to],
                    "shown pot of program", to);
    return fine;
}

/* ------------------------------------------------------------------------
 * Refusals.
 */

static jf_code share_code(books *b, jf_command_kind kind, const jf_json *command)
{
    uint32_t shop = known_no(b, command, "shop"), from = known_no(b, command, "from");
    bool transfer = kind == JF_CMD_SHARE_TRANSFER, dividend = kind == JF_CMD_DIVIDEND_DECLARE;
    if (shop == 0)
        return JF_E_NOT_FOUND;
    if (!b->party[shop].chain)
        return JF_E_STATE_CONFLICT;
    if (dividend && shares_of(b, shop) == 0)
        return JF_E_STATE_CONFLICT;
    if (dividend)
        return decimal_of(command, "profit", 2) > b->party[shop].money ? JF_E_INSUFFICIENT_WALLET
                                                                       : JF_OK;
    if (!transfer)
        return known_no(b, command, "member") ? JF_OK : JF_E_NOT_FOUND;
    if (from == 0 || known_no(b, command, "to") == 0)
        return JF_E_NOT_FOUND;
    if (from == known_no(b, command, "to") ||
        integer_of(command, "shares") > holding_of(b, shop, from)->shares)
        return JF_E_STATE_CONFLICT;
    return JF_OK;
}

/* With what a command of this file must be answered, its day and its id being right. */
static jf_code memo_code(books *b, jf_command_kind kind, const jf_json *command)
{
    uint32_t member = known_no(b, command, "member");
    switch (kind) {
    case JF_CMD_SHARE_ISSUE:
    case JF_CMD_SHARE_TRANSFER:
    case JF_CMD_DIVIDEND_DECLARE:
        return share_code(b, kind, command);
    case JF_CMD_LEGACY_IMPORT:
        return member ? JF_OK : JF_E_NOT_FOUND;
    case JF_CMD_LEGACY_GRANT:
        if (member && decimal_of(command, "coins", 2) > b->party[member].legacy_owed)
            return JF_E_STATE_CONFLICT;
        return member ? JF_OK : JF_E_NOT_FOUND;
    case JF_CMD_REWARD_ENROLL:
        if (jf_str_eq(text_of(command, "program"), JF_STR("home_owner")))
            return JF_E_BAD_REQUEST;
        return member ? JF_OK : JF_E_NOT_FOUND;
    case JF_CMD_TAX_REMIT:
        return decimal_of(command, "amount", 2) > b->withheld - b->remitted ? JF_E_INSUFFICIENT_FUND
                                                                            : JF_OK;
    default:
        return JF_OK;
    }
}

/* Before the books are changed: the answer is the one that must come. */
static bool check_memo_code(books *b, jf_command_kind kind, const jf_json *command, jf_code code)
{
    bool known = kind >= JF_CMD_SHARE_ISSUE && kind <= JF_CMD_TAX_REMIT;
    if (kind == JF_CMD_ORDER_PAY && code == JF_E_INSUFFICIENT_COINS)
        return decimal_of(command, "legacy_coins", 2) >
                   b->party[known_no(b, command, "member")].legacy_coins ||
               complain(b, "an order with coins that the member has is refused");
    if (!known || code == JF_E_ID_CONFLICT || code == JF_E_DAY_CLOSED)
        return true;
    return same(b, code, memo_code(b, kind, command), "the code of a command of kind", kind);
}

#endif
