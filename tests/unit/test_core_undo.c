/*
 * A refused command has not happened (spec sections 17, 18): whatever it did on
 * the way - days closed, points matured, accounts credited, rows opened - is
 * taken back.
 *
 * Each way to be refused is tried on books with pending orders and running
 * cohorts, on the open day and on a later one, in a fresh batch and in the
 * middle of one. The working set is the same before and after, and what comes
 * next leaves the same hash chain and the same rows as without the refusal. The
 * same holds for commands that are only tried.
 */
#include <stdio.h>
#include <string.h>

#include "app/audit.h"
#include "app/engine.h"

#include "tap.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* An engine on a memory store of its own, and the last answer. */
typedef struct books {
    jf_store *store;
    jf_engine *engine;
    jf_buf answer;
    jf_code code;
} books;

static void keep_answer(void *context, const jf_answer *answer)
{
    books *b = context;
    b->code = answer->code;
    jf_buf_clear(&b->answer);
    jf_buf_str(&b->answer, answer->text);
}

static void fail_loudly(const jf_store_error *error)
{
    tap_diag("the store failed: %s", error->message);
}

static void books_open(books *b)
{
    jf_store_error error;
    jf_engine_options options = {.batch = 100000, .answer = keep_answer, .context = b};
    *b = (books){0};
    jf_buf_init(&b->answer, NULL);
    if (jf_store_memory_open(&b->store, &error) != JF_STORE_OK ||
        jf_engine_open(&b->engine, b->store, &options, &error) != JF_STORE_OK)
        fail_loudly(&error);
}

static void books_close(books *b)
{
    jf_engine_close(b->engine);
    jf_store_close(b->store);
    jf_buf_free(&b->answer);
}

static void books_flush(books *b)
{
    jf_store_error error;
    if (jf_engine_flush(b->engine, &error) != JF_STORE_OK)
        fail_loudly(&error);
}

static void books_line(books *b, const char *line)
{
    jf_store_error error;
    if (jf_engine_line(b->engine, jf_str_of(line), NULL, &error) != JF_STORE_OK)
        fail_loudly(&error);
}

static void books_lines(books *b, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        books_line(b, lines[i]);
}

/* ------------------------------------------------------------------------
 * What the working set holds, as a number that does not depend on order.
 */

static uint64_t mixed(uint64_t hash, uint64_t value)
{
    return jf_map_mix(hash ^ value) + 0x9e3779b97f4a7c15u;
}

static uint64_t account_digest(const jf_account *a)
{
    uint64_t hash = mixed(a->owner, a->slot);
    hash = mixed(hash, (uint64_t)a->balance);
    hash = mixed(hash, (uint64_t)a->credited);
    return mixed(hash, a->last);
}

static uint64_t accounts_digest(const jf_map *map)
{
    uint64_t sum = 0;
    const jf_account *a;
    for (uint64_t at = 0; (a = jf_map_next(map, &at)) != NULL;)
        sum += a->row.exists ? account_digest(a) : 0;
    return sum;
}

static uint64_t parties_digest(const jf_map *map)
{
    uint64_t sum = 0;
    const jf_party *p;
    for (uint64_t at = 0; (p = jf_map_next(map, &at)) != NULL;) {
        if (!p->row.exists)
            continue;
        uint64_t hash = mixed(p->no, p->home);
        hash = mixed(hash, p->referrer);
        hash = mixed(hash, (uint64_t)p->rebate.v);
        sum += mixed(hash, (uint64_t)p->max_voucher.v);
    }
    return sum;
}

static uint64_t cohort_digest(const jf_cohort *c)
{
    uint64_t hash = mixed(c->pool, c->cohort);
    hash = mixed(hash, (uint64_t)c->points.v);
    hash = mixed(hash, (uint64_t)c->index);
    hash = mixed(hash, (uint64_t)c->growth);
    hash = mixed(hash, (uint64_t)c->released.v);
    return mixed(hash, c->finished);
}

