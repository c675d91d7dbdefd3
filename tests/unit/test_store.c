/*
 * Tests of both stores by one table of checks (store/store.h): whatever is
 * committed comes back column by column, and what is not there is known to be
 * absent. SQLite's checks read through a file that was closed and opened again.
 */
#include "base/id.h"
#include "core/ledger.h"
#include "core/stake.h"
#include "store_fixture.h"

static test_folder folder;

/* A store under test: how it is opened fresh, and how what was committed is read again. */
typedef struct kind {
    const char *name;
    jf_store *(*fresh)(void);
    jf_store *(*again)(jf_store *store);
} kind;

static jf_store *memory_fresh(void)
{
    return store_open("memory:", JF_OPEN_WRITE);
}

static jf_store *memory_again(jf_store *store)
{
    return store;
}

static jf_store *sqlite_fresh(void)
{
    test_path path = path_in(&folder, "test.db");
    unlink(path.text);
    return sqlite_open(path.text, JF_OPEN_WRITE);
}

static jf_store *sqlite_again(jf_store *store)
{
    jf_store_close(store);
    test_path path = path_in(&folder, "test.db");
    return sqlite_open(path.text, JF_OPEN_WRITE);
}

/* The file stays open: what was committed is read through the other connection. */
static jf_store *sqlite_same(jf_store *store)
{
    return store;
}

static const kind kinds[] = {
    {"memory", memory_fresh, memory_again},
    {"sqlite", sqlite_fresh, sqlite_same},
    {"sqlite, opened again", sqlite_fresh, sqlite_again},
};

