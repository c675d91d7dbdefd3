/*
 * The oracle of test_property.c: books of its own, kept from what is said.
 *
 * From the journals it keeps every balance; from commands and answers alone
 * (property_know.h, property_rewards.h, property_memos.h, property_tokens.h) what
 * members, shops and funds should have. After each step both must agree
 * (property_checks.h), and with them the invariants of spec section 15. The
 * program's rows are looked at in one place only: the cohorts' indexes.
 *
 * Checked here: every journal balances (15: 1), no balance that may not is below
 * 0 (3), and the price of a unit never falls (5).
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

#include "property_tokens.h"

#define BOOKS_POOLS 2
#define BOOKS_POLICIES 256
#define BOOKS_PARTIES 4096
#define BOOKS_ORDERS 8192 /* serial numbers of a stream */
#define BOOKS_PARTS 32    /* rows of an order's allocation */
#define BOOKS_COHORTS 16384
#define BOOKS_ENTRIES 16 /* reward programs in a policy */
#define BOOKS_RATES 8    /* of one program */
#define BOOKS_COUNTS 4   /* turnovers that one order counts for */
#define BOOKS_HOLDINGS 4096

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
    int64_t coins, points;
    bool mall; /* takes coins */
    bool self, chain;
    uint32_t referrer, home, owner, staff, manager;
    int64_t legacy_owed, legacy_coins; /* of an old debt: not released yet, and released */
    jf_str id;
    token_day price; /* of its sales today */
} book_party;

typedef enum book_to {
    TO_DIVIDEND,
    TO_CREDIT,
    TO_LOCK,
    TO_COIN,
    TO_TOKENS,
    TO_WALLET,
    TO_POT
} book_to;

typedef struct book_part {
    book_to to;
    uint32_t who; /* party, pool or program */
    int64_t amount;
} book_part;

/* A month's turnover that an order counts for when it matures. */
typedef struct book_count {
    uint32_t program, who;
} book_count;

typedef struct book_order {
    uint64_t number; /* of its journal */
    jf_str id;
    const struct book_policy *policy;
    uint32_t buyer, shop;
    int32_t day;
    bool cash_shop, waits; /* waits: points and shares have not matured */
    int64_t amount, voucher, credit, rebate, in_vouchers, buyer_points, shop_points;
    int64_t legacy, paid; /* consumption coins; what is left of the amount */
    int64_t refunded, refunded_held;
    book_part parts[BOOKS_PARTS];
    uint32_t part_count;
    book_count counts[BOOKS_COUNTS];
    uint32_t count_count;
    token_lot *lot;
} book_order;

typedef struct book_withdrawal {
    uint32_t party;
    int64_t amount, tax;
    enum { WITHDRAWAL_NONE, WITHDRAWAL_ASKED, WITHDRAWAL_APPROVED, WITHDRAWAL_OVER } state;
} book_withdrawal;

/* A cohort as it was seen after the step before. */
typedef struct book_cohort {
    int64_t index, released;
    bool finished;
} book_cohort;

/* The entry of a reward program. */
typedef struct book_entry {
    uint32_t program; /* a jf_to */
    bool of_amount;
    int64_t rate, base_pay, peer;
    int64_t rates[BOOKS_RATES], bars[BOOKS_RATES];
    uint32_t rate_count;
    int64_t depth; /* uplines */
} book_entry;

/* Shares of a chain store that a member has or had. */
typedef struct book_holding {
    uint32_t shop, member;
    int64_t shares;
} book_holding;