static uint64_t pools_digest(const jf_world *w)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < w->state.pools; i++) {
        const jf_pool *p = w->pools[i];
        uint64_t hash = mixed(p->period, p->first_active);
        hash = mixed(hash, (uint64_t)p->matured.v);
        hash = mixed(hash, (uint64_t)p->matured_before.v);
        hash = mixed(hash, (uint64_t)p->flow_before.v);
        hash = mixed(hash, (uint64_t)p->rebates.v);
        hash = mixed(hash, (uint64_t)p->released.v);
        sum += mixed(hash, (uint64_t)p->last_close.n);
        for (uint32_t c = 0; c < p->period; c++)
            sum += cohort_digest(p->cohorts[c]);
    }
    return sum;
}

static uint64_t seats_digest(const jf_world *w)
{
    uint64_t sum = 0;
    const jf_seat *seat;
    for (uint64_t at = 0; (seat = jf_map_next(&w->seats, &at)) != NULL;) {
        uint64_t hash = mixed(seat->region, seat->row.exists ? seat->count : 99);
        for (uint32_t i = 0; seat->row.exists && i < seat->count; i++)
            hash = mixed(hash, mixed(seat->holders[i].party, seat->holders[i].weight));
        sum += seat->row.exists ? hash : 0;
    }
    return sum;
}

typedef struct digest {
    uint64_t accounts, parties, pools, seats, totals;
    uint64_t journals, last_journal, closes, debtors;
    uint32_t dirty, policies;
    int32_t open_day;
} digest;

static digest digest_of(const books *b)
{
    const jf_world *w = jf_engine_world(b->engine);
    digest d = {.accounts = accounts_digest(&w->accounts) + accounts_digest(&w->platform_accounts),
                .parties = parties_digest(&w->by_id),
                .pools = pools_digest(w),
                .seats = seats_digest(w),
                .journals = w->state.journals,
                .last_journal = w->last_journal ? w->last_journal->number : 0,
                .closes = w->state.closes,
                .debtors = w->debtors.count,
                .dirty = w->dirty_count,
                .policies = w->state.policies,
                .open_day = w->state.open_day.n};
    for (int i = 0; i < JF_ACCOUNT_KINDS; i++)
        d.totals = mixed(d.totals, (uint64_t)w->state.totals[i]);
    return d;
}

/* The first thing that differs, or NULL. */
static const char *digest_differs(const digest *a, const digest *b)
{
    if (a->open_day != b->open_day)
        return "the open day";
    if (a->journals != b->journals)
        return "the journals";
    if (a->accounts != b->accounts || a->totals != b->totals)
        return "accounts";
    if (a->pools != b->pools || a->closes != b->closes)
        return "pools or cohorts";
    if (a->parties != b->parties)
        return "parties";
    if (a->seats != b->seats)
        return "seats";
    if (a->policies != b->policies || a->debtors != b->debtors)
        return "policies or debtors";
    /* Some commands have the batch before them committed first: then nothing waits. */
    if (b->last_journal == 0 && b->dirty == 0)
        return NULL;
    if (a->last_journal != b->last_journal)
        return "the batch's journals";
    return a->dirty != b->dirty ? "the list of changed rows" : NULL;
}

/* ------------------------------------------------------------------------
 * The scene: three days of orders, two cohorts running, more on hold.
 */

#define POLICY(hold)                                                                               \
    "{\"name\":\"undo\",\"points\":{\"hold_days\":" hold "},\"refund_days\":0,\"pools\":["         \
    "{\"name\":\"p\",\"sides\":[\"member\",\"shop\"],\"rule\":\"compound\",\"rate\":\"0.1\","      \
    "\"first_threshold\":\"0.01\",\"min_days\":0,\"max_days\":1,\"periods\":3}],\"allocation\":["  \
    "{\"to\":\"dividend\",\"pool\":\"p\",\"base\":\"rebate\",\"rate\":\"0.5\"},"                   \
    "{\"to\":\"lock\",\"base\":\"rebate\",\"rate\":\"0.05\"},"                                     \
    "{\"to\":\"referral\",\"base\":\"rebate\",\"levels\":[\"0.03\",\"0.02\"]},"                    \
    "{\"to\":\"agents\",\"base\":\"rebate\",\"county\":\"0.02\",\"city\":\"0.04\",\"province\":"   \
    "\"0.06\"},"                                                                                   \
    "{\"to\":\"coin\",\"base\":\"rebate\",\"rate\":\"0.05\"},"                                     \
    "{\"to\":\"credit_fund\",\"base\":\"rebate\",\"rate\":\"0.02\"}]}"
