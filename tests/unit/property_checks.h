/*
 * What must hold after each step of test_property.c: the oracle's books and the
 * balances of the journals agree, and with them spec section 15.
 *
 * By number in section 15: check_party (1, 3), check_funds and check_tokens (2,
 * 5), check_cohort and check_everybody (4). Programs, shares, old debts and tax are
 * checked beside their books, in property_rewards.h and property_memos.h.
 */
#ifndef TESTS_PROPERTY_CHECKS_H
#define TESTS_PROPERTY_CHECKS_H

#include "property_commands.h"
#include "property_know.h"

#define BOOK(b, owner, KIND) book_balance((b), (owner), jf_slot_of(JF_ACCOUNT_##KIND, 0, 0))

static int64_t clawback_owed(const books *b, uint32_t no)
{
    int64_t owed = 0;
    for (uint32_t pool = 0; pool < b->pools; pool++)
        owed += book_balance((books *)b, no, JF_POOL_SLOT(CLAWBACK_DEBT, pool));
    return owed;
}

/* What releases have credited to a party, less what refunds took back. */
static int64_t credited_to(books *b, uint32_t no)
{
    return BOOK(b, no, VOUCHERS) + BOOK(b, no, PENDING_VOUCHERS) + BOOK(b, no, DEBT_VOUCHER) -
           clawback_owed(b, no) - BOOK(b, no, CREDIT_DEBT) - b->party[no].vouchers;
}

/* Who owes has nothing of the unit: claims take all, and receipts repay first. */
static bool check_debts(books *b, uint32_t no)
{
    int64_t money = BOOK(b, no, WALLET) + BOOK(b, no, RECEIVABLE);
    bool vouchers = BOOK(b, no, DEBT_VOUCHER) < 0 || clawback_owed(b, no) > 0;
    b->in_debt += vouchers || BOOK(b, no, DEBT_CNY) < 0 || BOOK(b, no, DEBT_COIN) < 0;
    return (BOOK(b, no, DEBT_CNY) == 0 || same(b, money, 0, "the money of debtor", no)) &&
           (!vouchers || same(b, BOOK(b, no, VOUCHERS), 0, "the vouchers of debtor", no)) &&
           (BOOK(b, no, DEBT_COIN) == 0 ||
            same(b, BOOK(b, no, COINS), 0, "the coins of debtor", no));
}

static bool check_party(books *b, uint32_t no, int64_t positions)
{
    const book_party *p = &b->party[no];
    int64_t units = 0, money = BOOK(b, no, PENDING_WALLET) + BOOK(b, no, DEBT_CNY) +
                               (p->shop ? BOOK(b, no, RECEIVABLE) : BOOK(b, no, WALLET));
    int64_t coins = BOOK(b, no, COINS) + BOOK(b, no, PENDING_COINS) + BOOK(b, no, DEBT_COIN);
    for (uint32_t i = 0; i < b->tokens.count; i++)
        units += b->tokens.lots[i].owner == no ? b->tokens.lots[i].units : 0;
    return same(b, money, p->money + b->token_paid[no], "the money of party", no) &&
           same(b, coins, p->coins, "coins of party", no) &&
           same(b, BOOK(b, no, TOKENS), units, "units of party", no) && check_debts(b, no) &&
           check_standings(b, no) && check_legacy(b, no) &&
           (positions < 0 ||
            same(b, positions + BOOK(b, no, PENDING_POINTS), p->points, "points of party", no));
}

static int64_t kinds_sum(const books *b, const jf_account_kind *kinds, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += b->kinds[kinds[i]];
    return sum;
}

/* Per pool: what it holds, has released and is owed is what it collected and did not give back. */
static bool check_dividends(books *b)
{
    bool fine = true;
    for (uint32_t pool = 0; fine && pool < b->pools; pool++) {
        int64_t fund = book_balance(b, 0, JF_POOL_SLOT(DIVIDEND, pool)) +
                       book_balance(b, 0, JF_POOL_SLOT(PENDING_DIVIDEND, pool));
        int64_t owed = -book_balance(b, 0, JF_POOL_SLOT(OWED_CLAWBACK, pool));
        fine = same(b, fund + b->released[pool] + owed, b->dividend[pool] + b->lost_dividend[pool],
                    "the dividends of pool", pool);
    }
    return fine;
}

static bool check_tokens(books *b)
{
    const tokens *t = &b->tokens;
    return same(b, b->kinds[JF_ACCOUNT_TOKEN_POOL], t->pool, "the token pool", 0) &&
           same(b, b->kinds[JF_ACCOUNT_TOKENS], t->units, "units held", 0) &&
           same(b, -b->kinds[JF_ACCOUNT_TOKENS_ISSUED], t->units, "units issued", 0) &&
           same(b, b->kinds[JF_ACCOUNT_TOKEN_RESIDUE], t->residue, "the token residue", 0) &&
           same(b, b->kinds[JF_ACCOUNT_PENDING_TOKENS], b->token_waits, "pending for units", 0);
}