typedef struct book_policy {
    int32_t from;
    int64_t member, shop; /* points, ppm */
    bool takes_members, takes_shops;
    int32_t window, hold; /* days */
    token_rules token;
    book_entry entries[BOOKS_ENTRIES];
    uint32_t entry_count;
    int64_t withholding, coin_ratio; /* ppm */
    char preset;                     /* its first letter, or 0 */
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
    jf_str pool_name[BOOKS_POOLS];
    int64_t highest_cap[BOOKS_POOLS];
    book_cohort *cohort[BOOKS_POOLS];
    uint64_t journals;
    int32_t journal_day;
    int64_t cash, revenue, capital, credit_fund, withdrawals, dust, dividend[BOOKS_POOLS];
    int64_t lost, lost_credit, lost_dividend[BOOKS_POOLS]; /* refunds that nobody gave back */
    int64_t token_waits;
    tokens tokens;
    int64_t *token_paid;             /* by party: for units, less what refunds took back */
    int64_t price_over, price_under; /* by the journals */
    int64_t *standing[JF_TO_COUNT], *turnover[JF_TO_COUNT]; /* by party */
    int64_t pot[JF_TO_COUNT], pot_waits[JF_TO_COUNT];
    uint32_t months_seen; /* programs of this day's end, as bits */
    int64_t imported, granted, spent, withheld, remitted;
    uint32_t *chain; /* by party: the number of a store with shares */
    uint32_t chains;
    book_holding *holding;
    uint32_t holdings;
    book_order *order; /* by serial number */
    uint32_t orders;   /* the greatest serial number, and one */
    book_withdrawal *withdrawal;
    int64_t released[BOOKS_POOLS]; /* by the journals, less what refunds took back */
    int64_t step_released, step_credited, step_debt, step_credit, step_clawed, step_repaid,
        step_given[BOOKS_POOLS];
    uint32_t touched[BOOKS_PARTIES], touched_count, *touched_in, reads;
    uint64_t periods, finished, dust_sweeps, scans, shop_buyers, voucher_orders, matured;
    uint64_t credit_orders, partial_refunds, held_refunds, late_refunds, clawbacks, lossy, in_debt,
        credit_refunds;
    uint64_t program_rows[JF_TO_COUNT], preset_orders[256], preset_periods;
    uint64_t mixed, months_paid, cut_pots, empty_pots, promotions, discounts, free_orders, taxed,
        dividends;
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
    b->token_paid = JF_NEW_ARRAY(&b->arena, int64_t, BOOKS_PARTIES);
    b->order = JF_NEW_ARRAY(&b->arena, book_order, BOOKS_ORDERS);
    b->chain = JF_NEW_ARRAY(&b->arena, uint32_t, BOOKS_PARTIES);
    b->holding = JF_NEW_ARRAY(&b->arena, book_holding, BOOKS_HOLDINGS);
    b->touched_in = JF_NEW_ARRAY(&b->arena, uint32_t, BOOKS_PARTIES);
    b->tokens.stakes = JF_NEW_ARRAY(&b->arena, token_stake, BOOKS_PARTIES);
    for (uint32_t to = 0; to < JF_TO_COUNT; to++) {
        b->standing[to] = JF_NEW_ARRAY(&b->arena, int64_t, BOOKS_PARTIES);
        b->turnover[to] = JF_NEW_ARRAY(&b->arena, int64_t, BOOKS_PARTIES);
    }
    b->withdrawal = JF_NEW_ARRAY(&b->arena, book_withdrawal, BOOKS_ORDERS);
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
           kind == JF_ACCOUNT_POINTS_ISSUED || kind == JF_ACCOUNT_TOKENS_ISSUED ||
           kind == JF_ACCOUNT_OWED_CREDIT || kind == JF_ACCOUNT_OWED_CLAWBACK ||
           kind == JF_ACCOUNT_DEBT_CNY || kind == JF_ACCOUNT_DEBT_VOUCHER ||
           kind == JF_ACCOUNT_DEBT_COIN || kind == JF_ACCOUNT_REFUND_LOSS ||
           kind == JF_ACCOUNT_STANDINGS_GIVEN || kind == JF_ACCOUNT_TURNOVER_COUNTED ||
           kind == JF_ACCOUNT_TURNOVER || kind == JF_ACCOUNT_SHARES_ISSUED ||
           kind == JF_ACCOUNT_LEGACY_OPEN;
}

/* What a refund takes out of a fund, puts back into it, and leaves as debts. */
static void books_refund_posting(books *b, const jf_posting_row *p)
{
    jf_account_kind kind = jf_slot_kind(p->slot);
    bool debt = kind == JF_ACCOUNT_DEBT_CNY || kind == JF_ACCOUNT_DEBT_VOUCHER ||
                kind == JF_ACCOUNT_DEBT_COIN || kind == JF_ACCOUNT_OWED_CLAWBACK;
    if (debt)
        b->step_debt -= p->amount;
    if (kind == JF_ACCOUNT_OWED_CLAWBACK || (kind == JF_ACCOUNT_DIVIDEND && p->amount > 0)) {
        int64_t back = p->amount < 0 ? -p->amount : p->amount;
        b->released[jf_slot_pool(p->slot)] -= back;
        b->step_clawed += back;
        b->clawbacks++;
    } else if (kind == JF_ACCOUNT_DIVIDEND) {
        b->step_given[jf_slot_pool(p->slot)] -= p->amount;
    } else if (kind == JF_ACCOUNT_CREDIT_FUND) {
        *(p->amount < 0 ? &b->step_credit : &b->step_repaid) +=
            p->amount < 0 ? -p->amount : p->amount;
    }
}

/* The party is to be checked after this step. */
static void books_touch(books *b, uint32_t no)
{
    if (no == 0 || b->touched_in[no] == b->reads)
        return;
    b->touched_in[no] = b->reads;
    b->touched[b->touched_count++] = no;
}

