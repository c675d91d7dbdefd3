/*
 * Tests of the audit: clean books have no findings, and each kind of damage is
 * found for what it is. One row a damage: what somebody did to the file, and
 * the ids of what the audit then says, in order.
 */
#include "audit_fixture.h"

static test_folder folder;
static test_path clean, rich, bad; /* rich: units, refunds and withdrawals too */

/* Ids that some row has seen, so that no row of audit_findings.def stays untested. */
static const char *const ids[] = {
#define JF_AUDIT(NAME, id, severity, en, zh) id,
#include "app/audit_findings.def"
#undef JF_AUDIT
};
#define IDS (sizeof ids / sizeof *ids)
static bool seen[IDS];

static void note_seen(const char *id)
{
    for (size_t i = 0; i < IDS; i++) {
        seen[i] |= strcmp(ids[i], id) == 0;
    }
}

static jf_audit audit_store(jf_store *store, bool replay)
{
    jf_audit audit;
    jf_store_error error;
    jf_audit_init(&audit);
    jf_audit_options options = {.replay = replay};
    if (jf_audit_run(&audit, store, &options, &error) != JF_STORE_OK) {
        tap_diag("%s", error.message);
        exit(1);
    }
    for (uint32_t i = 0; i < audit.count; i++) {
        note_seen(audit.list[i].id);
    }
    return audit;
}

static jf_audit audit_file(const char *path, bool replay)
{
    jf_store *store = sqlite_open(path, JF_OPEN_READ);
    jf_audit audit = audit_store(store, replay);
    jf_store_close(store);
    return audit;
}

/* The ids of the findings, each once, in the order in which they came. */
static const char *summary(jf_audit *audit)
{
    jf_buf out;
    jf_buf_init(&out, &audit->arena);
    for (uint32_t i = 0; i < audit->count; i++) {
        bool before = false;
        for (uint32_t k = 0; k < i; k++) {
            before |= strcmp(audit->list[k].id, audit->list[i].id) == 0;
        }
        if (!before) {
            jf_buf_c(&out, out.n > 0 ? " " : "");
            jf_buf_c(&out, audit->list[i].id);
        }
    }
    jf_buf_char(&out, '\0');
    return out.p;
}

static void print_findings(const jf_audit *audit)
{
    for (uint32_t i = 0; i < audit->count && i < 5; i++) {
        tap_diag("%s: %.*s", audit->list[i].id, JF_STR_ARG(audit->list[i].text));
    }
}

static void expect(const char *what, bool replay, const char *expected)
{
    jf_audit audit = audit_file(bad.text, replay);
    const char *got = summary(&audit);
    is_str(got, expected, "%s", what);
    if (strcmp(got, expected) != 0) {
        print_findings(&audit);
    }
    jf_audit_free(&audit);
}

enum { PLAIN = 0, REHASH = 1, REPLAY = 2 };

/* Something done to the file with SQL. */
typedef struct damage {
    const char *what;
    int how; /* REHASH: the chain is made whole again; REPLAY: the audit replays */
    const char *sql, *expected;
} damage;

#define CMD(name) "(SELECT min(number) FROM journal WHERE command LIKE '{\"cmd\":\"" name "\"%')"
#define CAPITAL_JOURNAL "(SELECT max(number) FROM journal WHERE command LIKE '%fund-2%')"
#define MATURED_ORDER "(SELECT min(number) FROM orders)"
#define OPEN_ORDER "(SELECT max(number) FROM orders)"
#define KIND(kind) "slot & 63 = " #kind