/* Releases are with somebody, waiting to be claimed, or swept. */
static bool check_releases(books *b)
{
    static const jf_account_kind held[] = {JF_ACCOUNT_VOUCHERS, JF_ACCOUNT_PENDING_VOUCHERS,
                                           JF_ACCOUNT_DEBT_VOUCHER, JF_ACCOUNT_UNCLAIMED};
    int64_t known = 0, released = 0;
    int64_t owed = b->kinds[JF_ACCOUNT_CLAWBACK_DEBT] + b->kinds[JF_ACCOUNT_CREDIT_DEBT];
    for (uint32_t no = 1; no <= b->parties; no++)
        known += b->party[no].vouchers;
    for (uint32_t pool = 0; pool < b->pools; pool++)
        released += b->released[pool];
    return same(b, kinds_sum(b, held, 4) - owed - known + b->dust, released,
                "vouchers that were released", 0);
}

/* Section 15 (2), and what came in is where it should be. */
static bool check_funds(books *b)
{
    static const jf_account_kind vouchers[] = {JF_ACCOUNT_VOUCHERS, JF_ACCOUNT_UNCLAIMED};
    static const jf_account_kind points[] = {JF_ACCOUNT_POSITION, JF_ACCOUNT_PENDING_POINTS};
    static const jf_account_kind credit[] = {JF_ACCOUNT_CREDIT_FUND, JF_ACCOUNT_PENDING_CREDIT_FUND,
                                             JF_ACCOUNT_CREDIT_DEBT};
    int64_t outstanding = kinds_sum(b, vouchers, 2);
    return same(b, b->kinds[JF_ACCOUNT_VOUCHER_RESERVE], outstanding, "voucher reserve", 0) &&
           same(b, -b->kinds[JF_ACCOUNT_VOUCHERS_ISSUED], outstanding, "vouchers issued", 0) &&
           same(b, b->kinds[JF_ACCOUNT_COIN_RESERVE], b->kinds[JF_ACCOUNT_COINS], "coin reserve",
                0) &&
           same(b, -b->kinds[JF_ACCOUNT_POINTS_ISSUED], kinds_sum(b, points, 2), "points issued",
                0) &&
           same(b, -b->kinds[JF_ACCOUNT_CASH], b->cash, "cash", 0) &&
           same(b, b->kinds[JF_ACCOUNT_REVENUE], b->revenue, "revenue", 0) &&
           same(b, b->kinds[JF_ACCOUNT_CAPITAL], b->capital, "capital", 0) &&
           same(b, b->kinds[JF_ACCOUNT_WITHDRAWALS], b->withdrawals, "withdrawals", 0) &&
           same(b, -b->kinds[JF_ACCOUNT_REFUND_LOSS], b->lost, "refund losses", 0) &&
           same(b, kinds_sum(b, credit, 3), b->credit_fund + b->lost_credit, "credit fund", 0) &&
           check_dividends(b) && check_tokens(b) && check_releases(b) && check_pots(b) &&
           check_memos(b);
}

/*
 * An index only rises, and not once the cohort is finished, which is for ever.
 * What was released falls by what refunds take back, and by nothing else.
 */
static bool check_course(books *b, const jf_cohort *c)
{
    book_cohort *seen = &b->cohort[c->pool][c->cohort % BOOKS_COHORTS];
    bool fine = c->index >= seen->index && c->released.v >= seen->released - b->step_clawed &&
                (!seen->finished ||
                 (c->finished && c->index == seen->index && c->released.v <= seen->released));
    *seen = (book_cohort){c->index, c->released.v, c->finished};
    return fine ||
           complain(b, "cohort %u of pool %u goes back, or on after its end", c->cohort, c->pool);
}

/* Section 15 (4) for one cohort, as far as totals tell. */
static bool check_cohort(books *b, const jf_cohort *c)
{
    jf_i128 top = (jf_i128)b->highest_cap[c->pool] * JF_PPM_ONE;
    int64_t unclaimed = book_balance(b, 0, JF_COHORT_SLOT(UNCLAIMED, c->pool, c->cohort));
    if (c->index > top)
        return complain(b, "cohort %u of pool %u is above the cap", c->cohort, c->pool);
    if (c->released.v < unclaimed)
        return complain(b, "cohort %u of pool %u: more is unclaimed than was released", c->cohort,
                        c->pool);
    if ((jf_i128)c->points.v * c->index > (jf_i128)c->released.v * JF_INDEX_ONE)
        return complain(b, "cohort %u of pool %u promises more than it released", c->cohort,
                        c->pool);
    return check_course(b, c);
}