#define AT(day) ",\"at\":\"2024-03-" day "T09:00:00+08:00\"}"
#define PAY(id, who, shop, amount, more, day)                                                      \
    "{\"cmd\":\"order.pay\",\"id\":\"" id "\",\"member\":\"" who "\",\"shop\":\"" shop             \
    "\",\"amount\":\"" amount "\"" more                                                            \
    AT(day)
#define SHOP(id, more)                                                                             \
    "{\"cmd\":\"shop.create\",\"id\":\"" id "\",\"owner\":\"a\",\"kind\":\"alliance\","            \
    "\"region\":\"330106\",\"rebate\":\"0.2\"" more AT("01")

static const char *const scene[] = {
    "{\"cmd\":\"policy.set\",\"policy\":" POLICY("1") ",\"from\":\"2024-03-01\"}",
    "{\"cmd\":\"member.create\",\"id\":\"a\",\"phone\":\"13800000000\"" AT("01"),
    "{\"cmd\":\"member.create\",\"id\":\"b\",\"referrer\":\"a\"" AT("01"),
    SHOP("s", ",\"max_voucher_ratio\":\"0.5\""),
    SHOP("h", ""),
    "{\"cmd\":\"shop.create\",\"id\":\"m\",\"owner\":\"a\",\"kind\":\"brand\","
    "\"region\":\"330106\",\"rebate\":\"0.2\"" AT("01"),
    "{\"cmd\":\"home.bind\",\"member\":\"b\",\"shop\":\"h\"" AT("01"),
    "{\"cmd\":\"agent.assign\",\"region\":\"33\",\"holders\":[{\"member\":\"a\",\"weight\":1}]" AT(
        "01"),
    PAY("o1", "a", "s", "1000.00", "", "01"),
    PAY("o2", "b", "s", "500.00", "", "01"),
    PAY("o3", "b", "s", "300.03", "", "02"),
    PAY("o4", "a", "s", "70.07", "", "03"),
    PAY("o5", "b", "h", "33.33", ",\"voucher\":\"1.00\"", "04"),
    PAY("o6", "a", "s", "5.55", "", "04"),
};

/* What comes after the refusals, closing days, finishing cohorts, spending what was credited. */
static const char *const sequel[] = {
    PAY("n1", "b", "s", "2.22", ",\"voucher\":\"0.50\"", "05"),
    "{\"cmd\":\"day.close\",\"day\":\"2024-03-07\"}",
    "{\"cmd\":\"cohort.sweep\",\"pool\":\"p\",\"cohort\":1" AT("08"),
    "{\"cmd\":\"home.bind\",\"member\":\"a\",\"shop\":\"s\"" AT("08"),
    "{\"cmd\":\"member.create\",\"id\":\"c\",\"phone\":\"13800000001\"" AT("09"),
    SHOP("t", "") /* on a closed day: refused, in both books */,
    PAY("n2", "c", "s", "1.00", "", "10"),
    "{\"cmd\":\"agent.assign\",\"region\":\"33\",\"holders\":[]" AT("10"),
};