static const damage damages[] = {
    /* the chain */
    {"a journal was deleted", PLAIN, "DELETE FROM journal WHERE number=" CMD("shop.update"),
     "journal_missing journal_count"},
    {"the closing of a day was deleted", PLAIN,
     "DELETE FROM journal WHERE number=(SELECT max(number) FROM journal WHERE kind=4 AND "
     "day<19735)",
     "journal_missing journal_count"},
    {"the last journal was deleted", PLAIN,
     "DELETE FROM journal WHERE number=(SELECT journals FROM state)", "head_wrong journal_count"},
    {"a hash was changed", PLAIN,
     "UPDATE journal SET hash=zeroblob(32) WHERE number=" CMD("shop.update"), "chain_broken"},
    {"the hash of the last journal was changed", PLAIN,
     "UPDATE journal SET hash=zeroblob(32) WHERE number=(SELECT journals FROM state)",
     "chain_broken"},
    {"a command was changed", PLAIN,
     "UPDATE journal SET command=replace(command, '0.15', '0.16') WHERE number=" CMD("shop.update"),
     "chain_broken"},
    {"two journals were swapped", PLAIN,
     "UPDATE journal SET number=-1 WHERE number=10; UPDATE journal SET number=10 WHERE number=9;"
     "UPDATE journal SET number=9 WHERE number=-1",
     "chain_broken posting_before last_wrong idem_journal idem_missing"},
    {"the head was changed", PLAIN, "UPDATE state SET head=zeroblob(32)", "head_wrong"},
    {"the count of journals was changed", PLAIN, "UPDATE state SET journals=journals+1",
     "journal_count"},
    {"a journal was moved to another day", REHASH,
     "UPDATE journal SET day=day-1 WHERE number=" CMD("shop.update"), "day_order"},
    {"a day was closed under another number", REHASH,
     "UPDATE journal SET subject=subject+1 WHERE number=(SELECT min(number) FROM journal WHERE "
     "kind=4)",
     "day_order"},
    {"the open day was moved", PLAIN, "UPDATE state SET open_day=open_day+1",
     "day_order maturity_wrong"},
    {"a command became another", REHASH,
     "UPDATE journal SET command='{\"cmd\":\"shop.gift\"}' WHERE number=" CMD("shop.update"),
     "command_wrong"},
    {"a read became a journal", REHASH,
     "UPDATE journal SET command='{\"cmd\":\"funds.get\"}' WHERE number=" CMD("shop.update"),
     "command_wrong"},
    {"a command was taken away", REHASH,
     "UPDATE journal SET command='' WHERE number=" CMD("shop.update"), "command_wrong"},
    {"a closing was given a command", REHASH,
     "UPDATE journal SET command='{\"cmd\":\"shop.update\"}' WHERE"
     " number=(SELECT min(number) FROM journal WHERE kind=4)",
     "command_wrong"},
    {"a policy was set without a version", REHASH,
     "UPDATE journal SET command='{\"cmd\":\"policy.set\"}' WHERE number=" CMD("shop.update"),
     "policy_count"},
    /* postings */
    {"postings became unreadable", REHASH,
     "UPDATE journal SET postings='[[1]]' WHERE number=" CMD("shop.update"), "postings_unreadable"},
    {"the balance in a posting was changed", REHASH,
     "UPDATE journal SET postings=replace(postings, ',500000,500000,', ',500000,500001,')"
     " WHERE number=" CAPITAL_JOURNAL,
     "posting_balance"},
    {"a posting names another journal before it", REHASH,
     "UPDATE journal SET postings=replace(postings, ',500000,500000,0,', ',500000,500000,3,')"
     " WHERE number=" CAPITAL_JOURNAL,
     "posting_before"},
    {"the amount of a posting was changed", PLAIN,
     "UPDATE journal SET postings=replace(postings, ',500000,500000,', ',400000,500000,')"
     " WHERE number=" CAPITAL_JOURNAL,
     "chain_broken posting_balance unbalanced"},
    /* parties */
    {"a member was deleted", PLAIN, "DELETE FROM party WHERE id='dan'", "party_missing"},
    {"a member was renamed", PLAIN, "UPDATE party SET id='dora', bucket=0 WHERE id='dan'",
     "party_missing"},
    {"the count of parties was changed", PLAIN, "UPDATE state SET parties=parties+1",
     "party_missing"},
    {"a member refers itself", PLAIN, "UPDATE party SET referrer=no WHERE id='dan'",
     "party_relation"},
    {"a member's home is a member", PLAIN, "UPDATE party SET home=1 WHERE id='dan'",
     "party_relation"},
    {"a shop is owned by a shop", PLAIN, "UPDATE party SET owner=5 WHERE id='tea'",
     "party_relation"},
    {"a shop has no owner", PLAIN, "UPDATE party SET owner=0 WHERE id='tea'", "party_relation"},
    {"a shop's recruiter is nobody", PLAIN, "UPDATE party SET recruiter=99 WHERE id='tea'",
     "party_relation"},
    {"a shop's city partner is a shop", PLAIN, "UPDATE party SET city_partner=5 WHERE id='tea'",
     "party_relation"},
    {"a seat is held by nobody", PLAIN, "UPDATE seat SET holders='[[99,1]]'", "seat_holder"},
    {"a seat is held by a shop", PLAIN, "UPDATE seat SET holders='[[4,1]]'", "seat_holder"},
    /* accounts */
    {"an account was added", PLAIN,
     "INSERT INTO account SELECT bucket, no, 20, 100, 0, 1 FROM party WHERE id='dan'",
     "account_unposted"},
    {"an account was deleted", PLAIN, "DELETE FROM account WHERE owner=1 AND " KIND(20),
     "account_missing"},
    {"a balance was changed", PLAIN,
     "UPDATE account SET balance=balance+1 WHERE owner=1 AND " KIND(22), "balance_wrong"},
    {"a balance of the platform was changed", PLAIN,
     "UPDATE account SET balance=balance+1 WHERE owner=0 AND " KIND(1), "balance_wrong"},
    {"an account names another journal", PLAIN,
     "UPDATE account SET last=last-1 WHERE owner=1 AND " KIND(22), "last_wrong"},
    {"a position says it was credited more", PLAIN,
     "UPDATE account SET credited=credited+1 WHERE owner=1 AND slot=(SELECT min(slot) FROM account"
     " WHERE owner=1 AND " KIND(30) ")",
     "credited_wrong"},
    {"a wallet says it was credited", PLAIN,
     "UPDATE account SET credited=1 WHERE owner=1 AND " KIND(20), "credited_wrong"},
    /* orders and ids */
    {"an order has another id", PLAIN, "UPDATE orders SET id='x' WHERE number=" MATURED_ORDER,
     "order_journal"},
    {"an order was added", PLAIN,
     "INSERT INTO orders SELECT 1, 'x', buyer, shop, version, base_day, due_day, held, cash_shop,"
     " amount, rebate, rebate_voucher, rest, voucher, credit, buyer_points, shop_points, minted,"
     " token_price, refunded, refunded_held, parts, legacy FROM orders WHERE number=" MATURED_ORDER,
     "order_journal"},
    {"an order was deleted", PLAIN, "DELETE FROM orders WHERE number=" MATURED_ORDER,
     "order_missing"},
    {"an open order was deleted", PLAIN, "DELETE FROM orders WHERE number=" OPEN_ORDER,
     "pending_wrong order_missing"},
    {"more was refunded than paid", PLAIN,
     "UPDATE orders SET refunded=amount+1 WHERE number=" MATURED_ORDER, "order_wrong"},
    {"the amount of an order is 0", PLAIN, "UPDATE orders SET amount=0 WHERE number=" MATURED_ORDER,
     "order_wrong"},
    {"an order has more vouchers than its amount", PLAIN,
     "UPDATE orders SET voucher=amount+1 WHERE number=" MATURED_ORDER, "order_wrong"},
    {"the voucher part of a rebate was changed", PLAIN,
     "UPDATE orders SET rebate_voucher=1 WHERE number=" MATURED_ORDER, "order_wrong"},
    {"an order was bought by nobody", PLAIN,
     "UPDATE orders SET buyer=99 WHERE number=" MATURED_ORDER, "order_wrong"},
    {"an order was sold by a member", PLAIN, "UPDATE orders SET shop=3 WHERE number=" MATURED_ORDER,
     "order_wrong"},
    {"an order is of a policy that there is not", PLAIN,
     "UPDATE orders SET version=9 WHERE number=" MATURED_ORDER, "order_wrong"},
    {"an order is held for longer", PLAIN,
     "UPDATE orders SET base_day=base_day-1 WHERE number=" MATURED_ORDER, "order_wrong"},
    {"a large order is passed over", PLAIN, "UPDATE order_peak SET most=1", "order_unlisted"},
    {"where large orders are is lost", PLAIN, "DELETE FROM order_peak", "order_unlisted"},
    {"negative points", PLAIN, "UPDATE orders SET buyer_points=-1 WHERE number=" MATURED_ORDER,
     "order_wrong"},
    {"the rest of an order was changed", PLAIN,
     "UPDATE orders SET rest=rest-1 WHERE number=" MATURED_ORDER, "order_parts"},
    {"a share of an order was changed", PLAIN,
     "UPDATE orders SET parts=json_set(parts, '$[0][4]', (parts ->> '$[0][4]') + 1)"
     " WHERE number=" MATURED_ORDER,
     "order_parts"},
    {"shares of an open order were moved", PLAIN,
     "UPDATE orders SET parts=json_set(parts, '$[0][4]', (parts ->> '$[0][4]') + 1),"
     " rest=rest-1 WHERE number=" OPEN_ORDER,
     "pending_wrong"},
    {"a share of an open order has another owner", PLAIN,
     "UPDATE orders SET parts=json_set(parts, '$[0][2]', 7) WHERE number=" OPEN_ORDER,
     "pending_wrong"},
    {"a matured order is due later", PLAIN,
     "UPDATE orders SET base_day=base_day+60, due_day=due_day+60 WHERE number=" MATURED_ORDER,
     "maturity_wrong"},
    {"an order matured twice", REHASH,
     "UPDATE journal SET subject=(SELECT subject FROM journal WHERE kind=1 ORDER BY number LIMIT 1)"
     " WHERE number=(SELECT number FROM journal WHERE kind=1 ORDER BY number LIMIT 1 OFFSET 1)",
     "maturity_wrong pending_wrong"},
    {"an order that nobody paid matured", REHASH,
     "UPDATE journal SET subject=1 WHERE number=(SELECT number FROM journal WHERE kind=1 LIMIT 1)",
     "maturity_wrong pending_wrong"},
    {"an id was added", PLAIN, "INSERT INTO idem VALUES (0, 1, 'x', 3)", "idem_journal"},
    {"an id of a journal that there is not", PLAIN,
     "INSERT INTO idem VALUES (0, 1, 'x', 999999999)", "idem_journal"},
    {"an id was noted for another journal", PLAIN,
     "UPDATE idem SET number=number+1 WHERE id='fund-1'", "idem_journal idem_missing"},
    {"an id was deleted", PLAIN, "DELETE FROM idem WHERE id='fund-1'", "idem_missing"},
    /* pools */
    {"a pool released more", PLAIN, "UPDATE pool SET released=released+1", "pool_wrong"},
    {"more matured in a pool", PLAIN, "UPDATE pool SET matured=matured+1", "pool_wrong"},
    {"a pool closed on another day", PLAIN, "UPDATE pool SET last_close=last_close-1",
     "pool_wrong"},
    {"a cohort is finished too early", PLAIN,
     "UPDATE cohort SET finished=1 WHERE cohort=(SELECT first_active FROM pool)", "pool_wrong"},
    {"the count of closes was changed", PLAIN, "UPDATE state SET closes=closes+1", "pool_wrong"},
    {"a close is of another period", REHASH,
     "UPDATE journal SET subject=subject+4096 WHERE number=(SELECT max(number) FROM journal WHERE "
     "kind=2)",
     "pool_wrong"},
    {"a cohort has more points", PLAIN, "UPDATE cohort SET points=points+1 WHERE cohort=1",
     "cohort_wrong"},
    {"a cohort has a higher index", PLAIN,
     "UPDATE cohort SET index_value=index_value+1 WHERE cohort=1", "cohort_wrong"},
    {"a cohort released more", PLAIN, "UPDATE cohort SET released=released+1 WHERE cohort=1",
     "cohort_wrong"},
    {"the cap was lowered", PLAIN,
     "UPDATE policy SET document=replace(document, '\"cap\":\"5\"', '\"cap\":\"0.000001\"')",
     "index_over_cap"},
    {"a total was changed", PLAIN, "UPDATE state SET totals=json_set(totals, '$[0][1]', 1)",
     "totals_wrong"},
    /* what only a replay sees */
    {"a command was changed and everything hashed anew", REHASH | REPLAY,
     "UPDATE journal SET command=replace(command, '5000.00', '4000.00') WHERE "
     "number=" CAPITAL_JOURNAL,
     "replay_differs"},
    {"a command that cannot be accepted", REHASH | REPLAY,
     "UPDATE journal SET command=replace(command, 'rice', 'salt') WHERE number=" CMD("shop.update"),
     "replay_differs"},
    {"an answer was changed", REPLAY,
     "UPDATE journal SET result='{\"id\":\"dora\"}' WHERE command LIKE '%\"dan\"%'",
     "replay_result"},
    {"a phone was changed", REPLAY, "UPDATE party SET phone='13800000002' WHERE id='anna'",
     "replay_rows"},
    {"the growth of a cohort was changed", REPLAY,
     "UPDATE cohort SET growth=growth+1 WHERE cohort=1", "replay_rows"},
    {"a policy was changed", REPLAY,
     "UPDATE policy SET document=replace(document, '\"name\":\"test\"', '\"name\":\"text\"')",
     "replay_rows"},
};