static bool check_pools(books *b, const jf_world *w)
{
    bool fine = same(b, w->state.pools, b->pools, "pools", 0);
    b->periods = b->finished = 0;
    for (uint32_t i = 0; fine && i < w->state.pools; i++) {
        int64_t released = 0, points = 0;
        for (uint32_t c = 0; fine && c < w->pools[i]->period; c++) {
            const jf_cohort *cohort = w->pools[i]->cohorts[c];
            fine = check_cohort(b, cohort);
            released += cohort->released.v;
            points += cohort->points.v;
            b->finished += cohort->finished && cohort->points.v > 0;
        }
        b->periods += w->pools[i]->period - 1;
        fine = fine && same(b, released, b->released[i], "released by the cohorts of pool", i) &&
               same(b, w->pools[i]->matured.v, points, "points matured in pool", i);
    }
    return fine;
}

/* After every step. */
static bool books_check(books *b, const jf_world *w)
{
    bool fine = check_funds(b) && check_pools(b, w);
    for (uint32_t i = 0; fine && i < b->touched_count; i++)
        fine = check_party(b, b->touched[i], -1);
    return fine;
}

/* ------------------------------------------------------------------------
 * Now and then: everybody, position by position.
 */

typedef struct holdings {
    int64_t points, entitled;
    int64_t most; /* every position rounded up, which is what a refund leaves */
} holdings;

static holdings holdings_of(books *b, const jf_world *w, uint32_t no)
{
    holdings h = {0, 0, 0};
    for (uint32_t i = 0; i < w->state.pools; i++)
        for (uint32_t c = 1; c <= w->pools[i]->period; c++) {
            int64_t points = book_balance(b, no, JF_COHORT_SLOT(POSITION, i, c));
            h.points += points;
            h.entitled += part(points, w->pools[i]->cohorts[c - 1]->index, JF_INDEX_ONE);
            h.most += tokens_ceiling(points, w->pools[i]->cohorts[c - 1]->index, JF_INDEX_ONE);
        }
    return h;
}

static bool check_everybody(books *b, const jf_world *w)
{
    bool fine = true;
    for (uint32_t no = 1; fine && no <= b->parties; no++) {
        holdings h = holdings_of(b, w, no);
        fine = check_party(b, no, h.points);
        if (credited_to(b, no) > h.most)
            fine = complain(b, "party %u was credited more than it is entitled to", no);
        if (fine && b->chain[no] > 0)
            fine = check_shares(b, no);
    }
    for (uint32_t i = 0; fine && i < w->state.pools; i++)
        for (uint32_t c = 1; fine && c <= w->pools[i]->period; c++) {
            int64_t points = 0;
            for (uint32_t no = 1; no <= b->parties; no++)
                points += book_balance(b, no, JF_COHORT_SLOT(POSITION, i, c));
            fine = same(b, points, w->pools[i]->cohorts[c - 1]->points.v,
                        "the points of all positions of cohort", c);
        }
    return fine;
}

/* account.get shows balances as if credited. */
static bool check_account(books *b, const jf_world *w, const jf_json *command,
                          const jf_json *result)
{
    bool member = text_of(command, "member").n > 0;
    uint32_t no = member ? b->member_no[index_of(text_of(command, "member"))]
                         : b->shop_no[index_of(text_of(command, "shop"))];
    const jf_json *pending = jf_json_get(result, JF_STR("pending"));
    holdings h = holdings_of(b, w, no);
    int64_t money = member ? BOOK(b, no, WALLET) : BOOK(b, no, RECEIVABLE);
    const jf_json *debts = jf_json_get(result, JF_STR("debts"));
    int64_t points = 0, credited = 0;
    for (const jf_json *p = jf_json_get(result, JF_STR("positions"))->child; p; p = p->next) {
        points += decimal_of(p, "points", 2);
        credited += decimal_of(p, "credited", 2);
    }
    int64_t vouchers = BOOK(b, no, VOUCHERS) + credited - credited_to(b, no);
    if (credited < h.entitled || credited > h.most)
        return complain(b, "party %u is shown %lld credited, and entitled to %lld", no,
                        (long long)credited, (long long)h.entitled);
    return same(b, decimal_of(result, member ? "wallet" : "receivable", 2), money, "shown money of",
                no) &&
           same(b, decimal_of(result, "vouchers", 2), vouchers, "shown vouchers of", no) &&
           same(b, points, h.points, "shown points of", no) &&
           same(b, decimal_of(debts, "CNY", 2), -BOOK(b, no, DEBT_CNY), "shown debt of", no) &&
           same(b, decimal_of(result, "credit_debt", 2), BOOK(b, no, CREDIT_DEBT),
                "shown credit debt of", no) &&
           same(b, decimal_of(result, "clawback_debt", 2), clawback_owed(b, no),
                "shown clawback debt of", no) &&
           same(b, decimal_of(result, "tokens", 6), BOOK(b, no, TOKENS), "shown units of", no) &&
           same(b, decimal_of(pending, "points", 2), BOOK(b, no, PENDING_POINTS),
                "shown pending points of", no) &&
           same(b, decimal_of(pending, "vouchers", 2), BOOK(b, no, PENDING_VOUCHERS),
                "shown pending vouchers of", no) &&
           check_shown_rewards(b, no, result) && check_shown_shares(b, no, result) &&
           check_shown_legacy(b, no, result);
}