static bool books_posting(books *b, const jf_journal_row *row, const jf_posting_row *p)
{
    book_account *a = book_account_of(b, p->owner, p->slot);
    jf_account_kind kind = jf_slot_kind(p->slot);
    jf_reason why = (jf_reason)(p->why & 255);
    uint64_t before = a->last == row->number ? p->before : a->last;
    a->balance += p->amount;
    b->kinds[kind] += p->amount;
    if (kind == JF_ACCOUNT_UNCLAIMED && why == JF_WHY_CREDITING && row->kind == JF_JOURNAL_COMMAND)
        b->step_credited -= p->amount;
    if (why == JF_WHY_REFUND)
        books_refund_posting(b, p);
    if (kind == JF_ACCOUNT_DIVIDEND && why == JF_WHY_RELEASE) {
        b->released[jf_slot_pool(p->slot)] -= p->amount;
        b->step_released -= p->amount;
    }
    a->last = row->number;
    books_touch(b, p->owner);
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

/* The version in force on a day: the greatest `from`, the later set among equals. */
static const book_policy *policy_on(const books *b, int32_t day)
{
    const book_policy *best = NULL;
    for (uint32_t i = 0; i < b->policies; i++)
        if (b->policy[i].from <= day && (!best || b->policy[i].from >= best->from))
            best = &b->policy[i];
    return best;
}

/* ⌊a · b / d⌋ for what is not negative. */
static int64_t part(int64_t a, int64_t b, int64_t d)
{
    return (int64_t)((jf_i128)a * b / d);
}

/* The order's part for the appreciation pool enters it, less what was refunded before. */
static void order_mints(books *b, book_order *o, int32_t day)
{
    const token_rules *now = &policy_on(b, day)->token;
    for (uint32_t i = 0; i < o->part_count; i++) {
        int64_t inflow = o->parts[i].amount - part(o->parts[i].amount, o->refunded, o->amount);
        if (o->parts[i].to != TO_TOKENS)
            continue;
        b->token_waits -= inflow;
        if (inflow > 0)
            o->lot = tokens_mint(&b->tokens, &o->policy->token, now, inflow);
        if (o->lot) {
            o->lot->owner = o->buyer;
            o->lot->spend = o->paid - part(o->paid, o->refunded, o->amount);
            o->lot->member = b->party[o->buyer].id;
            o->lot->order = o->id;
        }
        tokens_exits(&b->tokens, now, b->token_paid);
    }
}

/* What the programs get of an order, and the end of a month: property_rewards.h. */
static void order_rewards(books *b, const book_order *o);
static bool month_ended(books *b, uint64_t program, int32_t day);
static bool months_ended(books *b, int32_t day);

static bool order_matures(books *b, uint64_t number, int32_t day)
{
    for (uint32_t i = 0; i < b->orders; i++) {
        book_order *o = &b->order[i];
        if (o->number != number)
            continue;
        if (!o->waits || o->day + o->policy->hold != day)
            return complain(b, "order %u matures on a wrong day", i);
        o->waits = false;
        order_rewards(b, o);
        order_mints(b, o, day);
        return true;
    }
    return complain(b, "journal %llu is no order that could mature", (unsigned long long)number);
}

/* Section 15 (5), as exact fractions; a pool without units has its last price. */
static bool price_holds(books *b)
{
    int64_t pool = b->kinds[JF_ACCOUNT_TOKEN_POOL], units = b->kinds[JF_ACCOUNT_TOKENS];
    if (units == 0)
        return true;
    if (b->price_under > 0 && (jf_i128)pool * b->price_under < (jf_i128)b->price_over * units)
        return complain(b, "the price of a unit falls to %lld / %lld", (long long)pool,
                        (long long)units);
    b->price_over = pool;
    b->price_under = units;
    return true;
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
    b->preset_periods += row->kind == JF_JOURNAL_CLOSE && policy_on(b, row->day.n)->preset;
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
    if (fine && row->kind == JF_JOURNAL_MATURITY)
        fine = order_matures(b, row->subject, row->day.n);
    if (fine && row->kind == JF_JOURNAL_MONTH)
        fine = month_ended(b, row->subject, row->day.n);
    if (fine && row->kind == JF_JOURNAL_DAY)
        fine = months_ended(b, row->day.n);
    return fine && price_holds(b);
}

static bool journal_taken(void *context, const void *row)
{
    return books_journal(context, row);
}

/* Everything that was written since the last call. */
static bool books_read_journals(books *b, jf_store *store)
{
    jf_store_error error;
    b->step_released = b->step_credited = b->step_debt = b->step_credit = 0;
    b->step_clawed = b->step_repaid = 0;
    memset(b->step_given, 0, sizeof b->step_given);
    b->touched_count = 0;
    b->reads++;
    if (store->ops->journal_scan(store, b->journals + 1, journal_taken, b, &error) != JF_STORE_OK)
        return complain(b, "the store failed: %s", error.message);
    return b->complaint[0] == '\0';
}

/* ------------------------------------------------------------------------
 * Commands and answers as JSON.
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

static int64_t integer_of(const jf_json *object, const char *key)
{
    const jf_json *value = jf_json_get(object, jf_str_of(key));
    return value ? value->integer : 0;
}

#endif
