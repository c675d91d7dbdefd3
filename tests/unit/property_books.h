/*
 * The oracle of test_property.c: books of its own, kept from what is said.
 *
 * From the journals it keeps every balance; from commands and answers alone it
 * keeps what members, shops and funds should have. After each step both must
 * agree, and with them the invariants of spec section 15. The program's rows
 * are looked at in one place only: the cohorts' indexes.
 *
 * Invariants, by their number in section 15, are checked in: books_journal (1,
 * 3), check_party (1), check_funds (2), check_cohort (4), check_everybody (4).
 */
#ifndef TESTS_PROPERTY_BOOKS_H
#define TESTS_PROPERTY_BOOKS_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/engine.h"
#include "app/journal.h"
#include "core/ledger.h"
#include "core/pool.h"

#define BOOKS_POOLS 2
#define BOOKS_POLICIES 256
#define BOOKS_PARTIES 4096
#define BOOKS_COHORTS 16384

/* An account as the journals make it. */
typedef struct book_account {
    uint32_t owner;
    jf_slot slot;
    int64_t balance;
    uint64_t last;
} book_account;

/* What a party should have, pending or not, by the answers; shops also have terms. */
typedef struct book_party {
    bool shop, cash_shop;
    int64_t rebate, max_voucher; /* ppm */
    int64_t money;               /* wallet or receivable */
    int64_t vouchers;            /* apart from releases: paid in, out, and by the lock */
    int64_t coins, points, token_money;
    int64_t credited; /* releases credited, by the journals */
} book_party;

/* A cohort as it was seen after the step before. */
typedef struct book_cohort {
    int64_t index, released;
    bool finished;
} book_cohort;

typedef struct book_policy {
    int32_t from;
    int64_t member, shop; /* points, ppm */
    bool takes_members, takes_shops;
    int64_t cap[BOOKS_POOLS];
} book_policy;

typedef struct books {
    jf_arena arena;
    jf_map accounts;
    int64_t kinds[JF_ACCOUNT_KINDS];
    book_party *party; /* by number */
    uint32_t parties, members, shops;
    uint32_t *member_no, *shop_no; /* of "m0", "s0", …; 0: was refused */
    book_policy *policy;
    uint32_t policies, pools;
    int64_t highest_cap[BOOKS_POOLS];
    book_cohort *cohort[BOOKS_POOLS];
    uint64_t journals;
    int32_t journal_day;
    int64_t cash, revenue, capital, credit_fund, token_pool, dividend[BOOKS_POOLS];
    int64_t released[BOOKS_POOLS], step_released, step_credited; /* by the journals */
    uint32_t touched[4096], touched_count;
    uint64_t periods, finished, dust_sweeps, scans, shop_buyers, voucher_orders, matured;
    char complaint[500];
} books;

static bool complain(books *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool complain(books *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!b->complaint[0])
        vsnprintf(b->complaint, sizeof b->complaint, format, args);
    va_end(args);
    return false;
}

static bool same(books *b, int64_t got, int64_t expected, const char *what, int64_t which)
{
    return got == expected || complain(b, "%s %lld: %lld, expected %lld", what, (long long)which,
                                       (long long)got, (long long)expected);
}

static void books_init(books *b)
{
    *b = (books){0};
    jf_arena_init(&b->arena, 1 << 20);
    jf_map_init(&b->accounts);
    b->party = JF_NEW_ARRAY(&b->arena, book_party, BOOKS_PARTIES);
    b->member_no = JF_NEW_ARRAY(&b->arena, uint32_t, BOOKS_PARTIES);
    b->shop_no = JF_NEW_ARRAY(&b->arena, uint32_t, BOOKS_PARTIES);
    b->policy = JF_NEW_ARRAY(&b->arena, book_policy, BOOKS_POLICIES);
    for (int i = 0; i < BOOKS_POOLS; i++)
        b->cohort[i] = JF_NEW_ARRAY(&b->arena, book_cohort, BOOKS_COHORTS);
}