/* The days of these refusals are the open day, 03-04, unless they say so. */
static const struct {
    jf_code code;
    const char *line;
} refusals[] = {
    {JF_E_BAD_JSON, "{"},
    {JF_E_BAD_REQUEST, PAY("r", "a", "s", "0.00", "", "04")},
    {JF_E_AMOUNT_OVERFLOW, PAY("r", "a", "s", "100000000000.01", "", "09")},
    {JF_E_STATE_CONFLICT,
     "{\"cmd\":\"share.issue\",\"id\":\"r\",\"shop\":\"s\",\"member\":\"a\",\"shares\":5" AT("09")},
    {JF_E_REFUND_TOO_LATE,
     "{\"cmd\":\"order.refund\",\"id\":\"r\",\"order\":\"o1\",\"amount\":\"1.00\"" AT("09")},
    {JF_E_REFUND_TOO_LARGE,
     "{\"cmd\":\"order.refund\",\"id\":\"r\",\"order\":\"o5\",\"amount\":\"33.34\"" AT("04")},
    {JF_E_NOT_FOUND,
     "{\"cmd\":\"order.refund\",\"id\":\"r\",\"order\":\"zz\",\"amount\":\"1.00\"" AT("09")},
    {JF_E_INSUFFICIENT_COINS, "{\"cmd\":\"coin.redeem\",\"id\":\"r\",\"member\":\"b\",\"shop\":"
                              "\"m\",\"coins\":\"999.00\"" AT("09")},
    {JF_E_STATE_CONFLICT, "{\"cmd\":\"coin.redeem\",\"id\":\"r\",\"member\":\"b\",\"shop\":\"s\","
                          "\"coins\":\"0.01\"" AT("09")},
    {JF_E_INSUFFICIENT_WALLET, "{\"cmd\":\"withdraw.request\",\"id\":\"r\",\"member\":\"a\","
                               "\"amount\":\"9999.00\"" AT("09")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"withdraw.approve\",\"id\":\"r\"" AT("09")},
    {JF_E_INSUFFICIENT_TOKENS,
     "{\"cmd\":\"token.sell\",\"id\":\"r\",\"member\":\"a\",\"n\":\"1\"" AT("09")},
    {JF_E_STATE_CONFLICT, "{\"cmd\":\"token.inject\",\"id\":\"r\",\"amount\":\"1.00\"" AT("09")},
    {JF_E_ID_CONFLICT, PAY("o1", "a", "s", "1000.01", "", "01")},
    {JF_E_ID_CONFLICT, PAY("o1", "a", "s", "1000.00", "", "09")},
    {JF_E_ID_CONFLICT, "{\"cmd\":\"member.create\",\"id\":\"a\"" AT("09")},
    {JF_E_DAY_CLOSED, PAY("r", "a", "s", "1.00", "", "03")},
    {JF_E_DAY_CLOSED, "{\"cmd\":\"day.close\",\"day\":\"2024-03-03\"}"},
    {JF_E_DAY_CLOSED,
     "{\"cmd\":\"policy.set\",\"policy\":" POLICY("2") ",\"from\":\"2024-03-03\"}"},
    {JF_E_BAD_REQUEST, "{\"cmd\":\"day.close\",\"day\":\"2044-03-03\"}"},
    {JF_E_BAD_REQUEST,
     "{\"cmd\":\"member.create\",\"id\":\"c\",\"at\":\"2044-03-01T09:00:00+08:00\"}"},
    {JF_E_NOT_FOUND, PAY("r", "z", "s", "1.00", "", "04")},
    {JF_E_NOT_FOUND, PAY("r", "z", "s", "1.00", "", "09")},
    {JF_E_NOT_FOUND, PAY("r", "a", "z", "1.00", "", "09")},
    {JF_E_POLICY_LIMIT, PAY("r", "b", "s", "1.01", ",\"voucher\":\"0.51\"", "04")},
    {JF_E_POLICY_LIMIT, PAY("r", "b", "s", "1.01", ",\"voucher\":\"0.51\"", "09")},
    /* b is credited before its vouchers are counted, and days are closed before that */
    {JF_E_INSUFFICIENT_VOUCHERS, PAY("r", "b", "h", "900.00", ",\"voucher\":\"900.00\"", "04")},
    {JF_E_INSUFFICIENT_VOUCHERS, PAY("r", "b", "h", "900.00", ",\"voucher\":\"900.00\"", "05")},
    {JF_E_INSUFFICIENT_VOUCHERS, PAY("r", "b", "h", "900.00", ",\"voucher\":\"900.00\"", "09")},
    {JF_E_CREDIT_EXCEEDED,
     PAY("r", "b", "h", "900.00", ",\"voucher\":\"900.00\",\"credit\":\"900.00\"", "09")},
    {JF_E_STATE_CONFLICT, "{\"cmd\":\"order.pay\",\"id\":\"r\",\"buyer_shop\":\"s\",\"shop\":\"s\","
                          "\"amount\":\"1.00\"" AT("09")},
    {JF_E_STATE_CONFLICT, "{\"cmd\":\"cohort.sweep\",\"pool\":\"p\",\"cohort\":3" AT("04")},
    {JF_E_STATE_CONFLICT, "{\"cmd\":\"cohort.sweep\",\"pool\":\"p\",\"cohort\":3" AT("05")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"cohort.sweep\",\"pool\":\"q\",\"cohort\":1" AT("09")},
    {JF_E_EXISTS, "{\"cmd\":\"member.create\",\"id\":\"c\",\"phone\":\"13800000000\"" AT("09")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"member.create\",\"id\":\"c\",\"phone\":\"13800000001\","
                     "\"referrer\":\"z\"" AT("09")},
    {JF_E_CYCLE, "{\"cmd\":\"member.create\",\"id\":\"c\",\"referrer\":\"c\"" AT("09")},
    {JF_E_POLICY_LIMIT, "{\"cmd\":\"shop.create\",\"id\":\"t\",\"owner\":\"a\",\"kind\":\"self\","
                        "\"region\":\"330106\",\"rebate\":\"0.21\"" AT("09")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"shop.create\",\"id\":\"t\",\"owner\":\"z\",\"kind\":\"self\","
                     "\"region\":\"330106\",\"rebate\":\"0.2\"" AT("09")},
    {JF_E_POLICY_LIMIT, "{\"cmd\":\"shop.update\",\"shop\":\"s\",\"rebate\":\"0.01\"" AT("09")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"shop.update\",\"shop\":\"z\",\"rebate\":\"0.1\"" AT("09")},
    {JF_E_ALREADY_BOUND, "{\"cmd\":\"home.bind\",\"member\":\"b\",\"shop\":\"s\"" AT("09")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"home.bind\",\"member\":\"a\",\"shop\":\"z\"" AT("09")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"agent.assign\",\"region\":\"33\",\"holders\":[{\"member\":\"b\","
                     "\"weight\":1},{\"member\":\"z\",\"weight\":1}]" AT("09")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"agent.assign\",\"region\":\"44\",\"holders\":[{\"member\":\"z\","
                     "\"weight\":1}]" AT("09")},
    {JF_E_NOT_FOUND, "{\"cmd\":\"policy.set\",\"policy\":\"none\",\"from\":\"2024-03-09\"}"},
    {JF_E_POLICY_INVALID,
     "{\"cmd\":\"policy.set\",\"policy\":{\"name\":\"x\"},\"from\":\"2024-03-09\"}"},
};