/* What is in the rich books only. */
#define HELD "number=(SELECT max(number) FROM lot WHERE units>0)"

static const damage rich_damages[] = {
    {"a lot holds fewer units", PLAIN, "UPDATE lot SET units=units-1, sold=sold+1 WHERE " HELD,
     "tokens_wrong"},
    {"a lot minted more", PLAIN, "UPDATE lot SET minted=minted+1, sold=sold+1 WHERE " HELD,
     "lot_wrong"},
    {"a lot has a spend and no units", PLAIN, "UPDATE lot SET sold=sold+units, units=0 WHERE " HELD,
     "lot_wrong"},
    {"a lot is gone", PLAIN, "DELETE FROM lot WHERE " HELD, "lot_wrong"},
    {"a lot is of another member", PLAIN, "UPDATE lot SET owner=6 WHERE " HELD,
     "lot_wrong tokens_wrong"},
    {"an order minted more", PLAIN,
     "UPDATE orders SET minted=minted+1 WHERE number=(SELECT max(number) FROM lot)", "lot_wrong"},
    {"a lot of no order", PLAIN,
     "INSERT INTO lot SELECT 1, since, owner, member_id, 'none', 1, 0, 0, 1, 0, 0 FROM lot LIMIT 1",
     "lot_wrong"},
    {"a withdrawal asks for more", PLAIN, "UPDATE withdrawal SET amount=amount+1 WHERE id='w-1'",
     "withdrawals_wrong"},
    {"a withdrawal is called paid", PLAIN, "UPDATE withdrawal SET state=2 WHERE id='w-2'",
     "withdrawals_wrong"},
    {"a withdrawal is of nobody", PLAIN, "UPDATE withdrawal SET party=99 WHERE id='w-2'",
     "withdrawals_wrong"},
    {"a refund took less from a position", PLAIN,
     "UPDATE account SET credited=credited+1 WHERE owner=3 AND " KIND(
         30) " AND balance>0 AND "
             "slot=(SELECT max(slot) FROM account WHERE owner=3 AND " KIND(30) " AND credited>0)",
     "credited_wrong"},
    {"more of an order was refunded than paid", PLAIN,
     "UPDATE orders SET refunded=amount+1 WHERE id='u-2'", "order_wrong"},
};