static void books_free(books *b)
{
    jf_map_free(&b->accounts);
    jf_arena_free(&b->arena);
}

/* ------------------------------------------------------------------------
 * Journals.
 */

static bool account_is(const void *item, const void *key)
{
    const book_account *a = item, *k = key;
    return a->owner == k->owner && a->slot == k->slot;
}

static book_account *book_account_of(books *b, uint32_t owner, jf_slot slot)
{
    book_account key = {.owner = owner, .slot = slot};
    uint64_t hash = jf_map_mix((uint64_t)owner << 32 | slot);
    book_account *a = jf_map_find(&b->accounts, hash, account_is, &key);
    if (a)
        return a;
    a = JF_NEW(&b->arena, book_account);
    *a = key;
    jf_map_put(&b->accounts, hash, a);
    return a;
}

static int64_t book_balance(books *b, uint32_t owner, jf_slot slot)
{
    book_account key = {.owner = owner, .slot = slot};
    const book_account *a =
        jf_map_find(&b->accounts, jf_map_mix((uint64_t)owner << 32 | slot), account_is, &key);
    return a ? a->balance : 0;
}

/* Section 15 (3): what may be below 0 is the platform's own, or counts what was issued. */
static bool may_be_negative(jf_account_kind kind)
{
    return kind == JF_ACCOUNT_CASH || kind == JF_ACCOUNT_REVENUE ||
           kind == JF_ACCOUNT_VOUCHERS_ISSUED || kind == JF_ACCOUNT_COINS_ISSUED ||
           kind == JF_ACCOUNT_POINTS_ISSUED;
}

static bool books_posting(books *b, const jf_journal_row *row, const jf_posting_row *p)
{
    book_account *a = book_account_of(b, p->owner, p->slot);
    jf_account_kind kind = jf_slot_kind(p->slot);
    jf_reason why = (jf_reason)(p->why & 255);
    uint64_t before = a->last == row->number ? p->before : a->last;
    a->balance += p->amount;
    b->kinds[kind] += p->amount;
    if (kind == JF_ACCOUNT_VOUCHERS && why == JF_WHY_CREDITING) {
        b->party[p->owner].credited += p->amount;
        b->step_credited += p->amount;
    }
    if (kind == JF_ACCOUNT_DIVIDEND && why == JF_WHY_RELEASE) {
        b->released[jf_slot_pool(p->slot)] -= p->amount;
        b->step_released -= p->amount;
    }
    a->last = row->number;
    if (p->owner && b->touched_count < 4096)
        b->touched[b->touched_count++] = p->owner;
    if (a->balance < 0 && !may_be_negative(kind))
        return complain(b, "an account of kind %d of party %u falls to %lld", (int)kind, p->owner,
                        (long long)a->balance);
    if (p->before != before)
        return complain(b, "journal %llu says that it follows %llu on an account, not %llu",
                        (unsigned long long)row->number, (unsigned long long)p->before,
                        (unsigned long long)before);
    return same(b, p->balance, a->balance, "the balance after a posting of journal",
                (int64_t)row->number);
}

/* One journal: the next number, no earlier day, sums of zero, right balances. */
static bool books_journal(books *b, const jf_journal_row *row)
{
    jf_arena arena;
    jf_posting_row *list;
    uint32_t count;
    int64_t sums[JF_UNIT_COUNT] = {0};
    bool fine = same(b, (int64_t)row->number, (int64_t)++b->journals, "journal", 0);
    if (row->day.n < b->journal_day)
        fine = complain(b, "journal %llu goes back in time", (unsigned long long)row->number);
    b->journal_day = row->day.n;
    b->matured += row->kind == JF_JOURNAL_MATURITY;
    jf_arena_init(&arena, 0);
    if (!jf_journal_postings(&arena, row->postings, &list, &count))
        fine = complain(b, "journal %llu cannot be read", (unsigned long long)row->number);
    for (uint32_t i = 0; fine && i < count; i++) {
        sums[jf_account_type_of(jf_slot_kind(list[i].slot))->unit] += list[i].amount;
        fine = books_posting(b, row, &list[i]);
    }
    for (int unit = 0; fine && unit < JF_UNIT_COUNT; unit++)
        fine = same(b, sums[unit], 0, "the sum of a journal in unit", unit);
    jf_arena_free(&arena);
    return fine;
}