/* The chain's last hash and the state hash: what was written, to the last byte. */
typedef struct ending {
    jf_hash head, state;
} ending;

static ending ending_of(books *b)
{
    ending e = {0};
    jf_store_error error;
    books_flush(b);
    jf_world w;
    jf_world_init(&w);
    if (b->store->ops->load(b->store, &w, &e.head, &error) != JF_STORE_OK ||
        jf_state_hash(b->store, &e.state, &error) != JF_STORE_OK)
        fail_loudly(&error);
    jf_world_free(&w);
    return e;
}

static bool ending_same(const ending *a, const ending *b)
{
    return memcmp(&a->head, &b->head, sizeof a->head) == 0 &&
           memcmp(&a->state, &b->state, sizeof a->state) == 0;
}

static ending ending_without(const char *const *first, size_t first_count)
{
    books b;
    books_open(&b);
    books_lines(&b, first, first_count);
    books_lines(&b, sequel, COUNT(sequel));
    ending e = ending_of(&b);
    books_close(&b);
    return e;
}

/* The refusal leaves no trace in the working set. The answer goes out at the next flush. */
static void refuse(books *b, jf_code code, const char *line)
{
    digest before = digest_of(b);
    books_line(b, line);
    digest after = digest_of(b);
    const char *what = digest_differs(&before, &after);
    ok(what == NULL, "nothing has changed after %.200s (%s)", line, what ? what : "the same");
    books_flush(b);
    is_int(b->code, code, "it was refused with %s", jf_code_wire(code));
}