static void run_damages(const char *from, const damage *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const damage *d = &rows[i];
        file_copy(from, bad.text);
        sqlite3 *db = sql_open(bad.text);
        sql_run(db, d->sql);
        if (d->how & REHASH) {
            rehash(db);
        }
        sqlite3_close(db);
        expect(d->what, (d->how & REPLAY) != 0, d->expected);
    }
}

static void test_damages(void)
{
    run_damages(clean.text, damages, sizeof damages / sizeof *damages);
    run_damages(rich.text, rich_damages, sizeof rich_damages / sizeof *rich_damages);
}

#define P JF_PLATFORM
#define ANNA 1
#define TEA 4

/* A journal that fits in everywhere and breaks one thing. */
typedef struct forgery {
    const char *what;
    forged list[4];
    const char *expected;
} forgery;

static void forge_copy(const char *from, const forgery *f)
{
    size_t count = 0;
    while (count < 4 && f->list[count].amount != 0) {
        count++;
    }
    file_copy(from, bad.text);
    sqlite3 *db = sql_open(bad.text);
    forge(db, f->list, count);
    sqlite3_close(db);
}

static void run_forgeries(const char *from, const forgery *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        forge_copy(from, &rows[i]);
        expect(rows[i].what, false, rows[i].expected);
    }
}