/* ------------------------------------------------------------------------
 * Who has something, for the next command.
 */

/* The first of all parties from `from` on that has some of an account; its number, or 0. */
static uint32_t somebody_with(books *b, jf_account_kind kind, uint32_t from, bool shop)
{
    for (uint32_t i = 0; i < b->parties; i++) {
        uint32_t no = 1 + (from + i) % b->parties;
        if (b->party[no].shop == shop && book_balance(b, no, jf_slot_of(kind, 0, 0)) > 0)
            return no;
    }
    return 0;
}

/* A share that can be transferred, and a store that can pay a dividend. */
static void name_shareholders(books *b, scene *s)
{
    uint32_t from = scene_below(s, b->holdings + 1);
    for (uint32_t i = 0; i < b->holdings; i++) {
        const book_holding *h = &b->holding[(from + i) % b->holdings];
        uint32_t shop = index_of(b->party[h->shop].id);
        int64_t money = b->party[h->shop].money;
        if (h->shares == 0)
            continue;
        if (s->holders[SCENE_SHARES].has == 0)
            s->holders[SCENE_SHARES] =
                (scene_holder){index_of(b->party[h->member].id), h->shares, shop};
        if (s->holders[SCENE_PROFIT].has == 0 && money > 0)
            s->holders[SCENE_PROFIT] = (scene_holder){0, money, shop};
    }
}

/* Old debts that can be released, or spent. */
static void name_creditors(books *b, scene *s)
{
    uint32_t from = scene_below(s, b->parties + 1);
    for (uint32_t i = 0; i < b->parties; i++) {
        const book_party *p = &b->party[1 + (from + i) % b->parties];
        if (s->holders[SCENE_LEGACY_OWED].has == 0 && p->legacy_owed > 0)
            s->holders[SCENE_LEGACY_OWED] = (scene_holder){index_of(p->id), p->legacy_owed, 0};
        if (s->holders[SCENE_LEGACY_COINS].has == 0 && p->legacy_coins > 0)
            s->holders[SCENE_LEGACY_COINS] = (scene_holder){index_of(p->id), p->legacy_coins, 0};
        if (s->holders[SCENE_BOTH].has == 0 && p->legacy_coins > 0) {
            int64_t vouchers = BOOK(b, 1 + (from + i) % b->parties, VOUCHERS);
            if (vouchers > 0)
                s->holders[SCENE_BOTH] =
                    (scene_holder){index_of(p->id), p->legacy_coins, (uint32_t)vouchers};
        }
    }
}

static void books_name_holders(books *b, scene *s)
{
    static const jf_account_kind kinds[SCENE_LEGACY_OWED] = {
        [SCENE_WALLET] = JF_ACCOUNT_WALLET,     [SCENE_RECEIVABLE] = JF_ACCOUNT_RECEIVABLE,
        [SCENE_VOUCHERS] = JF_ACCOUNT_VOUCHERS, [SCENE_COINS] = JF_ACCOUNT_COINS,
        [SCENE_UNITS] = JF_ACCOUNT_TOKENS,
    };
    memset(s->holders, 0, sizeof s->holders);
    for (int thing = 0; thing < SCENE_LEGACY_OWED; thing++) {
        uint32_t no = somebody_with(b, kinds[thing], scene_below(s, b->parties + 1),
                                    thing == SCENE_RECEIVABLE);
        if (no)
            s->holders[thing] = (scene_holder){
                index_of(b->party[no].id), book_balance(b, no, jf_slot_of(kinds[thing], 0, 0)), 0};
    }
    name_shareholders(b, s);
    name_creditors(b, s);
    s->holders[SCENE_WITHHELD].has = b->withheld - b->remitted;
}

#endif