static void test_each_refusal(void)
{
    ending expected = ending_without(scene, COUNT(scene));
    for (size_t i = 0; i < COUNT(refusals); i++) {
        books b;
        books_open(&b);
        books_lines(&b, scene, COUNT(scene));
        if (i % 2)
            books_flush(&b);
        refuse(&b, refusals[i].code, refusals[i].line);
        books_lines(&b, sequel, COUNT(sequel));
        ending e = ending_of(&b);
        ok(ending_same(&e, &expected), "what follows it is what follows without it");
        books_close(&b);
    }
}

/* All of them, again and again, between commands that are accepted. */
static void test_many_refusals(void)
{
    books b;
    ending expected = ending_without(scene, COUNT(scene));
    books_open(&b);
    books_lines(&b, scene, COUNT(scene));
    digest before = digest_of(&b);
    for (int round = 0; round < 20; round++)
        for (size_t i = 0; i < COUNT(refusals); i++)
            books_line(&b, refusals[(i * 7 + (size_t)round) % COUNT(refusals)].line);
    digest after = digest_of(&b);
    const char *what = digest_differs(&before, &after);
    ok(what == NULL, "nothing has changed after %zu refusals in one batch (%s)",
       20 * COUNT(refusals), what ? what : "the same");
    books_lines(&b, sequel, COUNT(sequel));
    ending e = ending_of(&b);
    ok(ending_same(&e, &expected), "what follows them is what follows without them");
    books_close(&b);
}

/* ------------------------------------------------------------------------
 * Commands that are only tried: what they answer is what they would be answered,
 * and nothing of them is there afterwards, accepted or refused.
 */

static void books_try(books *b, const char *line)
{
    jf_store_error error;
    if (jf_engine_try(b->engine, jf_str_of(line), NULL, &error) != JF_STORE_OK)
        fail_loudly(&error);
}

/* Books that must be the same whether or not lines are tried in between. */
typedef struct trying {
    const char *const *lines;
    size_t line_count;
    const char *const *tried;
    size_t tried_count;
} trying;

static const char *const tried[] = {
    PAY("o1", "a", "s", "99.00", "", "04") /* an id that was used */,
    PAY("t", "b", "h", "33.33", ",\"voucher\":\"0.50\"", "04"),
    PAY("t", "b", "s", "10.00", ",\"scan\":true", "05"),
    PAY("t", "b", "h", "33.33", ",\"voucher\":\"0.50\"", "09"),
    PAY("t", "b", "h", "900.00", ",\"voucher\":\"900.00\"", "09") /* refused */,
    "{\"cmd\":\"order.refund\",\"id\":\"t\",\"order\":\"o5\",\"amount\":\"3.33\"" AT("04"),
    "{\"cmd\":\"order.refund\",\"id\":\"t\",\"order\":\"o1\",\"amount\":\"500.00\",\"late\":"
    "true" AT("09"),
    "{\"cmd\":\"member.create\",\"id\":\"t\"" AT("04") /* cannot be tried */,
};