static void test_forged_postings(void)
{
    const jf_slot revenue = JF_SLOT(REVENUE), capital = JF_SLOT(CAPITAL);
    const uint32_t sale = JF_WHY_SALE;
    const forgery rows[] = {
        {"a forged journal that breaks nothing",
         {{P, revenue, -1, sale}, {P, capital, 1, sale}},
         ""},
        {"a journal does not balance", {{P, capital, 1, sale}}, "unbalanced unit_sum"},
        {"a posting on a pool that there is not",
         {{P, revenue, -1, sale}, {P, JF_POOL_SLOT(DIVIDEND, 63), 1, sale}},
         "posting_slot"},
        {"a posting on a cohort that there is not",
         {{P, JF_SLOT(POINTS_ISSUED), -1, sale}, {ANNA, JF_COHORT_SLOT(POSITION, 0, 999), 1, sale}},
         "posting_slot"},
        {"a posting on a wallet of the platform",
         {{P, revenue, -1, sale}, {P, JF_SLOT(WALLET), 1, sale}},
         "posting_owner"},
        {"a posting on revenue of a member",
         {{P, capital, -1, sale}, {ANNA, revenue, 1, sale}},
         "posting_owner"},
        {"a posting on a wallet of a shop",
         {{P, revenue, -1, sale}, {TEA, JF_SLOT(WALLET), 1, sale}},
         "posting_owner"},
        {"a posting on a receivable of a member",
         {{P, revenue, -1, sale}, {ANNA, JF_SLOT(RECEIVABLE), 1, sale}},
         "posting_owner"},
        {"a posting without a reason",
         {{P, revenue, -1, 200}, {P, capital, 1, 200}},
         "posting_reason"},
        {"capital below zero",
         {{P, capital, -100000000, sale}, {P, revenue, 100000000, sale}},
         "posting_sign"},
        {"coins issued above zero",
         {{P, JF_SLOT(COINS_ISSUED), 100000000, sale}, {ANNA, JF_SLOT(COINS), -100000000, sale}},
         "posting_sign coin_reserve"},
    };
    run_forgeries(clean.text, rows, sizeof rows / sizeof *rows);
}