static void commit(jf_store *store, const jf_changes *changes)
{
    jf_store_error error;
    if (store->ops->commit(store, changes, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
}

static void load(jf_store *store, jf_world *w, jf_hash *head)
{
    jf_store_error error;
    jf_world_init(w);
    if (store->ops->load(store, w, head, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
}

static void fetch(jf_store *store, jf_world *w, jf_need need)
{
    jf_store_error error;
    if (store->ops->fetch(store, w, &need, 1, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
}

static bool hash_is_zero(const jf_hash *hash)
{
    static const jf_hash zero;
    return memcmp(hash, &zero, sizeof zero) == 0;
}

static void check_empty(const kind *k)
{
    jf_store *store = k->again(k->fresh());
    jf_world w;
    jf_hash head;
    load(store, &w, &head);
    is_int(w.state.journals, 0, "%s: a new store has no journals", k->name);
    is_int(w.state.policies + w.state.pools + w.state.parties, 0, "%s: and no rows", k->name);
    ok(hash_is_zero(&head), "%s: its chain begins with zeros", k->name);
    fetch(store, &w, (jf_need){.kind = JF_NEED_DUE, .day = {1}});
    is_int(jf_world_due(&w, (jf_day){1})->count, 0, "%s: nothing is due", k->name);
    jf_store_error error;
    jf_position_columns page;
    store->ops->positions(store, 0, 1, 0, 1, &page, &error);
    is_int(page.count, 0, "%s: nobody has a position", k->name);
    uint64_t rows = 0;
    for (jf_table table = JF_TABLE_PARTY; table <= JF_TABLE_IDEM; table++) {
        store->ops->scan(store, table, count_row, &rows, &error);
    }
    store->ops->journal_scan(store, 0, count_row, &rows, &error);
    is_int(rows, 0, "%s: scans of a new store show nothing", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

/* ---- what is always resident ---- */

typedef struct resident {
    jf_state state;
    jf_pool pool;
    jf_cohort cohort[2];
    jf_seat seat[2];
    jf_policy policy;
    jf_account account[3];
    jf_party party;
    jf_arena arena;
} resident;

static void policy_make(resident *r)
{
    jf_str text;
    jf_json *json;
    jf_findings findings;
    jf_error error;
    jf_arena_init(&r->arena, 0);
    JF_ASSERT(jf_preset_find(JF_STR("zhongdian"), &text));
    JF_ASSERT(jf_json_parse(&r->arena, text, &json, NULL));
    JF_ASSERT(jf_policy_read(&r->arena, json, NULL, &r->policy, &findings, &error) == JF_OK);
    r->policy.version = 1;
    r->policy.from = (jf_day){-3};
}

static jf_changes resident_make(resident *r)
{
    static const jf_holder holders[] = {{1, 70}, {1, 4294967295u}};
    *r = (resident){0};
    policy_make(r);
    r->state = (jf_state){.open_day = {-2},
                          .policies = 1,
                          .pools = 1,
                          .parties = 1,
                          .closes = 7,
                          .price_over = INT64_MAX,
                          .price_under = 8};
    r->state.totals[JF_ACCOUNT_CASH] = INT64_MIN;
    r->state.totals[JF_ACCOUNT_KINDS - 1] = INT64_MAX;
    r->pool = (jf_pool){.name = r->policy.pools[0].name,
                        .period = 2,
                        .first_active = 3,
                        .matured = {4},
                        .matured_before = {5},
                        .flow_before = {6},
                        .rebates = {-7},
                        .released = {8},
                        .last_close = {-9}};
    r->cohort[0] = (jf_cohort){.cohort = 1,
                               .points = {11},
                               .index = INT64_MAX,
                               .growth = -13,
                               .released = {14},
                               .closed = {-15},
                               .finished = true};
    r->cohort[1] = (jf_cohort){.cohort = 2, .points = {21}};
    r->seat[0] = (jf_seat){.region = 330106, .count = 2, .holders = holders};
    r->seat[1] = (jf_seat){.region = 33};
    r->party = (jf_party){.kind = JF_PARTY_MEMBER, .no = 1, .id = JF_STR("m")};
    r->account[0] = (jf_account){.slot = jf_slot_of(JF_ACCOUNT_CASH, 0, 0), .balance = -5};
    r->account[1] =
        (jf_account){.slot = jf_slot_of(JF_ACCOUNT_UNCLAIMED, 63, JF_COHORT_MAX), .balance = 6};
    r->account[2] =
        (jf_account){.owner = 1, .slot = jf_slot_of(JF_ACCOUNT_CLAWBACK_DEBT, 0, 0), .balance = 1};
    return (jf_changes){.state = &r->state,
                        .head = hash_of_number(1),
                        .pools = 1,
                        .pool = &r->pool,
                        .cohorts = 2,
                        .cohort = r->cohort,
                        .seats = 2,
                        .seat = r->seat,
                        .parties = 1,
                        .party = &r->party,
                        .accounts = 3,
                        .account = r->account};
}

static void check_resident_config(const kind *k, const jf_world *w, const resident *r)
{
    char got[TEXT_MAX], expected[TEXT_MAX];
    const char *format = "%.*s period=%u first=%u T=%d before=%d q=%d F=%d released=%d last=%d";
    const jf_pool *pools[2] = {&r->pool, w->pools[0]};
    char *texts[2] = {expected, got};
    for (int i = 0; i < 2; i++) {
        const jf_pool *p = pools[i];
        snprintf(texts[i], TEXT_MAX, format, JF_STR_ARG(p->name), p->period, p->first_active,
                 (int)p->matured.v, (int)p->matured_before.v, (int)p->flow_before.v,
                 (int)p->rebates.v, (int)p->released.v, p->last_close.n);
    }
    is_str(got, expected, "%s: a pool comes back whole", k->name);
    const jf_cohort *c = jf_world_cohort(w, 0, 1);
    ok(c->points.v == 11 && c->index == INT64_MAX && c->growth == -13 && c->released.v == 14 &&
           c->closed.n == -15 && c->finished,
       "%s: a cohort comes back whole", k->name);
    c = jf_world_cohort(w, 0, 2);
    ok(c->points.v == 21 && c->index == 0 && !c->finished, "%s: so does the next", k->name);
    const jf_seat *seat = jf_world_seat(w, 330106);
    ok(seat != NULL && seat->count == 2 && seat->holders[0].weight == 70 &&
           seat->holders[1].party == 1 && seat->holders[1].weight == 4294967295u,
       "%s: a seat comes back with its holders", k->name);
    seat = jf_world_seat(w, 33);
    ok(seat != NULL && seat->count == 0, "%s: a vacant seat is there and empty", k->name);
}

static void check_resident_policy(const kind *k, const jf_world *w, const resident *r)
{
    const jf_policy *policy = w->policies[0];
    ok(jf_str_eq(policy->document, r->policy.document), "%s: a policy keeps its text", k->name);
    ok(jf_str_eq(policy->name, r->policy.name) && policy->from.n == -3 && policy->version == 1,
       "%s: a policy is read again under its version and day", k->name);
    is_int(policy->hold_days, r->policy.hold_days, "%s: with its fields", k->name);
    is_int(policy->pools[0].pool, 0, "%s: and the world's number of its pool", k->name);
}

static void check_resident(const kind *k)
{
    resident r;
    jf_changes changes = resident_make(&r);
    const jf_policy *policies[] = {&r.policy};
    changes.policies = 1;
    changes.policy = policies;
    jf_store *store = k->fresh();
    commit(store, &changes);
    store = k->again(store);
    jf_world w;
    jf_hash head, expected = hash_of_number(1);
    load(store, &w, &head);
    ok(w.state.open_day.n == -2 && w.state.policies == 1 && w.state.pools == 1 &&
           w.state.parties == 1 && w.state.journals == 0 && w.state.closes == 7 &&
           w.state.price_over == INT64_MAX && w.state.price_under == 8,
       "%s: the counters come back", k->name);
    ok(w.state.totals[JF_ACCOUNT_CASH] == INT64_MIN && w.state.totals[JF_ACCOUNT_REVENUE] == 0 &&
           w.state.totals[JF_ACCOUNT_KINDS - 1] == INT64_MAX,
       "%s: the totals come back, the largest too", k->name);
    ok(memcmp(&head, &expected, sizeof head) == 0, "%s: the head of the chain comes back", k->name);
    check_resident_config(k, &w, &r);
    check_resident_policy(k, &w, &r);
    is_int(jf_world_account(&w, 0, r.account[1].slot)->balance, 6,
           "%s: the platform's accounts are resident, the highest slot too", k->name);
    is_int(w.debtors.count, 1, "%s: who owes is known", k->name);
    jf_world_free(&w);
    jf_arena_free(&r.arena);
    jf_store_close(store);
}

static void check_debtor_paid(const kind *k)
{
    resident r;
    jf_changes changes = resident_make(&r);
    r.state.policies = r.state.pools = 0;
    changes.pools = changes.cohorts = 0;
    jf_store *store = k->fresh();
    commit(store, &changes);
    r.account[2].balance = 0;
    commit(store, &changes);
    store = k->again(store);
    jf_world w;
    jf_hash head;
    load(store, &w, &head);
    is_int(w.debtors.count, 0, "%s: who has paid is a debtor no more", k->name);
    jf_world_free(&w);
    r.account[2].balance = -1;
    commit(store, &changes);
    store = k->again(store);
    load(store, &w, &head);
    is_int(w.debtors.count, 1, "%s: and is one again when new debts arise", k->name);
    jf_world_free(&w);
    jf_arena_free(&r.arena);
    jf_store_close(store);
}

/* Every kind of debt makes a debtor, and nothing else does. */
static void check_debt_kinds(const kind *k)
{
    static const jf_account_kind kinds_of_debt[] = {
        JF_ACCOUNT_DEBT_CNY,    JF_ACCOUNT_DEBT_VOUCHER,  JF_ACCOUNT_DEBT_COIN,
        JF_ACCOUNT_CREDIT_DEBT, JF_ACCOUNT_CLAWBACK_DEBT, JF_ACCOUNT_WALLET};
    enum { COUNT = sizeof kinds_of_debt / sizeof *kinds_of_debt };
    jf_party party[COUNT];
    jf_account account[COUNT];
    static char ids[COUNT][8];
    for (uint32_t i = 0; i < COUNT; i++) {
        snprintf(ids[i], sizeof ids[i], "d%u", i);
        party[i] = (jf_party){.kind = JF_PARTY_MEMBER, .no = i + 1, .id = jf_str_of(ids[i])};
        account[i] =
            (jf_account){.owner = i + 1, .slot = jf_slot_of(kinds_of_debt[i], 0, 0), .balance = 1};
    }
    jf_state state = {.parties = COUNT};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state,
                                .parties = COUNT,
                                .party = party,
                                .accounts = COUNT,
                                .account = account});
    store = k->again(store);
    jf_world w;
    jf_hash head;
    load(store, &w, &head);
    is_int(w.debtors.count, COUNT - 1, "%s: who owes money, vouchers or coins is a debtor",
           k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

/* ---- parties and accounts ---- */

static const jf_party member = {.row.exists = true,
                                .kind = JF_PARTY_MEMBER,
                                .no = 1,
                                .id = {"same-id", 7},
                                .region = 33,
                                .phone = {"+8613800000000", 14},
                                .referrer = 2,
                                .home = 3,
                                .sell_day = {-4},
                                .sell_over = INT64_MAX,
                                .sell_under = 5};
static const jf_party shop = {.row.exists = true,
                              .kind = JF_PARTY_SHOP,
                              .no = 2,
                              .id = {"same-id", 7},
                              .region = 330106,
                              .shop_kind = JF_SHOP_CHAIN,
                              .owner = 1,
                              .recruiter = 4,
                              .city_partner = 4294967295u,
                              .rebate = {199999},
                              .max_voucher = {1000000}};

static jf_store *parties_store(const kind *k)
{
    jf_party party[] = {member, shop};
    jf_account account[] = {
        {.owner = 2, .slot = jf_slot_of(JF_ACCOUNT_RECEIVABLE, 0, 0), .balance = 9, .last = 1},
        {.owner = 1, .slot = jf_slot_of(JF_ACCOUNT_POSITION, 2, 5), .balance = 8, .credited = -7},
        {.owner = 1, .slot = jf_slot_of(JF_ACCOUNT_WALLET, 0, 0), .balance = 1, .last = 1},
    };
    jf_state state = {.parties = 2};
    jf_store *store = k->fresh();
    commit(store,
           &(jf_changes){
               .state = &state, .parties = 2, .party = party, .accounts = 3, .account = account});
    return store;
}

static void check_parties(const kind *k)
{
    jf_store *store = k->again(parties_store(k));
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX], expected[TEXT_MAX];
    load(store, &w, &head);
    fetch(store, &w,
          (jf_need){.kind = JF_NEED_PARTY, .party = JF_PARTY_MEMBER, .id = JF_STR("same-id")});
    fetch(store, &w, (jf_need){.kind = JF_NEED_PARTY_NO, .number = 2});
    is_str(party_text(got, jf_world_party(&w, JF_PARTY_MEMBER, member.id)),
           party_text(expected, &member), "%s: a member comes back whole", k->name);
    is_str(party_text(got, jf_world_party(&w, JF_PARTY_SHOP, shop.id)), party_text(expected, &shop),
           "%s: a shop of the same id comes back by number", k->name);
    const jf_account *position = jf_world_account(&w, 1, jf_slot_of(JF_ACCOUNT_POSITION, 2, 5));
    is_str(position != NULL ? account_text(got, position) : "",
           "account owner=1 slot=20638 balance=8 credited=-7 last=0",
           "%s: accounts come with their owner", k->name);
    ok(jf_world_account(&w, 2, jf_slot_of(JF_ACCOUNT_RECEIVABLE, 0, 0)) != NULL &&
           jf_world_account(&w, 2, jf_slot_of(JF_ACCOUNT_WALLET, 0, 0)) == NULL,
       "%s: and only with their owner", k->name);
    fetch(store, &w, (jf_need){.kind = JF_NEED_PHONE, .id = member.phone});
    is_int(jf_world_phone(&w, member.phone)->party, 1, "%s: a phone leads to its member", k->name);
    fetch(store, &w,
          (jf_need){.kind = JF_NEED_PARTY, .party = JF_PARTY_MEMBER, .id = JF_STR("nobody")});
    ok(!jf_world_party(&w, JF_PARTY_MEMBER, JF_STR("nobody"))->row.exists,
       "%s: who is not there is known to be absent", k->name);
    fetch(store, &w, (jf_need){.kind = JF_NEED_PHONE, .id = JF_STR("12345")});
    ok(!jf_world_phone(&w, JF_STR("12345"))->row.exists, "%s: so is a phone", k->name);
    jf_need nobody = {.kind = JF_NEED_PARTY_NO, .number = 3};
    jf_store_error error = {""};
    is_int(store->ops->fetch(store, &w, &nobody, 1, &error), JF_STORE_FAILED,
           "%s: a relation to a party that is not there is damage", k->name);
    ok(strstr(error.message, "not there") != NULL, "%s: and is called so", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

/* A row that is resident by now is left alone, however it came: the working set knows better. */
static void check_resident_stays(const kind *k)
{
    jf_store *store = k->again(parties_store(k));
    jf_world w;
    jf_hash head;
    load(store, &w, &head);
    jf_need needs[] = {
        {.kind = JF_NEED_PARTY_NO, .number = 1},
        {.kind = JF_NEED_PARTY, .party = JF_PARTY_MEMBER, .id = member.id},
        {.kind = JF_NEED_PARTY_NO, .number = 1},
        {.kind = JF_NEED_PARTY_NO, .number = 0},
    };
    jf_store_error error;
    is_int(store->ops->fetch(store, &w, needs, 4, &error), JF_STORE_OK,
           "%s: a party may be asked for twice", k->name);
    jf_party *party = jf_world_party_no(&w, 1);
    jf_account *wallet = jf_world_account(&w, 1, jf_slot_of(JF_ACCOUNT_WALLET, 0, 0));
    wallet->balance = 77;
    store->ops->fetch(store, &w, needs, 4, &error);
    ok(jf_world_party_no(&w, 1) == party, "%s: the resident row stays", k->name);
    is_int(jf_world_account(&w, 1, wallet->slot)->balance, 77,
           "%s: and its accounts are not fetched over", k->name);
    int accounts = 0;
    for (const jf_account *a = party->accounts; a != NULL; a = a->next) {
        accounts++;
    }
    is_int(accounts, 2, "%s: each account is there once", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

static void check_changed_rows(const kind *k)
{
    jf_store *store = parties_store(k);
    jf_party party = member;
    party.home = 9;
    party.phone = JF_STR("10086");
    party.sell_day.n = 6;
    party.sell_over = 7;
    party.sell_under = INT64_MAX;
    jf_account account[] = {
        {.owner = 1, .slot = jf_slot_of(JF_ACCOUNT_WALLET, 0, 0), .balance = -5, .last = 3},
        {.owner = 1, .slot = jf_slot_of(JF_ACCOUNT_COINS, 0, 0), .balance = 6, .last = 4},
    };
    jf_state state = {.parties = 2};
    commit(store,
           &(jf_changes){
               .state = &state, .parties = 1, .party = &party, .accounts = 2, .account = account});
    store = k->again(store);
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX], expected[TEXT_MAX];
    load(store, &w, &head);
    fetch(store, &w, (jf_need){.kind = JF_NEED_PARTY_NO, .number = 1});
    is_str(party_text(got, jf_world_party_no(&w, 1)), party_text(expected, &party),
           "%s: a party that was changed comes back changed", k->name);
    is_int(jf_world_account(&w, 1, account[0].slot)->balance, -5, "%s: so does an account",
           k->name);
    is_int(jf_world_account(&w, 1, account[1].slot)->last, 4, "%s: and a new one", k->name);
    is_int(jf_world_account(&w, 1, jf_slot_of(JF_ACCOUNT_POSITION, 2, 5))->credited, -7,
           "%s: what was not changed is as before", k->name);
    fetch(store, &w, (jf_need){.kind = JF_NEED_PHONE, .id = member.phone});
    ok(!jf_world_phone(&w, member.phone)->row.exists, "%s: the old phone is nobody's", k->name);
    fetch(store, &w, (jf_need){.kind = JF_NEED_PHONE, .id = party.phone});
    is_int(jf_world_phone(&w, party.phone)->party, 1, "%s: the new one is the member's", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

/* ---- orders and ids ---- */

static jf_order order_make(uint64_t number, jf_str id, int due, bool held, const jf_part *parts,
                           uint32_t part_count)
{
    return (jf_order){.row.exists = true,
                      .number = number,
                      .id = id,
                      .buyer = 11,
                      .shop = 12,
                      .version = 13,
                      .base_day = {due - 7},
                      .due_day = {due},
                      .held = held,
                      .cash_shop = !held,
                      .amount = {14},
                      .rebate = {15},
                      .rebate_voucher = {16},
                      .rest = {-17},
                      .voucher = {18},
                      .credit = {19},
                      .buyer_points = {20},
                      .shop_points = {21},
                      .minted = {22},
                      .token_price = 23,
                      .refunded = {24},
                      .refunded_held = {25},
                      .legacy = {26},
                      .part_count = part_count,
                      .parts = parts};
}

/* Orders 5, 2, 7 and 9 fall due on day 100, 9 without a hold; 3 a day later. */
static jf_store *orders_store(const kind *k)
{
    jf_part parts[] = {
        {65535, JF_TO_COUNT - 1, 4294967295u, jf_slot_of(JF_ACCOUNT_POSITION, 63, 7), INT64_MIN},
        {0, 0, 0, 0, INT64_MAX},
    };
    jf_order order[] = {
        order_make(5, JF_STR("o5"), 100, true, parts, 2),
        order_make(2, JF_STR("o2"), 100, true, NULL, 0),
        order_make(3, JF_STR("o3"), 101, true, NULL, 0),
        order_make(7, JF_STR("o7"), 100, true, NULL, 0),
        order_make(9, JF_STR("o9"), 100, false, NULL, 0),
    };
    jf_state state = {0};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .orders = 5, .order = order});
    memset(parts, 0xee, sizeof parts); /* the store has its own */
    return store;
}

static void check_orders(const kind *k)
{
    jf_store *store = k->again(orders_store(k));
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX];
    load(store, &w, &head);
    fetch(store, &w, (jf_need){.kind = JF_NEED_ORDER, .number = 5});
    is_str(order_text(got, jf_world_order(&w, 5)),
           "order 5 id=o5 buyer=11 shop=12 version=13 base=93 due=100 held=1 cash_shop=0 amount=14"
           " rebate=15/16 rest=-17 voucher=18 credit=19 points=20/21 minted=22@23 refunded=24/25 "
           "legacy=26"
           " 65535:15>4294967295.32734=-9223372036854775808 0:0>0.0=9223372036854775807",
           "%s: an order comes back whole", k->name);
    fetch(store, &w, (jf_need){.kind = JF_NEED_ORDER, .number = 6});
    ok(!jf_world_order(&w, 6)->row.exists, "%s: an absent order is known as such", k->name);
    jf_world_order(&w, 5)->refunded.v = 99;
    fetch(store, &w, (jf_need){.kind = JF_NEED_DUE, .day = {100}});
    const jf_due *due = jf_world_due(&w, (jf_day){100});
    is_int(due->count, 3, "%s: held orders of the day are due, and only they", k->name);
    ok(due->orders[0]->number == 2 && due->orders[1]->number == 5 && due->orders[2]->number == 7,
       "%s: in the order in which they were paid", k->name);
    is_int(due->orders[1]->refunded.v, 99, "%s: the resident one is not fetched over", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

static void check_order_changed(const kind *k)
{
    jf_store *store = orders_store(k);
    jf_part parts[] = {{1, 2, 3, 4, 5}};
    jf_order order = order_make(5, JF_STR("o5"), 100, true, parts, 1);
    order.refunded.v = 1024;
    order.refunded_held.v = 1025;
    order.minted.v = 1022;
    jf_state state = {0};
    commit(store, &(jf_changes){.state = &state, .orders = 1, .order = &order});
    store = k->again(store);
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX], expected[TEXT_MAX];
    load(store, &w, &head);
    fetch(store, &w, (jf_need){.kind = JF_NEED_DUE, .day = {100}});
    is_int(jf_world_due(&w, (jf_day){100})->count, 3, "%s: a changed order is due once", k->name);
    is_str(order_text(got, jf_world_order(&w, 5)), order_text(expected, &order),
           "%s: an order that was changed comes back changed", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

static void check_ids(const kind *k)
{
    small_batch b;
    jf_changes *changes = small_batch_make(&b, 1);
    b.journal.result = JF_STR("{\"x\":\"结果\"}");
    jf_store *store = k->fresh();
    commit(store, changes);
    memset(b.command, 'x', sizeof b.command);
    memset(b.order_id, 'x', sizeof b.order_id);
    store = k->again(store);
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX], expected[TEXT_MAX];
    load(store, &w, &head);
    jf_need need = {.kind = JF_NEED_IDEM, .command = JF_CMD_ORDER_PAY, .id = JF_STR("o-1")};
    fetch(store, &w, need);
    snprintf(expected, sizeof expected,
             "idem kind=%d id=o-1 number=1 command={\"cmd\":\"order.pay\",\"id\":\"o-1\"}"
             " result={\"x\":\"结果\"}",
             JF_CMD_ORDER_PAY);
    is_str(idem_text(got, jf_world_idem(&w, JF_CMD_ORDER_PAY, need.id)), expected,
           "%s: an id comes back with the first command and its result", k->name);
    need.command = JF_CMD_FUND_INJECT;
    fetch(store, &w, need);
    ok(!jf_world_idem(&w, JF_CMD_FUND_INJECT, need.id)->row.exists,
       "%s: each kind of command has its own ids", k->name);
    need.command = JF_CMD_ORDER_PAY;
    need.id = JF_STR("o-");
    fetch(store, &w, need);
    ok(!jf_world_idem(&w, JF_CMD_ORDER_PAY, need.id)->row.exists,
       "%s: an id that was not used is free", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

/* ---- lots and withdrawals ---- */

/*
 * Member 1's order 2 has a hold, so its units came after those of order 3; all
 * of order 9's are gone; member 2 has one lot, of the largest figures.
 */
static const jf_lot lots[] = {
    {.row.exists = true,
     .owner = 1,
     .order = 2,
     .since = 8,
     .member_id = {"m", 1},
     .order_id = {"o2", 2},
     .minted = {100},
     .units = {60},
     .spend = {61},
     .sold = {30},
     .burnt = {12},
     .proceeds = {33}},
    {.row.exists = true,
     .owner = 1,
     .order = 9,
     .since = 9,
     .member_id = {"m", 1},
     .order_id = {"o9", 2},
     .minted = {5},
     .sold = {5},
     .proceeds = {INT64_MAX}},
    {.row.exists = true,
     .owner = 2,
     .order = 4,
     .since = 4,
     .member_id = {"n", 1},
     .order_id = {"o4", 2},
     .minted = {INT64_MAX},
     .units = {INT64_MAX},
     .spend = {INT64_MAX}},
    {.row.exists = true,
     .owner = 1,
     .order = 3,
     .since = 3,
     .member_id = {"m", 1},
     .order_id = {"o3", 2},
     .minted = {7},
     .units = {7},
     .spend = {70}},
};

#define LOTS (sizeof lots / sizeof *lots)

static jf_store *lots_store(const kind *k)
{
    jf_lot lot[LOTS];
    char member_id[] = "m";
    jf_state state = {0};
    memcpy(lot, lots, sizeof lot);
    lot[0].member_id.p = member_id;
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .lots = LOTS, .lot = lot});
    member_id[0] = 'x'; /* the store has its own */
    return store;
}

static void check_lots(const kind *k)
{
    jf_store *store = k->again(lots_store(k));
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX], expected[TEXT_MAX];
    load(store, &w, &head);
    is_int(w.lots.count, LOTS, "%s: every lot is resident", k->name);
    for (size_t i = 0; i < LOTS; i++) {
        is_str(lot_text(got, jf_world_lot(&w, lots[i].order)), lot_text(expected, &lots[i]),
               "%s: the lot of order %d comes back whole", k->name, (int)lots[i].order);
    }
    const jf_stake *stake = jf_stake_of(&w, 1);
    ok(stake != NULL && stake->units == 67 && stake->spend == 131 &&
           stake->lot == jf_world_lot(&w, 3) && stake->lot->place.next == jf_world_lot(&w, 2) &&
           stake->lot->place.next->place.next == NULL,
       "%s: a member's lots are linked, the first minted first, without those that are gone",
       k->name);
    ok(jf_stake_first(&w, JF_EXIT_MEMBER) == jf_stake_of(&w, 2) &&
           jf_stake_first(&w, JF_EXIT_LOT)->lot == jf_world_lot(&w, 4),
       "%s: who spent least a unit is the first to be forced out", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

static void check_lot_changed(const kind *k)
{
    jf_store *store = lots_store(k);
    jf_lot lot = lots[0];
    lot.units.v = 0;
    lot.spend.v = 0;
    lot.sold.v = 80;
    lot.burnt.v = 90;
    lot.proceeds.v = 1033;
    jf_state state = {0};
    commit(store, &(jf_changes){.state = &state, .lots = 1, .lot = &lot});
    store = k->again(store);
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX], expected[TEXT_MAX];
    load(store, &w, &head);
    is_int(w.lots.count, LOTS, "%s: a lot that was changed is there once", k->name);
    is_str(lot_text(got, jf_world_lot(&w, 2)), lot_text(expected, &lot),
           "%s: and comes back changed", k->name);
    is_str(lot_text(got, jf_world_lot(&w, 3)), lot_text(expected, &lots[3]),
           "%s: the others are as before", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

static const jf_withdrawal withdrawals[] = {
    {.row.exists = true,
     .id = {"w-2", 3},
     .party = 4294967295u,
     .amount = {INT64_MAX},
     .state = JF_WITHDRAWAL_REJECTED},
    {.row.exists = true, .id = {"w-1", 3}, .party = 1, .amount = {5}},
    {.row.exists = true,
     .id = {"W-3", 3},
     .party = 2,
     .amount = {6},
     .state = JF_WITHDRAWAL_APPROVED},
};

static jf_store *withdrawals_store(const kind *k)
{
    jf_withdrawal withdrawal[3];
    char id[] = "w-2";
    jf_state state = {0};
    memcpy(withdrawal, withdrawals, sizeof withdrawal);
    withdrawal[0].id.p = id;
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .withdrawals = 3, .withdrawal = withdrawal});
    id[0] = 'x';
    return store;
}

static void check_withdrawals(const kind *k)
{
    jf_store *store = k->again(withdrawals_store(k));
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX], expected[TEXT_MAX];
    load(store, &w, &head);
    for (int i = 0; i < 3; i++) {
        jf_need need = {.kind = JF_NEED_WITHDRAWAL, .id = withdrawals[i].id};
        fetch(store, &w, need);
        is_str(withdrawal_text(got, jf_world_withdrawal(&w, need.id)),
               withdrawal_text(expected, &withdrawals[i]), "%s: withdrawal %.*s comes back whole",
               k->name, JF_STR_ARG(need.id));
    }
    jf_need absent = {.kind = JF_NEED_WITHDRAWAL, .id = JF_STR("w-3")};
    fetch(store, &w, absent);
    jf_withdrawal *none = jf_world_withdrawal(&w, absent.id);
    ok(none != NULL && !none->row.exists && none->row.type == JF_ROW_WITHDRAWAL,
       "%s: an absent withdrawal is known as such", k->name);
    none->party = 77;
    fetch(store, &w, absent);
    ok(jf_world_withdrawal(&w, absent.id) == none && none->party == 77,
       "%s: the resident row is not fetched over", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

static void check_withdrawal_changed(const kind *k)
{
    jf_store *store = withdrawals_store(k);
    jf_withdrawal withdrawal = withdrawals[1];
    withdrawal.state = JF_WITHDRAWAL_PAID;
    jf_state state = {0};
    commit(store, &(jf_changes){.state = &state, .withdrawals = 1, .withdrawal = &withdrawal});
    store = k->again(store);
    jf_world w;
    jf_hash head;
    char got[TEXT_MAX], expected[TEXT_MAX];
    load(store, &w, &head);
    fetch(store, &w, (jf_need){.kind = JF_NEED_WITHDRAWAL, .id = withdrawal.id});
    is_str(withdrawal_text(got, jf_world_withdrawal(&w, withdrawal.id)),
           withdrawal_text(expected, &withdrawal), "%s: a withdrawal that went on comes back so",
           k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

/* ---- scans ---- */

typedef struct gathered {
    jf_table table;
    int count, end;
    char text[4][TEXT_MAX];
} gathered;

static bool gather(void *context, const void *row)
{
    gathered *g = context;
    JF_ASSERT(g->count < 4);
    char *out = g->text[g->count++];
    switch (g->table) {
    case JF_TABLE_PARTY:
        party_text(out, row);
        break;
    case JF_TABLE_ACCOUNT:
        account_text(out, row);
        break;
    case JF_TABLE_ORDER:
        order_text(out, row);
        break;
    case JF_TABLE_LOT:
        lot_text(out, row);
        break;
    case JF_TABLE_WITHDRAWAL:
        withdrawal_text(out, row);
        break;
    case JF_TABLE_IDEM:
        idem_text(out, row);
        break;
    case JF_TABLE_UNMOVED:
        snprintf(out, TEXT_MAX, "%u %" PRIu64, ((const jf_unmoved_row *)row)->party,
                 ((const jf_unmoved_row *)row)->number);
        break;
    }
    return g->count < g->end;
}

static const gathered *scanned(jf_store *store, jf_table table, int end)
{
    static gathered g;
    jf_store_error error;
    g = (gathered){.table = table, .end = end};
    if (store->ops->scan(store, table, gather, &g, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
    return &g;
}

/* Withdrawals behind an id, in a state (NULL: any). */
static const gathered *scanned_behind(jf_store *store, jf_str after,
                                      const jf_withdrawal_state *state, int end)
{
    static gathered g;
    jf_store_error error;
    g = (gathered){.table = JF_TABLE_WITHDRAWAL, .end = end};
    if (store->ops->withdrawal_scan(store, after, state, gather, &g, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
    return &g;
}

/* The ids of one kind of command. */
static const gathered *scanned_ids(jf_store *store, jf_command_kind of, int end)
{
    static gathered g;
    jf_store_error error;
    g = (gathered){.table = JF_TABLE_IDEM, .end = end};
    if (store->ops->idem_scan(store, of, gather, &g, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
    return &g;
}

/* Orders below a number, the newest first. */
static const gathered *scanned_below(jf_store *store, uint64_t before, int end)
{
    static gathered g;
    jf_store_error error;
    g = (gathered){.table = JF_TABLE_ORDER, .end = end};
    if (store->ops->orders_back(store, &(jf_sought){.before = before}, gather, &g, &error) !=
        JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
    return &g;
}

/* Buckets differ from numbers: the order of a scan is the numbers'. */
static void check_scans(const kind *k)
{
    jf_party party[4];
    jf_account account[4];
    static char ids[4][8];
    for (uint32_t i = 0; i < 4; i++) {
        snprintf(ids[i], sizeof ids[i], "p%u", i);
        party[i] = (jf_party){.row.exists = true,
                              .kind = JF_PARTY_MEMBER,
                              .no = i + 1,
                              .id = jf_str_of(ids[i]),
                              .region = 40 + i};
        account[i] =
            (jf_account){.row.exists = true, .owner = (4 - i) % 4, .slot = 20, .balance = i};
    }
    JF_ASSERT(jf_id_bucket(party[0].id) > jf_id_bucket(party[1].id) ||
              jf_id_bucket(party[1].id) > jf_id_bucket(party[2].id));
    account[1].slot = account[2].slot = 21;
    account[2].owner = account[3].owner;
    jf_idem idem[] = {{.kind = JF_CMD_ORDER_PAY, .id = JF_STR("b"), .number = 1},
                      {.kind = JF_CMD_ORDER_PAY, .id = JF_STR("B"), .number = 2},
                      {.kind = JF_CMD_MEMBER_CREATE, .id = JF_STR("c"), .number = 3}};
    jf_state state = {.parties = 4};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state,
                                .parties = 4,
                                .party = party,
                                .accounts = 4,
                                .account = account,
                                .idems = 3,
                                .idem = idem});
    store = k->again(store);
    const gathered *g = scanned(store, JF_TABLE_PARTY, 9);
    is_int(g->count, 4, "%s: a scan shows every party", k->name);
    char expected[TEXT_MAX];
    for (int i = 0; i < 4; i++) {
        is_str(g->text[i], party_text(expected, &party[i]), "%s: party %d in its place", k->name,
               i + 1);
    }
    g = scanned(store, JF_TABLE_ACCOUNT, 9);
    is_str(g->text[0], "account owner=0 slot=20 balance=0 credited=0 last=0",
           "%s: a scan of accounts begins with the platform's", k->name);
    is_str(g->text[1], "account owner=1 slot=20 balance=3 credited=0 last=0", "%s: then owners",
           k->name);
    is_str(g->text[2], "account owner=1 slot=21 balance=2 credited=0 last=0", "%s: then slots",
           k->name);
    is_str(g->text[3], "account owner=3 slot=21 balance=1 credited=0 last=0", "%s: to the last",
           k->name);
    g = scanned(store, JF_TABLE_IDEM, 9);
    ok(g->count == 3 && strstr(g->text[0], "id=c number=3") &&
           strstr(g->text[1], "id=B number=2") && strstr(g->text[2], "id=b number=1"),
       "%s: ids by kind, then by bytes", k->name);
    g = scanned_ids(store, JF_CMD_ORDER_PAY, 9);
    ok(g->count == 2 && strstr(g->text[0], "id=B number=2") && strstr(g->text[1], "id=b number=1"),
       "%s: those of one kind", k->name);
    is_int(scanned_ids(store, JF_CMD_ORDER_REFUND, 9)->count, 0, "%s: of another, none", k->name);
    is_int(scanned(store, JF_TABLE_PARTY, 2)->count, 2, "%s: a scan can be ended", k->name);
    is_int(scanned(store, JF_TABLE_ACCOUNT, 1)->count, 1, "%s: with the platform's accounts too",
           k->name);
    jf_store_close(store);
}

static void check_order_scan(const kind *k)
{
    jf_store *store = k->again(orders_store(k));
    const gathered *g = scanned(store, JF_TABLE_ORDER, 3);
    ok(g->count == 3 && strstr(g->text[0], "order 2 id=o2") && strstr(g->text[1], "order 3 id=o3"),
       "%s: orders come by number", k->name);
    ok(strstr(g->text[2], "order 5 id=o5") && strstr(g->text[2], " 0:0>0.0=9223372036854775807"),
       "%s: with their parts", k->name);
    g = scanned_below(store, 5, 4);
    ok(g->count == 2 && strstr(g->text[0], "order 3 id=o3") && strstr(g->text[1], "order 2 id=o2"),
       "%s: those below a number come the newest first", k->name);
    g = scanned_below(store, 0, 1);
    ok(g->count == 1 && !strstr(g->text[0], "order 2 id=o2"), "%s: or from the newest on", k->name);
    jf_store_close(store);
}

static void check_lot_scan(const kind *k)
{
    static const int by_order[] = {0, 3, 2, 1};
    jf_store *store = k->again(lots_store(k));
    const gathered *g = scanned(store, JF_TABLE_LOT, 9);
    char expected[TEXT_MAX];
    is_int(g->count, LOTS, "%s: a scan shows every lot, those that are gone too", k->name);
    for (size_t i = 0; i < LOTS; i++) {
        is_str(g->text[i], lot_text(expected, &lots[by_order[i]]), "%s: by order, not by age: %d",
               k->name, (int)lots[by_order[i]].order);
    }
    is_int(scanned(store, JF_TABLE_LOT, 2)->count, 2, "%s: it can be ended", k->name);
    jf_store_close(store);
    store = k->again(withdrawals_store(k));
    g = scanned(store, JF_TABLE_WITHDRAWAL, 9);
    ok(g->count == 3 && strstr(g->text[0], "id=W-3 ") && strstr(g->text[1], "id=w-1 ") &&
           strstr(g->text[2], "id=w-2 "),
       "%s: withdrawals by the bytes of their ids", k->name);
    is_int(scanned(store, JF_TABLE_WITHDRAWAL, 1)->count, 1, "%s: and no more than wanted",
           k->name);
    g = scanned_behind(store, JF_STR("w-1"), NULL, 9);
    ok(g->count == 1 && strstr(g->text[0], "id=w-2 "), "%s: those behind an id", k->name);
    g = scanned_behind(store, JF_STR_NONE, NULL, 2);
    ok(g->count == 2 && strstr(g->text[0], "id=W-3 "), "%s: or all", k->name);
    jf_store_close(store);
}

/* Four withdrawals; the state of one of them changes. */
static void check_withdrawal_states(const kind *k)
{
    jf_withdrawal row[] = {
        {.id = JF_STR("a"), .party = 1, .amount = {1}, .state = JF_WITHDRAWAL_PAID},
        {.id = JF_STR("b"), .party = 1, .amount = {1}, .state = JF_WITHDRAWAL_REQUESTED},
        {.id = JF_STR("c"), .party = 1, .amount = {1}, .state = JF_WITHDRAWAL_REQUESTED},
        {.id = JF_STR("d"), .party = 1, .amount = {1}, .state = JF_WITHDRAWAL_PAID}};
    jf_withdrawal_state paid = JF_WITHDRAWAL_PAID, approved = JF_WITHDRAWAL_APPROVED;
    jf_state state = {0};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .withdrawals = 4, .withdrawal = row});
    row[2].state = JF_WITHDRAWAL_PAID;
    commit(store, &(jf_changes){.state = &state, .withdrawals = 1, .withdrawal = &row[2]});
    store = k->again(store);
    const gathered *g = scanned_behind(store, JF_STR_NONE, &paid, 4);
    ok(g->count == 3 && strstr(g->text[0], "id=a ") && strstr(g->text[1], "id=c ") &&
           strstr(g->text[2], "id=d "),
       "%s: withdrawals in a state, by id", k->name);
    g = scanned_behind(store, JF_STR("a"), &paid, 1);
    ok(g->count == 1 && strstr(g->text[0], "id=c "), "%s: those behind an id", k->name);
    is_int(scanned_behind(store, JF_STR_NONE, &approved, 4)->count, 0, "%s: in another, none",
           k->name);
    jf_store_close(store);
}

/* ---- orders that are sought ---- */

/* Order i of 0 to 11: number 500 * i + 1; every third costs 1000 fen more, the fourth 90000. */
static jf_store *sought_store(const kind *k)
{
    static jf_order order[12];
    for (uint32_t i = 0; i < 12; i++) {
        order[i] = (jf_order){.row.exists = true,
                              .number = 500 * (uint64_t)i + 1,
                              .id = JF_STR("s"),
                              .buyer = 1 + i % 2,
                              .shop = 3 + i % 3,
                              .version = 1,
                              .base_day = {(int32_t)i},
                              .due_day = {(int32_t)i + 3},
                              .held = i % 4 != 1,
                              .amount = {i == 4       ? 90000
                                         : i % 3 == 0 ? 1100
                                                      : 100}};
    }
    jf_state state = {0};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .orders = 8, .order = order});
    commit(store, &(jf_changes){.state = &state, .orders = 4, .order = order + 8});
    order[2].refunded.v = 100;
    order[7].refunded.v = 50;
    jf_order refunded[] = {order[2], order[7]};
    commit(store, &(jf_changes){.state = &state, .orders = 2, .order = refunded});
    return store;
}

/* Which of them, by their place. */
typedef struct found {
    char text[64];
    size_t n;
} found;

static bool find(void *context, const void *row)
{
    found *f = context;
    uint64_t number = ((const jf_order *)row)->number;
    f->n += (size_t)snprintf(f->text + f->n, sizeof f->text - f->n, "%" PRIu64 " ", number / 500);
    return true;
}

static void check_sought(const kind *k)
{
    static const struct {
        jf_sought sought;
        const char *expected, *what;
    } asked[] = {
        {{0}, "11 10 9 8 7 6 5 4 3 2 1 0 ", "all, the newest first"},
        {{.before = 2501}, "4 3 2 1 0 ", "below a number"},
        {{.before = 4001, .from = 2501}, "7 6 5 ", "from a number on"},
        {{.from = 6000}, "", "behind all"},
        {{.least = 1000}, "9 6 4 3 0 ", "large ones"},
        {{.least = 90000}, "4 ", "the largest"},
        {{.least = 90001}, "", "larger than any"},
        {{.least = 1000, .before = 3001}, "4 3 0 ", "large ones below a number"},
        {{.refunded = true}, "7 2 ", "refunded ones"},
        {{.refunded = true, .before = 3501}, "2 ", "refunded ones below a number"},
        {{.refunded = true, .shop = 5, .buyer = 1}, "2 ", "refunded ones of a shop and buyer"},
        {{.settled = true, .open = {8}}, "9 5 4 3 2 1 0 ", "settled ones"},
        {{.shop = 4, .least = 90000}, "4 ", "a large one of a shop"},
    };
    jf_store *store = k->again(sought_store(k));
    jf_store_error error;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        found f = {.n = 0};
        store->ops->orders_back(store, &asked[i].sought, find, &f, &error);
        is_str(f.text, asked[i].expected, "%s: orders: %s", k->name, asked[i].what);
    }
    jf_store_close(store);
}

/* ---- regions ---- */

/* Pages of two as one text. */
static const char *located_text(jf_store *store, jf_party_kind of, const char *region)
{
    static char text[100];
    uint32_t numbers[2];
    jf_located page = {.kind = of, .region = jf_str_of(region), .limit = 2, .numbers = numbers};
    jf_store_error error;
    size_t n = 0;
    text[0] = '\0';
    do {
        store->ops->located(store, &page, &error);
        for (uint32_t i = 0; i < page.count; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%u ", numbers[i]);
        page.after = page.count > 0 ? numbers[page.count - 1] : 0;
    } while (page.count == page.limit);
    return text;
}

static void check_located(const kind *k)
{
    static const jf_region regions[] = {330106, 110101, 33, 3301, 330206, 0, 3302, 330106, 340101};
    enum { PARTIES = sizeof regions / sizeof *regions };
    static char ids[PARTIES][8];
    jf_party party[PARTIES];
    for (uint32_t i = 0; i < PARTIES; i++) {
        snprintf(ids[i], sizeof ids[i], "g%u", i + 1);
        party[i] = (jf_party){.kind = i == 7 ? JF_PARTY_SHOP : JF_PARTY_MEMBER,
                              .no = i + 1,
                              .id = jf_str_of(ids[i]),
                              .region = regions[i]};
    }
    jf_state state = {.parties = PARTIES};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .parties = PARTIES, .party = party});
    party[0].region = 440101; /* it moved */
    commit(store, &(jf_changes){.state = &state, .parties = 1, .party = party});
    store = k->again(store);
    is_str(located_text(store, JF_PARTY_MEMBER, "33"), "3 4 5 7 ", "%s: who is in a province",
           k->name);
    is_str(located_text(store, JF_PARTY_MEMBER, "3302"), "5 7 ", "%s: in a city", k->name);
    is_str(located_text(store, JF_PARTY_MEMBER, "110101"), "2 ", "%s: in a county", k->name);
    is_str(located_text(store, JF_PARTY_MEMBER, "44"), "1 ", "%s: who moved there", k->name);
    is_str(located_text(store, JF_PARTY_SHOP, "33"), "8 ", "%s: shops", k->name);
    is_str(located_text(store, JF_PARTY_SHOP, "11"), "", "%s: nobody", k->name);
    jf_store_close(store);
}

/* ---- relations ---- */

/* Shop 1, member 2; the even members from 4 to 20 are bound to it, those above 10 brought by 2. */
static jf_store *related_store(const kind *k)
{
    static char ids[20][8];
    jf_party party[20];
    for (uint32_t i = 0; i < 20; i++) {
        uint32_t no = i + 1;
        snprintf(ids[i], sizeof ids[i], "r%u", no);
        party[i] = (jf_party){.kind = no == 1 ? JF_PARTY_SHOP : JF_PARTY_MEMBER,
                              .no = no,
                              .id = jf_str_of(ids[i]),
                              .home = no > 3 && no % 2 == 0,
                              .referrer = no > 10 ? 2 : 0};
    }
    jf_state state = {.parties = 20};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .parties = 20, .party = party});
    return store;
}

static void check_related(const kind *k)
{
    jf_store *store = k->again(related_store(k));
    uint32_t numbers[4], wrong = 0, seen = 0;
    jf_related page = {.relation = JF_RELATION_HOME, .to = 1, .limit = 4, .numbers = numbers};
    jf_store_error error;
    do {
        store->ops->related(store, &page, &error);
        for (uint32_t i = 0; i < page.count; i++)
            wrong += numbers[i] != 4 + 2 * seen++;
        page.after = page.count > 0 ? numbers[page.count - 1] : page.after;
    } while (page.count > 0);
    ok(seen == 9 && wrong == 0, "%s: pages show whom a shop has bound, by number", k->name);
    is_int((int64_t)page.all, 9, "%s: and how many they are", k->name);
    page = (jf_related){.relation = JF_RELATION_REFERRER, .to = 2, .limit = 4, .numbers = numbers};
    store->ops->related(store, &page, &error);
    ok(page.all == 10 && page.count == 4 && numbers[0] == 11, "%s: whom a member brought", k->name);
    page.to = 3;
    store->ops->related(store, &page, &error);
    ok(page.all == 0 && page.count == 0, "%s: nobody", k->name);
    jf_store_close(store);
}

/* ---- orders that moved nothing ---- */

/* An order of 1.00 that brings nobody anything, or `with` something. */
static jf_order bare_order(uint64_t number, bool held, const jf_part *with)
{
    return (jf_order){.number = number,
                      .id = JF_STR("bare"),
                      .buyer = 7,
                      .shop = 8,
                      .version = 1,
                      .held = held,
                      .amount = {100},
                      .rebate = {20},
                      .part_count = with != NULL,
                      .parts = with};
}

/* Pages of two as one text. */
static const char *unmoved_text(jf_store *store, uint32_t party, uint64_t before)
{
    static char text[200];
    uint64_t numbers[2];
    jf_unmoved page = {.party = party, .before = before, .limit = 2, .numbers = numbers};
    jf_store_error error;
    size_t n = 0;
    text[0] = '\0';
    do {
        store->ops->unmoved(store, &page, &error);
        for (uint32_t i = 0; i < page.count; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%" PRIu64 " ", numbers[i]);
        page.before = page.count > 0 ? numbers[page.count - 1] : 0;
    } while (page.count == page.limit);
    return text;
}

static void check_unmoved(const kind *k)
{
    const jf_part units = {0, JF_TO_TOKEN_POOL, 7, JF_SLOT(PENDING_TOKENS), 5};
    const jf_part coins = {0, JF_TO_COIN, 7, JF_SLOT(PENDING_COINS), 5};
    const jf_part others = {0, JF_TO_RECRUIT, 9, JF_SLOT(PENDING_WALLET), 5};
    const jf_part no_units = {0, JF_TO_TOKEN_POOL, 7, JF_SLOT(PENDING_TOKENS), 0};
    jf_order order[] = {
        bare_order(1, true, NULL),       bare_order(2, true, &units),
        bare_order(3, false, &units),    bare_order(4, true, &coins),
        bare_order(5, true, &others),    bare_order(6, false, NULL),
        bare_order(7, false, NULL),      bare_order(8, false, NULL),
        bare_order(9, false, NULL),      bare_order(10, false, &units),
        bare_order(11, true, &no_units), bare_order(12, false, NULL),
    };
    enum { ORDERS = sizeof order / sizeof *order };
    order[5].buyer_points.v = 1;
    order[6].voucher.v = 1;
    order[7].legacy.v = 1;
    order[8].buyer = 6;
    order[9].minted.v = 1;
    order[11].rebate.v = 100; /* all of the price: the shop gets nothing either */
    jf_state state = {0};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .orders = ORDERS, .order = order});
    order[0].refunded.v = 50;
    order[1].minted.v = 1; /* it matured */
    commit(store, &(jf_changes){.state = &state, .orders = 2, .order = order});
    store = k->again(store);
    is_str(unmoved_text(store, 7, 0), "12 11 5 3 1 ",
           "%s: what moved nothing of its buyer, the newest first", k->name);
    is_str(unmoved_text(store, 7, 5), "3 1 ", "%s: from a number on", k->name);
    is_str(unmoved_text(store, 8, 0), "12 ", "%s: what moved nothing of its shop", k->name);
    is_str(unmoved_text(store, 6, 0), "9 ", "%s: of another buyer", k->name);
    is_str(unmoved_text(store, 9, 0), "", "%s: of nobody", k->name);
    const gathered *g = scanned(store, JF_TABLE_UNMOVED, 3);
    ok(g->count == 3 && !strcmp(g->text[0], "6 9") && !strcmp(g->text[1], "7 1") &&
           !strcmp(g->text[2], "7 3"),
       "%s: all of them, by party and number", k->name);
    jf_store_close(store);
}

/* ---- the beginning of an id ---- */

/* Pages of three from a store of related_store, as one text. */
static const char *named_text(jf_store *store, jf_party_kind of, const char *prefix)
{
    static char text[400];
    jf_arena arena;
    uint32_t numbers[3];
    jf_str ids[3];
    jf_store_error error;
    size_t n = 0;
    text[0] = '\0';
    jf_arena_init(&arena, 0);
    jf_named page = {.kind = of, .prefix = jf_str_of(prefix), .limit = 3};
    page.arena = &arena;
    page.numbers = numbers;
    page.ids = ids;
    do {
        store->ops->named(store, &page, &error);
        for (uint32_t i = 0; i < page.count; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%.*s=%u ", (int)ids[i].n, ids[i].p,
                                  numbers[i]);
        page.after = page.count > 0 ? jf_str_dup(&arena, ids[page.count - 1]) : page.after;
    } while (page.count > 0);
    jf_arena_free(&arena);
    return text;
}

static void check_named(const kind *k)
{
    jf_store *store = k->again(related_store(k));
    is_str(named_text(store, JF_PARTY_MEMBER, "r1"),
           "r10=10 r11=11 r12=12 r13=13 r14=14 r15=15 r16=16 r17=17 r18=18 r19=19 ",
           "%s: members whose id begins so, page by page, without the shop", k->name);
    is_str(named_text(store, JF_PARTY_MEMBER, "r2"), "r2=2 r20=20 ", "%s: the exact one first",
           k->name);
    is_str(named_text(store, JF_PARTY_SHOP, "r"), "r1=1 ", "%s: shops", k->name);
    is_str(named_text(store, JF_PARTY_MEMBER, "r20x"), "", "%s: nobody", k->name);
    jf_store_close(store);
}

/* ---- positions ---- */

#define HOLDERS 40u

/* Owners HOLDERS down to 1; all in cohort 2 of pool 1, the odd ones in cohort 3 too. */
static jf_store *positions_store(const kind *k)
{
    static char ids[HOLDERS][8];
    jf_party party[HOLDERS];
    jf_account account[2 * HOLDERS];
    uint32_t accounts = 0;
    for (uint32_t i = 0; i < HOLDERS; i++) {
        uint32_t no = HOLDERS - i;
        snprintf(ids[i], sizeof ids[i], "h%u", no);
        party[i] = (jf_party){.kind = JF_PARTY_MEMBER, .no = no, .id = jf_str_of(ids[i])};
        account[accounts++] = (jf_account){.owner = no,
                                           .slot = jf_slot_of(JF_ACCOUNT_POSITION, 1, 2),
                                           .balance = 100 + no,
                                           .credited = 200 + no};
        if (no % 2 == 1) {
            account[accounts++] =
                (jf_account){.owner = no, .slot = jf_slot_of(JF_ACCOUNT_POSITION, 1, 3)};
        }
    }
    jf_state state = {.parties = HOLDERS};
    jf_store *store = k->fresh();
    /* parties in the order of their numbers, as they are created */
    for (uint32_t i = 0; i < HOLDERS / 2; i++) {
        jf_party swapped = party[i];
        party[i] = party[HOLDERS - 1 - i];
        party[HOLDERS - 1 - i] = swapped;
    }
    commit(store, &(jf_changes){.state = &state,
                                .parties = HOLDERS,
                                .party = party,
                                .accounts = accounts,
                                .account = account});
    return store;
}

static void check_positions(const kind *k)
{
    jf_store *store = k->again(positions_store(k));
    uint32_t owner[HOLDERS], wrong = 0, seen = 0, pages = 0, after = 0;
    int64_t points[HOLDERS], credited[HOLDERS];
    jf_position_columns page = {.owner = owner, .points = points, .credited = credited};
    jf_store_error error;
    do {
        store->ops->positions(store, 1, 2, after, 7, &page, &error);
        for (uint32_t i = 0; i < page.count; i++) {
            seen++;
            wrong += owner[i] != seen || points[i] != 100 + seen || credited[i] != 200 + seen;
        }
        after = page.count > 0 ? owner[page.count - 1] : after;
        pages++;
    } while (page.count > 0);
    is_int(seen, HOLDERS, "%s: pages show every position of a cohort", k->name);
    is_int(wrong, 0, "%s: by ascending owner, with points and what was credited", k->name);
    is_int(pages, 7, "%s: seven at a time, and an empty page at the end", k->name);
    store->ops->positions(store, 1, 3, 4, HOLDERS, &page, &error);
    ok(page.count == 18 && owner[0] == 5, "%s: another cohort is another list", k->name);
    store->ops->positions(store, 2, 2, 0, HOLDERS, &page, &error);
    is_int(page.count, 0, "%s: a pool without positions has none", k->name);
    jf_world w;
    jf_hash head;
    load(store, &w, &head);
    fetch(store, &w, (jf_need){.kind = JF_NEED_HOLDERS, .pool = 1, .cohort = 3});
    ok(w.holders != NULL && w.holders->pool == 1 && w.holders->cohort == 3 &&
           w.holders->count == 20 && w.holders->owner[19] == 39,
       "%s: all holders are fetched for a sweep", k->name);
    fetch(store, &w, (jf_need){.kind = JF_NEED_HOLDERS, .pool = 1, .cohort = 9});
    is_int(w.holders->count, 0, "%s: none for a cohort that nobody is in", k->name);
    jf_world_free(&w);
    jf_store_close(store);
}

/* ---- journals ---- */

typedef struct journals {
    int count, end;
    uint64_t first, last;
} journals;

static bool journal_seen(void *context, const void *row)
{
    journals *seen = context;
    const jf_journal_row *journal = row;
    seen->first = seen->count == 0 ? journal->number : seen->first;
    seen->last = journal->number;
    return ++seen->count < seen->end;
}

static void check_journals(const kind *k)
{
    jf_journal_row rows[] = {
        {.number = 1,
         .day = {-1},
         .kind = JF_JOURNAL_DAY,
         .subject = (uint64_t)INT64_C(-1),
         .postings = JF_STR("[]"),
         .hash = hash_of_number(1)},
        {.number = 2,
         .day = {20000},
         .kind = JF_JOURNAL_COMMAND,
         .subject = 5,
         .command = JF_STR("{\"cmd\":\"x\"}"),
         .result = JF_STR("{}"),
         .postings = JF_STR("[[1,2,3,4,5,6]]"),
         .hash = hash_of_number(2)},
        {.number = 3, .day = {20000}, .kind = JF_JOURNAL_CLOSE, .hash = hash_of_number(3)},
    };
    jf_state state = {.journals = 3};
    jf_store *store = k->fresh();
    commit(store, &(jf_changes){.state = &state, .journals = 3, .journal = rows});
    store = k->again(store);
    jf_arena arena;
    jf_arena_init(&arena, 0);
    jf_store_error error;
    jf_journal_row row;
    char got[TEXT_MAX], expected[TEXT_MAX];
    for (uint64_t n = 1; n <= 3; n++) {
        is_int(store->ops->journal_get(store, &arena, n, &row, &error), JF_STORE_OK,
               "%s: journal %d is there", k->name, (int)n);
        is_str(journal_text(got, &row), journal_text(expected, &rows[n - 1]), "%s: and whole",
               k->name);
    }
    is_int(store->ops->journal_get(store, &arena, 4, &row, &error), JF_STORE_NONE,
           "%s: there is no fourth", k->name);
    is_int(store->ops->journal_get(store, &arena, 0, &row, &error), JF_STORE_NONE,
           "%s: nor one numbered 0", k->name);
    static const struct {
        uint64_t from;
        int end, count;
        uint64_t first, last;
    } scans[] = {
        {0, 9, 3, 1, 3}, {1, 9, 3, 1, 3}, {2, 9, 2, 2, 3}, {4, 9, 0, 0, 0}, {1, 2, 2, 1, 2}};
    for (size_t i = 0; i < sizeof scans / sizeof *scans; i++) {
        journals seen = {.end = scans[i].end};
        store->ops->journal_scan(store, scans[i].from, journal_seen, &seen, &error);
        ok(seen.count == scans[i].count && seen.first == scans[i].first &&
               seen.last == scans[i].last,
           "%s: a scan from %d, ended after %d, shows %d", k->name, (int)scans[i].from,
           scans[i].end, scans[i].count);
    }
    jf_arena_free(&arena);
    jf_store_close(store);
}

static void check_small_batches(const kind *k)
{
    jf_store *store = k->fresh();
    small_batch b;
    for (uint64_t n = 1; n <= 300; n++) {
        commit(store, small_batch_make(&b, n));
    }
    store = k->again(store);
    is_int(small_batches_in(store), 300, "%s: three hundred batches are all there", k->name);
    jf_store_close(store);
}

/* ---- lists of integers ---- */

static void test_ints_good(void)
{
    static const char *texts[] = {
        "[]",
        "[[0]]",
        "[[1,2],[3,4]]",
        "[[-1,9223372036854775807,-9223372036854775808]]",
        "[[10],[20,30],[0,0,0,0,0,0]]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        jf_buf out;
        jf_buf_init(&out, NULL);
        jf_buf_char(&out, '[');
        jf_ints in;
        jf_ints_begin(&in, jf_str_of(texts[i]));
        int64_t values[6];
        int n;
        for (bool first = true; (n = jf_ints_next(&in, values, 6)) > 0; first = false) {
            jf_ints_write(&out, values, n, first);
        }
        jf_buf_char(&out, ']');
        is_int(n, 0, "%s is read to its end", texts[i]);
        is_int(jf_ints_next(&in, values, 6), 0, "and its end stays the end");
        is_bytes(out.p, out.n, texts[i], "and written again as it was");
        jf_buf_free(&out);
    }
}

static void test_ints_bad(void)
{
    static const char *texts[] = {
        "",
        "[",
        "]",
        "[]]",
        "[[]]",
        "[[1]",
        "[[1],]",
        "[[1],",
        "[[1][2]]",
        "[1]",
        "[[1,]]",
        "[[,1]]",
        "[[1 ,2]]",
        " [[1]]",
        "[[1]] ",
        "[[01]]",
        "[[-0]]",
        "[[-]]",
        "[[+1]]",
        "[[1.5]]",
        "[[1e3]]",
        "[[a]]",
        "[[9223372036854775808]]",
        "[[-9223372036854775809]]",
        "[[99999999999999999999999]]",
        "[[1,2,3,4]]",
        "[[[1]]]",
        "{[1]}",
        "[[1]x",
        "[[1]]x",
        "null",
        "[,[1]]",
        "[[1],,[2]]",
        "[\"1\"]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        jf_ints in;
        jf_ints_begin(&in, jf_str_of(texts[i]));
        int64_t values[3];
        int n, lists = 0;
        while ((n = jf_ints_next(&in, values, 3)) > 0) {
            lists++;
        }
        is_int(n, -1, "\"%s\" is refused", texts[i]);
        is_int(jf_ints_next(&in, values, 3), -1, "and stays so");
        ok(lists <= 2, "after at most two lists");
    }
}

static void test_urls(void)
{
    static const struct {
        const char *url, *says;
    } rows[] = {
        {"", "no database URL"},
        {"file.db", "no database URL"},
        {"SQLITE:x", "no database URL"},
        {"memory:x", "takes no path"},
        {"sqlite:", "names no file"},
        {"postgresql://host/db", "not built into this version"},
        {"postgres://host/db", "not built into this version"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        jf_store *store;
        jf_store_error error = {""};
        is_int(jf_store_open(&store, rows[i].url, JF_OPEN_WRITE, &error), JF_STORE_FAILED,
               "\"%s\" opens nothing", rows[i].url);
        ok(strstr(error.message, rows[i].says) != NULL, "and says: %s", error.message);
        ok(store == NULL, "and leaves no store");
    }
    jf_store_close(NULL);
}

int main(void)
{
    folder = folder_make();
    test_ints_good();
    test_ints_bad();
    test_urls();
    void (*const checks[])(const kind *) = {
        check_empty,
        check_resident,
        check_debtor_paid,
        check_debt_kinds,
        check_parties,
        check_resident_stays,
        check_changed_rows,
        check_orders,
        check_order_changed,
        check_ids,
        check_lots,
        check_lot_changed,
        check_withdrawals,
        check_withdrawal_changed,
        check_scans,
        check_order_scan,
        check_lot_scan,
        check_positions,
        check_withdrawal_states,
        check_sought,
        check_located,
        check_related,
        check_unmoved,
        check_named,
        check_journals,
        check_small_batches,
    };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
            checks[i](&kinds[k]);
        }
    }
    folder_remove(&folder);
    return tap_plan_done();
}