static bool journal_taken(void *context, const void *row)
{
    return books_journal(context, row);
}

/* Everything that was written since the last call. */
static bool books_read_journals(books *b, jf_store *store)
{
    jf_store_error error;
    b->step_released = b->step_credited = 0;
    b->touched_count = 0;
    if (store->ops->journal_scan(store, b->journals + 1, journal_taken, b, &error) != JF_STORE_OK)
        return complain(b, "the store failed: %s", error.message);
    return b->complaint[0] == '\0';
}

/* ------------------------------------------------------------------------
 * Commands and their answers.
 */

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

/* The version in force on a day: the greatest `from`, the later set among equals. */
static const book_policy *policy_on(const books *b, int32_t day)
{
    const book_policy *best = NULL;
    for (uint32_t i = 0; i < b->policies; i++)
        if (b->policy[i].from <= day && (!best || b->policy[i].from >= best->from))
            best = &b->policy[i];
    return best;
}

static void know_shop(const jf_json *command, book_party *shop, bool fresh)
{
    jf_str kind = text_of(command, "kind");
    if (fresh) {
        shop->shop = true;
        shop->cash_shop = jf_str_eq(kind, JF_STR("self")) || jf_str_eq(kind, JF_STR("supply"));
        shop->max_voucher = JF_PPM_ONE;
    }
    if (text_of(command, "rebate").n)
        shop->rebate = decimal_of(command, "rebate", 6);
    if (text_of(command, "max_voucher_ratio").n)
        shop->max_voucher = decimal_of(command, "max_voucher_ratio", 6);
}

/* One row of the allocation goes to whom it names; returns its amount. */
static int64_t know_share(books *b, const jf_json *row)
{
    int64_t amount = decimal_of(row, "amount", 2);
    jf_str to = text_of(row, "to"), who = text_of(row, "who");
    if (jf_str_eq(to, JF_STR("platform")))
        b->revenue += amount;
    else if (jf_str_eq(to, JF_STR("dividend")))
        b->dividend[index_of(who)] += amount;
    else if (jf_str_eq(to, JF_STR("credit_fund")))
        b->credit_fund += amount;
    else if (jf_str_eq(to, JF_STR("lock")))
        shop_of_books(b, who)->vouchers += amount;
    else if (jf_str_eq(to, JF_STR("coin")))
        member_of_books(b, who)->coins += amount;
    else if (jf_str_eq(to, JF_STR("token_pool")))
        member_of_books(b, who)->token_money += amount;
    else
        member_of_books(b, who)->money += amount;
    return amount;
}

/* ⌊a · b / d⌋ for what is not negative. */
static int64_t part(int64_t a, int64_t b, int64_t d)
{
    return (int64_t)((jf_i128)a * b / d);
}

static bool know_points(books *b, const jf_json *result, int64_t rebate, int32_t day,
                        book_party *buyer, book_party *shop)
{
    const book_policy *policy = policy_on(b, day);
    const jf_json *points = jf_json_get(result, JF_STR("points"));
    int64_t for_buyer = decimal_of(points, "buyer", 2), for_shop = decimal_of(points, "shop", 2);
    buyer->points += for_buyer;
    shop->points += for_shop;
    return same(b, for_buyer, policy->takes_members ? part(rebate, policy->member, JF_PPM_ONE) : 0,
                "the buyer's points of a rebate of", rebate) &&
           same(b, for_shop, policy->takes_shops ? part(rebate, policy->shop, JF_PPM_ONE) : 0,
                "the shop's points of a rebate of", rebate);
}