static void test_forged_funds(void)
{
    const jf_slot revenue = JF_SLOT(REVENUE), cash = JF_SLOT(CASH);
    const jf_slot reserve = JF_SLOT(VOUCHER_RESERVE), issued = JF_SLOT(VOUCHERS_ISSUED);
    const jf_slot unclaimed = JF_COHORT_SLOT(UNCLAIMED, 0, 12);
    const uint32_t sale = JF_WHY_SALE;
    const forgery rows[] = {
        {"vouchers are credited to nobody",
         {{P, unclaimed, -1, JF_WHY_CREDITING},
          {P, issued, 1, JF_WHY_CREDITING},
          {P, reserve, -1, JF_WHY_CREDITING},
          {P, revenue, 1, JF_WHY_CREDITING}},
         "crediting_wrong"},
        {"vouchers leave a cohort for no reason that there is",
         {{P, unclaimed, -1, sale},
          {P, issued, 1, sale},
          {P, reserve, -1, sale},
          {P, revenue, 1, sale}},
         "unclaimed_wrong"},
        {"something is on hold for no order",
         {{P, revenue, -1, sale}, {ANNA, JF_SLOT(PENDING_WALLET), 1, sale}},
         "pending_wrong"},
        {"a debt that is not on the list",
         {{ANNA, JF_SLOT(DEBT_VOUCHER), -1, sale}, {P, revenue, 1, sale}},
         "debtor_missing"},
        {"the voucher reserve is short",
         {{P, reserve, -1, sale}, {P, revenue, 1, sale}},
         "voucher_reserve"},
        {"the coin reserve is short",
         {{P, JF_SLOT(COIN_RESERVE), -1, sale}, {P, revenue, 1, sale}},
         "coin_reserve"},
        {"the credit fund is short",
         {{P, JF_SLOT(CREDIT_FUND), -1, JF_WHY_REPAY}, {P, revenue, 1, sale}},
         "credit_fund"},
        {"a dividend fund is short",
         {{P, JF_POOL_SLOT(DIVIDEND, 0), -1, JF_WHY_REPAY}, {P, revenue, 1, sale}},
         "dividend_fund"},
        {"a standing that is not on the list",
         {{ANNA, JF_POOL_SLOT(STANDING, JF_TO_STAFF), 1, JF_WHY_ENROLL},
          {P, JF_POOL_SLOT(STANDINGS_GIVEN, JF_TO_STAFF), -1, JF_WHY_ENROLL}},
         "listed_missing"},
        {"a standing is countered by that of another program",
         {{P, JF_POOL_SLOT(STANDINGS_GIVEN, JF_TO_STAFF), -1, JF_WHY_ENROLL},
          {P, JF_POOL_SLOT(TURNOVER_COUNTED, JF_TO_TEAM), 1, JF_WHY_TURNOVER}},
         "unbalanced counter_wrong unit_sum"},
        {"a credit debt is owed to the wrong account",
         {{ANNA, JF_SLOT(CREDIT_DEBT), 1, sale}, {P, JF_POOL_SLOT(OWED_CLAWBACK, 0), -1, sale}},
         "debtor_missing owed_wrong credit_fund"},
        {"the platform owes more than it owns",
         {{P, cash, 100000000, sale}, {P, revenue, -100000000, sale}},
         "insolvent"},
    };
    run_forgeries(clean.text, rows, sizeof rows / sizeof *rows);
    jf_audit audit = audit_file(bad.text, false);
    is_int(audit.errors, 0, "insolvency is a warning, not an error of the books");
    is_str(audit.list[0].severity, "warning", "and says so");
    jf_audit_free(&audit);
}

static void test_forged_units(void)
{
    const jf_slot revenue = JF_SLOT(REVENUE), pool = JF_SLOT(TOKEN_POOL);
    sqlite3 *db = sql_open(rich.text);
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT balance FROM account WHERE owner=0 AND slot=%u", pool);
    int64_t all = sql_int(db, sql);
    sqlite3_close(db);
    ok(all > 1, "the appreciation pool has money");
    const uint32_t sale = JF_WHY_SALE, refund = JF_WHY_REFUND;
    const forgery rows[] = {
        {"the price of a unit falls", {{P, pool, -1, sale}, {P, revenue, 1, sale}}, "price_fell"},
        {"units are worth nothing", {{P, pool, -all, sale}, {P, revenue, all, sale}}, "token_pool"},
        {"units go, and no lot lost them",
         {{ANNA, JF_SLOT(TOKENS), -1, sale}, {P, JF_SLOT(TOKENS_ISSUED), 1, sale}},
         "tokens_wrong"},
        {"releases come back for no points",
         {{P, JF_POOL_SLOT(DIVIDEND, 0), 1, refund}, {P, revenue, -1, refund}},
         "crediting_wrong"},
        {"a draw is no receipt of the credit fund",
         {{P, JF_SLOT(CREDIT_FUND), -1, JF_WHY_CREDIT}, {P, revenue, 1, sale}},
         "credit_fund"},
        {"money is on its way for no withdrawal",
         {{P, revenue, -1, sale}, {P, JF_SLOT(WITHDRAWALS), 1, sale}},
         "withdrawals_wrong"},
        {"a debt in money that is not on the list",
         {{ANNA, JF_SLOT(DEBT_CNY), -1, sale}, {P, revenue, 1, sale}},
         "debtor_missing"},
    };
    run_forgeries(rich.text, rows, sizeof rows / sizeof *rows);
}