#define UNITS                                                                                      \
    "{\"name\":\"units\",\"token\":{\"exit_multiple\":\"0.2\",\"exit_scope\":\"member\"},"         \
    "\"allocation\":[{\"to\":\"token_pool\",\"base\":\"rebate\",\"rate\":\"0.8\"}]}"

/* Each order of 90,000.00 raises the price by some 1.4, so whoever bought before is forced out. */
static const char *const units_scene[] = {
    "{\"cmd\":\"policy.set\",\"policy\":" UNITS ",\"from\":\"2024-03-01\"}",
    "{\"cmd\":\"member.create\",\"id\":\"a\"" AT("01"),
    "{\"cmd\":\"member.create\",\"id\":\"b\"" AT("01"),
    "{\"cmd\":\"member.create\",\"id\":\"c\"" AT("01"),
    SHOP("s", ""),
    PAY("o1", "a", "s", "10.00", "", "01"),
    PAY("o2", "b", "s", "20.00", "", "01"),
};

static const char *const units_tried[] = {
    PAY("t", "c", "s", "90000.00", "", "01"),
    PAY("t", "a", "s", "90000.00", "", "02"),
    PAY("t", "b", "s", "1.00", "", "01"),
    "{\"cmd\":\"order.refund\",\"id\":\"t\",\"order\":\"o1\",\"amount\":\"10.00\"" AT("01"),
    "{\"cmd\":\"order.refund\",\"id\":\"t\",\"order\":\"o2\",\"amount\":\"7.00\"" AT("02"),
};

static const char *const units_sequel[] = {
    PAY("o3", "c", "s", "30.00", "", "01"),
    "{\"cmd\":\"token.sell\",\"id\":\"s1\",\"member\":\"b\",\"n\":\"0.100000\"" AT("01"),
    PAY("o4", "c", "s", "90000.00", "", "02"),
    PAY("o5", "a", "s", "80000.00", "", "02"),
    "{\"cmd\":\"order.refund\",\"id\":\"r\",\"order\":\"o2\",\"amount\":\"20.00\"" AT("02"),
};

/* Before each of the lines, all of the tries; in batches that hold nothing else, and mixed. */
static ending ending_trying(const trying *t, bool flush)
{
    books b;
    books_open(&b);
    for (size_t i = 0; i < t->line_count; i++) {
        digest before = digest_of(&b);
        for (size_t k = 0; i > 0 && k < t->tried_count; k++) {
            books_try(&b, t->tried[k]);
            digest after = digest_of(&b);
            const char *what = digest_differs(&before, &after);
            if (what) /* one check for each would be thousands */
                ok(false, "%s has changed after trying %.200s", what, t->tried[k]);
        }
        if (flush)
            books_flush(&b);
        books_line(&b, t->lines[i]);
    }
    ending e = ending_of(&b);
    books_close(&b);
    return e;
}

static void test_tried(const char *const *first, size_t first_count, const char *const *rest,
                       size_t rest_count, const char *const *what, size_t what_count)
{
    const char *lines[64];
    size_t count = 0;
    for (size_t i = 0; i < first_count; i++)
        lines[count++] = first[i];
    for (size_t i = 0; i < rest_count; i++)
        lines[count++] = rest[i];
    trying without = {lines, count, NULL, 0}, with = {lines, count, what, what_count};
    ending expected = ending_trying(&without, false);
    ending mixed_in = ending_trying(&with, false), alone = ending_trying(&with, true);
    ok(ending_same(&mixed_in, &expected), "chain and state are what they are without the tries");
    ok(ending_same(&alone, &expected), "and when each try is in a batch without changes");
}