/* Section 4, from A, V and R; what the allocation adds up to is R. */
static bool know_order(books *b, const jf_json *command, const jf_json *result, int32_t day)
{
    bool member = text_of(command, "member").n > 0;
    book_party *buyer = member ? member_of_books(b, text_of(command, "member"))
                               : shop_of_books(b, text_of(command, "buyer_shop"));
    book_party *shop = shop_of_books(b, text_of(command, "shop"));
    int64_t amount = decimal_of(command, "amount", 2), voucher = decimal_of(command, "voucher", 2);
    int64_t rebate = decimal_of(result, "rebate", 2), sum = 0;
    int64_t in_vouchers = part(rebate, voucher, amount), cash = amount - voucher;
    if (voucher > part(amount, shop->max_voucher, JF_PPM_ONE))
        return complain(b, "more vouchers than the shop takes");
    b->cash += cash;
    buyer->vouchers -= voucher;
    shop->money += cash - (rebate - in_vouchers);
    *(shop->cash_shop ? &shop->money : &shop->vouchers) += voucher - in_vouchers;
    for (const jf_json *row = jf_json_get(result, JF_STR("allocation"))->child; row;
         row = row->next)
        sum += know_share(b, row);
    b->shop_buyers += !member;
    b->voucher_orders += voucher > 0;
    b->scans += jf_json_get(command, JF_STR("scan")) != NULL && member;
    return same(b, rebate, part(amount, shop->rebate, JF_PPM_ONE), "the rebate of", amount) &&
           same(b, decimal_of(result, "cash", 2), cash, "the cash of", amount) &&
           same(b, decimal_of(result, "voucher", 2), voucher, "the vouchers of", amount) &&
           same(b, sum, rebate, "the shares of a rebate of", rebate) &&
           know_points(b, result, rebate, day, buyer, shop);
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
        return true;
    case JF_CMD_SHOP_CREATE:
        b->shop_no[index_of(text_of(command, "id"))] = ++b->parties;
        know_shop(command, &b->party[b->parties], true);
        return true;
    case JF_CMD_SHOP_UPDATE:
        know_shop(command, shop_of_books(b, text_of(command, "shop")), false);
        return true;
    case JF_CMD_ORDER_PAY:
        return know_order(b, command, result, day);
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

/* ------------------------------------------------------------------------
 * Do both sides agree?
 */

#define BOOK(b, owner, KIND) book_balance((b), (owner), jf_slot_of(JF_ACCOUNT_##KIND, 0, 0))

static bool check_party(books *b, uint32_t no, int64_t positions)
{
    const book_party *p = &b->party[no];
    int64_t money =
        BOOK(b, no, PENDING_WALLET) + (p->shop ? BOOK(b, no, RECEIVABLE) : BOOK(b, no, WALLET));
    return same(b, money, p->money, "the money of party", no) &&
           same(b, BOOK(b, no, VOUCHERS) + BOOK(b, no, PENDING_VOUCHERS) - p->credited, p->vouchers,
                "the vouchers, apart from releases, of party", no) &&
           same(b, BOOK(b, no, COINS) + BOOK(b, no, PENDING_COINS), p->coins, "coins of party",
                no) &&
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

/* Section 15 (2), and what came in is where it should be. */
static bool check_funds(books *b)
{
    static const jf_account_kind vouchers[] = {JF_ACCOUNT_VOUCHERS, JF_ACCOUNT_UNCLAIMED};
    static const jf_account_kind points[] = {JF_ACCOUNT_POSITION, JF_ACCOUNT_PENDING_POINTS};
    static const jf_account_kind tokens[] = {JF_ACCOUNT_TOKEN_POOL, JF_ACCOUNT_PENDING_TOKENS};
    static const jf_account_kind credit[] = {JF_ACCOUNT_CREDIT_FUND,
                                             JF_ACCOUNT_PENDING_CREDIT_FUND};
    int64_t outstanding = kinds_sum(b, vouchers, 2), token_money = 0;
    for (uint32_t no = 1; no <= b->parties; no++)
        token_money += b->party[no].token_money;
    bool fine =
        same(b, b->kinds[JF_ACCOUNT_VOUCHER_RESERVE], outstanding, "voucher reserve", 0) &&
        same(b, -b->kinds[JF_ACCOUNT_VOUCHERS_ISSUED], outstanding, "vouchers issued", 0) &&
        same(b, b->kinds[JF_ACCOUNT_COIN_RESERVE], b->kinds[JF_ACCOUNT_COINS], "coin reserve", 0) &&
        same(b, -b->kinds[JF_ACCOUNT_POINTS_ISSUED], kinds_sum(b, points, 2), "points issued", 0) &&
        same(b, -b->kinds[JF_ACCOUNT_CASH], b->cash, "cash", 0) &&
        same(b, b->kinds[JF_ACCOUNT_REVENUE], b->revenue, "revenue", 0) &&
        same(b, b->kinds[JF_ACCOUNT_CAPITAL], b->capital, "capital", 0) &&
        same(b, kinds_sum(b, credit, 2), b->credit_fund, "credit fund", 0) &&
        same(b, kinds_sum(b, tokens, 2), token_money, "token pool", 0);
    for (uint32_t pool = 0; fine && pool < b->pools; pool++) {
        int64_t fund = book_balance(b, 0, JF_POOL_SLOT(DIVIDEND, pool)) +
                       book_balance(b, 0, JF_POOL_SLOT(PENDING_DIVIDEND, pool));
        fine = same(b, fund + b->released[pool], b->dividend[pool], "the dividends of pool", pool);
    }
    return fine;
}

/* An index only rises, and not once the cohort is finished, which is for ever. */
static bool check_course(books *b, const jf_cohort *c)
{
    book_cohort *seen = &b->cohort[c->pool][c->cohort % BOOKS_COHORTS];
    bool moved = c->index != seen->index || c->released.v != seen->released;
    bool fine = c->index >= seen->index && c->released.v >= seen->released &&
                (!seen->finished || (c->finished && !moved));
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
} holdings;

static holdings holdings_of(books *b, const jf_world *w, uint32_t no)
{
    holdings h = {0, 0};
    for (uint32_t i = 0; i < w->state.pools; i++)
        for (uint32_t c = 1; c <= w->pools[i]->period; c++) {
            int64_t points = book_balance(b, no, JF_COHORT_SLOT(POSITION, i, c));
            h.points += points;
            h.entitled += part(points, w->pools[i]->cohorts[c - 1]->index, JF_INDEX_ONE);
        }
    return h;
}

static bool check_everybody(books *b, const jf_world *w)
{
    bool fine = true;
    for (uint32_t no = 1; fine && no <= b->parties; no++) {
        holdings h = holdings_of(b, w, no);
        fine = check_party(b, no, h.points);
        if (b->party[no].credited > h.entitled)
            fine = complain(b, "party %u was credited more than it is entitled to", no);
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
    int64_t vouchers = BOOK(b, no, VOUCHERS) + h.entitled - b->party[no].credited;
    int64_t points = 0;
    for (const jf_json *p = jf_json_get(result, JF_STR("positions"))->child; p; p = p->next)
        points += decimal_of(p, "points", 2);
    return same(b, decimal_of(result, member ? "wallet" : "receivable", 2), money, "shown money of",
                no) &&
           same(b, decimal_of(result, "vouchers", 2), vouchers, "shown vouchers of", no) &&
           same(b, points, h.points, "shown points of", no) &&
           same(b, decimal_of(pending, "points", 2), BOOK(b, no, PENDING_POINTS),
                "shown pending points of", no) &&
           same(b, decimal_of(pending, "vouchers", 2), BOOK(b, no, PENDING_VOUCHERS),
                "shown pending vouchers of", no);
}

#endif