/* Refunds, draws, sales and withdrawals are no damage. */
static void test_rich_books(void)
{
    jf_audit audit = audit_file(rich.text, true);
    is_str(summary(&audit), "", "books with units, refunds and withdrawals have no findings");
    print_findings(&audit);
    jf_audit_free(&audit);
    sqlite3 *db = sql_open(rich.text);
    ok(sql_int(db, "SELECT count(*) FROM lot WHERE sold>0 AND burnt>minted-units-sold") == 1,
       "a refund wanted units that were sold already");
    ok(sql_int(db, "SELECT count(*) FROM posting WHERE why='refund' AND account='dividend' "
                   "AND amount_steps>0") > 0,
       "a refund took releases back");
    ok(sql_int(db,
               "SELECT count(*) FROM orders WHERE refunded_held>0 AND refunded>refunded_held") == 1,
       "an order was refunded before it matured and after");
    sqlite3_close(db);
}

/* A position is credited all that the cohort still has, and its row says so too. */
static void test_overcredited(void)
{
    const jf_slot unclaimed = JF_COHORT_SLOT(UNCLAIMED, 0, 12),
                  position = JF_COHORT_SLOT(POSITION, 0, 12);
    char sql[200];
    file_copy(clean.text, bad.text);
    sqlite3 *db = sql_open(bad.text);
    snprintf(sql, sizeof sql, "SELECT balance FROM account WHERE owner=0 AND slot=%u", unclaimed);
    int64_t all = sql_int(db, sql);
    ok(all > 100, "the twelfth cohort has vouchers that nobody has claimed");
    forge(db,
          (forged[]){{P, unclaimed, -all, JF_WHY_CREDITING},
                     {ANNA, JF_SLOT(VOUCHERS), all, JF_WHY_CREDITING}},
          2);
    snprintf(sql, sizeof sql,
             "UPDATE account SET credited=credited+%" PRId64 " WHERE owner=%d AND slot=%u", all,
             ANNA, position);
    sql_run(db, sql);
    sqlite3_close(db);
    expect("a position was credited everybody's vouchers", false, "overcredited");
}

/* A debt on the list is as it should be; forging one shows what the list is compared with. */
static void test_debtor_on_the_list(void)
{
    file_copy(clean.text, bad.text);
    sqlite3 *db = sql_open(bad.text);
    forge(db,
          (forged[]){{ANNA, JF_SLOT(DEBT_VOUCHER), -1, JF_WHY_SALE}, {P, JF_SLOT(REVENUE), 1, 0}},
          2);
    sql_run(db, "INSERT INTO listed SELECT bucket, owner, slot FROM account WHERE slot & 63 = 32");
    sqlite3_close(db);
    expect("a debt that is on the list", false, "");
}

static void test_texts(void)
{
    file_copy(clean.text, bad.text);
    sqlite3 *db = sql_open(bad.text);
    int64_t revenue = sql_int(db, "SELECT balance FROM account WHERE owner=0 AND slot=1");
    sql_run(db, "UPDATE account SET balance=1234567 WHERE owner=0 AND slot=1;"
                "UPDATE party SET id='d' || char(7) || 'n', bucket=0 WHERE id='dan'");
    sqlite3_close(db);
    jf_audit audit = audit_file(bad.text, false);
    char expected[160];
    is_int(audit.count, 2, "two things are wrong");
    is_bytes(audit.list[0].text.p, audit.list[0].text.n,
             "journal 11 created member dan, but party 6 is member d?n",
             "a text of the file cannot bring control characters into a finding");
    snprintf(expected, sizeof expected,
             "revenue of the platform is 12345.67 CNY; its postings make %d.%02d CNY",
             (int)(revenue / 100), (int)(revenue % 100));
    is_bytes(audit.list[1].text.p, audit.list[1].text.n, expected,
             "a finding names the account and both numbers");
    is_str(jf_audit_meaning("balance_wrong", false), "a balance is not the sum of its postings",
           "an id has a meaning in English");
    is_str(jf_audit_meaning("balance_wrong", true), "余额不等于分录之和", "and in Chinese");
    jf_audit_free(&audit);
}