/* A try is answered as the command then is, but for what it says more. */
static void test_try_answers(void)
{
    books b;
    books_open(&b);
    books_lines(&b, units_scene, COUNT(units_scene));
    const char *line = PAY("o6", "c", "s", "90000.00", "", "01");
    books_try(&b, line);
    books_flush(&b);
    is_int(b.code, JF_OK, "it can be tried");
    const char *limits = "{\"ok\":true,\"result\":{\"limits\":{\"voucher\":\"0.00\",\"credit\":"
                         "\"0.00\"},";
    ok(b.answer.n > strlen(limits) && !memcmp(b.answer.p, limits, strlen(limits)),
       "the limits of the bill come first");
    char rest[2000];
    snprintf(rest, sizeof rest, "{\"ok\":true,\"result\":{%.*s", (int)(b.answer.n - strlen(limits)),
             b.answer.p + strlen(limits));
    books_line(&b, line);
    books_flush(&b);
    ok(b.answer.n == strlen(rest) && !memcmp(b.answer.p, rest, b.answer.n),
       "the rest is what the command is answered: %s", rest);
    books_close(&b);
}

static void test_tries(void)
{
    test_tried(scene, COUNT(scene), sequel, COUNT(sequel), tried, COUNT(tried));
    test_tried(units_scene, COUNT(units_scene), units_sequel, COUNT(units_sequel), units_tried,
               COUNT(units_tried));
    test_try_answers();
}

/* ------------------------------------------------------------------------
 * A balance that would grow too large: refused at the very end of the command.
 */

#define LARGE_ORDERS 922 /* each gives 10^16 hundredths of a point: 923 are over 2^63 */

static void large_scene(books *b)
{
    static const char *const lines[] = {
        "{\"cmd\":\"policy.set\",\"policy\":{\"name\":\"large\",\"points\":{\"member\":\"1000\"},"
        "\"rebate\":{\"max\":\"1\"},\"pools\":[{\"name\":\"p\",\"sides\":[\"member\"],"
        "\"rule\":\"share\",\"first_threshold\":\"0.01\",\"min_days\":0,\"max_days\":1}],"
        "\"allocation\":[{\"to\":\"dividend\",\"pool\":\"p\",\"base\":\"rebate\",\"rate\":\"0.5\"}]"
        "},"
        "\"from\":\"2024-03-01\"}",
        "{\"cmd\":\"member.create\",\"id\":\"a\"" AT("01"),
        "{\"cmd\":\"member.create\",\"id\":\"b\"" AT("01"),
        "{\"cmd\":\"shop.create\",\"id\":\"s\",\"owner\":\"a\",\"kind\":\"self\",\"region\":"
        "\"330106\","
        "\"rebate\":\"1\"" AT("01"),
    };
    books_lines(b, lines, COUNT(lines));
    for (int i = 0; i < LARGE_ORDERS; i++) {
        char line[200];
        snprintf(line, sizeof line, PAY("l%d", "a", "s", "100000000000.00", "", "01"), i);
        books_line(b, line);
    }
    books_flush(b);
}

static ending large_ending(books *b)
{
    books_line(b, PAY("n1", "b", "s", "1.00", "", "02"));
    books_line(b, "{\"cmd\":\"day.close\",\"day\":\"2024-03-03\"}");
    return ending_of(b);
}

static void test_overflow(void)
{
    books without, with;
    books_open(&without);
    large_scene(&without);
    is_int(without.code, JF_OK, "%d orders of 10^13 fen can be paid", LARGE_ORDERS);
    ending expected = large_ending(&without);
    books_close(&without);

    books_open(&with);
    large_scene(&with);
    refuse(&with, JF_E_AMOUNT_OVERFLOW, PAY("r", "a", "s", "100000000000.00", "", "01"));
    refuse(&with, JF_E_AMOUNT_OVERFLOW, PAY("r", "b", "s", "100000000000.00", "", "01"));
    refuse(&with, JF_E_AMOUNT_OVERFLOW, PAY("r", "b", "s", "100000000000.00", "", "03"));
    ending e = large_ending(&with);
    ok(ending_same(&e, &expected), "what follows them is what follows without them");
    is_int(with.code, JF_OK, "and it is accepted");
    books_close(&with);
}

int main(void)
{
    test_each_refusal();
    test_many_refusals();
    test_overflow();
    test_tries();
    return tap_plan_done();
}