static void test_a_hundred_are_listed(void)
{
    file_copy(clean.text, bad.text);
    sqlite3 *db = sql_open(bad.text);
    sql_run(db, "UPDATE account SET balance=balance+1, last=last+1, credited=credited+1");
    int64_t accounts = sql_int(db, "SELECT count(*) FROM account");
    sqlite3_close(db);
    jf_audit audit = audit_file(bad.text, false);
    char expected[100];
    is_int(audit.count, 101, "a hundred findings are listed, and one says how many more there are");
    is_int(audit.errors, 3 * accounts, "all are counted");
    is_str(audit.list[100].id, "more_findings", "the last one is more_findings");
    is_str(audit.list[100].severity, "error", "there are errors among those not listed");
    snprintf(expected, sizeof expected, "%d findings more; mend those above, and audit again",
             (int)(3 * accounts - 100));
    is_bytes(audit.list[100].text.p, audit.list[100].text.n, expected, "it says how many");
    jf_audit_free(&audit);
}

static void test_clean_books(void)
{
    jf_store *memory = store_open("memory:", JF_OPEN_WRITE);
    books_write(memory);
    jf_audit file = audit_file(clean.text, true), again = audit_store(memory, true);
    is_str(summary(&file), "", "clean books in a file have no findings");
    print_findings(&file);
    is_str(summary(&again), "", "clean books in memory have none");
    ok(memcmp(file.state_hash.b, again.state_hash.b, sizeof file.state_hash.b) == 0,
       "the state hash is the same in a file and in memory");
    ok(memcmp(file.head.b, again.head.b, sizeof file.head.b) == 0,
       "and so is the head of the chain");
    is_int(file.orders, 48, "every order was read");
    is_int(file.parties, 6, "every party was read");
    is_int(file.ids, 56, "every id was read");
    is_int(file.journals, again.journals, "as many journals were read in memory");
    is_int(file.accounts, again.accounts, "as many accounts");
    ok(file.replayed && again.replayed, "the commands were run again");
    jf_audit_free(&file);
    jf_audit_free(&again);
    jf_store_close(memory);
}

static void test_empty_books(void)
{
    jf_store *memory = store_open("memory:", JF_OPEN_WRITE);
    jf_audit audit = audit_store(memory, true);
    is_str(summary(&audit), "", "empty books have no findings");
    is_int(audit.journals, 0, "and no journals");
    jf_audit_free(&audit);
    jf_store_close(memory);
}

/* The reply of the command `audit`, out of a running engine. */
static void keep_answer(void *context, const jf_answer *answer)
{
    jf_buf *out = context;
    jf_buf_clear(out);
    jf_buf_str(out, answer->text);
    jf_buf_char(out, '\0');
}

static void test_command(void)
{
    jf_engine *engine;
    jf_store_error error;
    jf_buf out;
    jf_buf_init(&out, NULL);
    jf_store *store = sqlite_open(clean.text, JF_OPEN_WRITE);
    jf_engine_options options = {.answer = keep_answer, .context = &out};
    JF_ASSERT(jf_engine_open(&engine, store, &options, &error) == JF_STORE_OK);
    books_line(engine, "{'cmd':'audit'}");
    JF_ASSERT(jf_engine_flush(engine, &error) == JF_STORE_OK);
    jf_engine_close(engine);
    jf_store_close(store);
    jf_audit audit = audit_file(clean.text, false);
    jf_buf expected;
    jf_buf_init(&expected, NULL);
    jf_buf_c(&expected, "{\"ok\":true,\"result\":{\"findings\":[],\"journals\":");
    jf_buf_int(&expected, (int64_t)audit.journals);
    jf_buf_c(&expected, ",\"state_hash\":\"");
    jf_hash_print(&expected, audit.state_hash);
    jf_buf_c(&expected, "\"}}");
    jf_buf_char(&expected, '\0');
    is_str(out.p, expected.p, "the command answers with findings, journals and the state hash");
    jf_buf_free(&expected);
    jf_buf_free(&out);
    jf_audit_free(&audit);
}

static void test_every_id_was_seen(void)
{
    for (size_t i = 0; i < IDS; i++) {
        ok(seen[i], "some damage above is found as %s", ids[i]);
        ok(jf_audit_meaning(ids[i], true)[0] != '\0', "%s has a meaning in Chinese", ids[i]);
    }
}

int main(void)
{
    folder = folder_make();
    clean = path_in(&folder, "clean.db");
    rich = path_in(&folder, "rich.db");
    bad = path_in(&folder, "bad.db");
    jf_store *store = sqlite_open(clean.text, JF_OPEN_WRITE);
    books_write(store);
    jf_store_close(store);
    file_copy(clean.text, rich.text);
    store = sqlite_open(rich.text, JF_OPEN_WRITE);
    books_run(store, books_enrich);
    jf_store_close(store);
    test_clean_books();
    test_rich_books();
    test_empty_books();
    test_command();
    test_damages();
    test_forged_postings();
    test_forged_funds();
    test_forged_units();
    test_overcredited();
    test_debtor_on_the_list();
    test_texts();
    test_a_hundred_are_listed();
    test_every_id_was_seen();
    folder_remove(&folder);
    return tap_plan_done();
}
