/*
 * A batch into a SQLite file: one transaction, one write to the log, one sync.
 *
 * This is where the time of a busy platform goes, so: statements are prepared
 * once, texts are bound where they lie, accounts are written in the order of
 * their keys, and every row is written once a batch.
 *
 * The log (PATH-wal) is written into the file by this same connection, when it
 * holds about WAL_STEP; after that SQLite writes it again from its beginning.
 * Everybody who waits for a commit then waits for this too, so it is done often
 * and a little at a time: 64 MiB made the slowest hundredth of answers wait 60 ms,
 * 8 MiB 25 ms, at the same rate.
 * A log that keeps its size costs less to sync than one that grows, so it is
 * not cut off before the end. A reader that takes long keeps the log from
 * being used again; it then grows until the reader is done.
 *
 * Nothing but the state row tells whether another program has written in
 * between: it must still have the number of the journal before this batch's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/id.h"
#include "store/sqlite_store.h"

#define WAL_STEP (UINT64_C(8) << 20)
#define BUCKET_UNKNOWN UINT16_MAX

_Static_assert(JF_BUCKETS < BUCKET_UNKNOWN, "buckets fit their cache");

const char *const jf_sqlite_write_texts[JF_WRITES] = {
    [JF_WRITE_BEGIN] = "BEGIN IMMEDIATE",
    [JF_WRITE_COMMIT] = "COMMIT",
    [JF_WRITE_ROLLBACK] = "ROLLBACK",
    [JF_WRITE_STATE] = "UPDATE state SET open_day=?1,policies=?2,pools=?3,parties=?4,journals=?5,"
                       "closes=?6,price_over=?7,price_under=?8,totals=?9,head=?10,chains=?11"
                       " WHERE id=1 AND journals=?12",
    [JF_WRITE_POLICY] = "INSERT INTO policy(version,from_day,document) VALUES(?1,?2,?3)",
    [JF_WRITE_POOL] =
        "INSERT INTO pool(no,name,period,first_active,matured,matured_before,"
        "flow_before,rebates,released,last_close) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)"
        " ON CONFLICT(no) DO UPDATE SET name=?2,period=?3,first_active=?4,matured=?5,"
        "matured_before=?6,flow_before=?7,rebates=?8,released=?9,last_close=?10",
    [JF_WRITE_COHORT] =
        "INSERT INTO cohort(pool,cohort,points,index_value,growth,released,closed,finished)"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8) ON CONFLICT(pool,cohort) DO UPDATE SET"
        " points=?3,index_value=?4,growth=?5,released=?6,closed=?7,finished=?8",
    [JF_WRITE_SEAT] = "INSERT INTO seat(region,holders) VALUES(?1,?2)"
                      " ON CONFLICT(region) DO UPDATE SET holders=?2",
    [JF_WRITE_PARTY] = "INSERT INTO party(no,bucket,kind,id,region,phone,referrer,home,sell_day,"
                       "sell_over,sell_under,shop_kind,owner,recruiter,city_partner,rebate,"
                       "max_voucher,staff,manager,chain)"
                       " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,"
                       "?19,?20)"
                       " ON CONFLICT(no) DO UPDATE SET region=?5,phone=?6,referrer=?7,home=?8,"
                       "sell_day=?9,sell_over=?10,sell_under=?11,shop_kind=?12,owner=?13,"
                       "recruiter=?14,city_partner=?15,rebate=?16,max_voucher=?17,staff=?18,"
                       "manager=?19,chain=?20",
    [JF_WRITE_ACCOUNT] = "INSERT INTO account(bucket,owner,slot,balance,credited,last)"
                         " VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(bucket,owner,slot) DO UPDATE SET"
                         " balance=?4,credited=?5,last=?6",
    [JF_WRITE_LIST] = "INSERT OR IGNORE INTO listed(bucket,owner,slot) VALUES(?1,?2,?3)",
    [JF_WRITE_UNLIST] = "DELETE FROM listed WHERE bucket=?1 AND owner=?2 AND slot=?3",
    [JF_WRITE_ORDER] =
        "INSERT INTO orders(" JF_ORDER_COLUMNS ")"
        " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,"
        "?20,?21,?22,?23) ON CONFLICT(number) DO UPDATE SET base_day=?6,due_day=?7,"
        "held=?8,rest=?13,buyer_points=?16,shop_points=?17,minted=?18,token_price=?19,"
        "refunded=?20,refunded_held=?21,parts=?22",
    [JF_WRITE_UNMOVED] = "INSERT OR IGNORE INTO unmoved(party,number) VALUES(?1,?2)",
    [JF_WRITE_PEAK] = "INSERT INTO order_peak(stretch,most) VALUES(?1,?2)"
                      " ON CONFLICT(stretch) DO UPDATE SET most=?2 WHERE most<?2",
    [JF_WRITE_LOT] =
        "INSERT INTO lot(" JF_LOT_COLUMNS ") VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)"
        " ON CONFLICT(number) DO UPDATE SET units=?7,spend=?8,sold=?9,burnt=?10,"
        "proceeds=?11",
    [JF_WRITE_WITHDRAWAL] = "INSERT INTO withdrawal(bucket," JF_WITHDRAWAL_COLUMNS ")"
                            " VALUES(?1,?2,?3,?4,?5,?6)"
                            " ON CONFLICT(bucket,id) DO UPDATE SET state=?5",
    [JF_WRITE_IDEM] = "INSERT INTO idem(bucket,kind,id,number) VALUES(?1,?2,?3,?4)",
    [JF_WRITE_JOURNAL] = "INSERT INTO journal(" JF_JOURNAL_COLUMNS ")"
                         " VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
    [JF_WRITE_BUCKET] = "SELECT bucket FROM party WHERE no=?1",
};

/* The values of one row, bound one after another. */
typedef struct binder {
    sqlite3_stmt *stmt;
    int at;
} binder;

static void bind_int(binder *b, int64_t value)
{
    sqlite3_bind_int64(b->stmt, ++b->at, value);
}

static void bind_number(binder *b, uint64_t value)
{
    JF_ASSERT(value <= INT64_MAX);
    bind_int(b, (int64_t)value);
}

static void bind_text(binder *b, jf_str text)
{
    sqlite3_bind_text(b->stmt, ++b->at, text.n > 0 ? text.p : "", (int)text.n, SQLITE_STATIC);
}

static void bind_hash(binder *b, const jf_hash *hash)
{
    sqlite3_bind_blob(b->stmt, ++b->at, hash->b, sizeof hash->b, SQLITE_STATIC);
}

/* Runs a bound statement that answers nothing. */
static bool put(sqlite3_stmt *stmt)
{
    sqlite3_step(stmt);
    return sqlite3_reset(stmt) == SQLITE_OK;
}

static binder binder_of(jf_sqlite *s, jf_write write)
{
    return (binder){.stmt = s->writes[write]};
}

static bool state_put(jf_sqlite *s, const jf_changes *c)
{
    const jf_state *state = c->state;
    binder b = binder_of(s, JF_WRITE_STATE);
    bind_int(&b, state->open_day.n);
    bind_int(&b, state->policies);
    bind_int(&b, state->pools);
    bind_int(&b, state->parties);
    bind_number(&b, state->journals);
    bind_number(&b, state->closes);
    bind_int(&b, state->price_over);
    bind_int(&b, state->price_under);
    jf_buf_clear(&s->text);
    jf_totals_write(&s->text, state->totals);
    bind_text(&b, jf_buf_view(&s->text));
    bind_hash(&b, &c->head);
    bind_int(&b, state->chains);
    bind_number(&b, state->journals - c->journals);
    return put(b.stmt);
}

static bool policy_put(jf_sqlite *s, const jf_policy *policy)
{
    binder b = binder_of(s, JF_WRITE_POLICY);
    bind_int(&b, policy->version);
    bind_int(&b, policy->from.n);
    bind_text(&b, policy->document);
    return put(b.stmt);
}

static bool pool_put(jf_sqlite *s, const jf_pool *pool)
{
    binder b = binder_of(s, JF_WRITE_POOL);
    bind_int(&b, pool->no);
    bind_text(&b, pool->name);
    bind_int(&b, pool->period);
    bind_int(&b, pool->first_active);
    bind_int(&b, pool->matured.v);
    bind_int(&b, pool->matured_before.v);
    bind_int(&b, pool->flow_before.v);
    bind_int(&b, pool->rebates.v);
    bind_int(&b, pool->released.v);
    bind_int(&b, pool->last_close.n);
    return put(b.stmt);
}

static bool cohort_put(jf_sqlite *s, const jf_cohort *cohort)
{
    binder b = binder_of(s, JF_WRITE_COHORT);
    bind_int(&b, cohort->pool);
    bind_int(&b, cohort->cohort);
    bind_int(&b, cohort->points.v);
    bind_int(&b, cohort->index);
    bind_int(&b, cohort->growth);
    bind_int(&b, cohort->released.v);
    bind_int(&b, cohort->closed.n);
    bind_int(&b, cohort->finished);
    return put(b.stmt);
}

static bool seat_put(jf_sqlite *s, const jf_seat *seat)
{
    binder b = binder_of(s, JF_WRITE_SEAT);
    bind_int(&b, seat->region);
    jf_buf_clear(&s->text);
    jf_holders_write(&s->text, seat->holders, seat->count);
    bind_text(&b, jf_buf_view(&s->text));
    return put(b.stmt);
}

/* Room for the bucket of this party. Party numbers are dense, so an array serves. */
static void bucket_room(jf_sqlite *s, uint32_t party)
{
    if (party < s->bucket_room) {
        return;
    }
    uint64_t room = s->bucket_room == 0 ? 4096 : s->bucket_room;
    while (room <= party) {
        room *= 2;
    }
    room = room > UINT32_MAX ? UINT32_MAX : room;
    JF_ASSERT(party < room);
    s->buckets = jf_realloc(s->buckets, sizeof *s->buckets * room);
    memset(s->buckets + s->bucket_room, 0xff, sizeof *s->buckets * (room - s->bucket_room));
    s->bucket_room = (uint32_t)room;
}

static bool party_put(jf_sqlite *s, const jf_party *party)
{
    JF_ASSERT(party->no >= 1 && party->kind != JF_PARTY_PLATFORM);
    uint32_t bucket = jf_id_bucket(party->id);
    bucket_room(s, party->no);
    s->buckets[party->no] = (uint16_t)bucket;
    binder b = binder_of(s, JF_WRITE_PARTY);
    bind_int(&b, party->no);
    bind_int(&b, bucket);
    bind_int(&b, party->kind);
    bind_text(&b, party->id);
    bind_int(&b, party->region);
    if (party->phone.n > 0) {
        bind_text(&b, party->phone);
    } else {
        sqlite3_bind_null(b.stmt, ++b.at);
    }
    bind_int(&b, party->referrer);
    bind_int(&b, party->home);
    bind_int(&b, party->sell_day.n);
    bind_int(&b, party->sell_over);
    bind_int(&b, party->sell_under);
    bind_int(&b, party->shop_kind);
    bind_int(&b, party->owner);
    bind_int(&b, party->recruiter);
    bind_int(&b, party->city_partner);
    bind_int(&b, party->rebate.v);
    bind_int(&b, party->max_voucher.v);
    bind_int(&b, party->staff);
    bind_int(&b, party->manager);
    bind_int(&b, party->chain);
    return put(b.stmt);
}

/* The bucket of an account's owner: remembered, else asked of the file once. */
static bool bucket_of(jf_sqlite *s, uint32_t owner, uint32_t *bucket)
{
    *bucket = JF_PLATFORM_BUCKET;
    if (owner == JF_PLATFORM) {
        return true;
    }
    bucket_room(s, owner);
    if (s->buckets[owner] == BUCKET_UNKNOWN) {
        sqlite3_stmt *stmt = s->writes[JF_WRITE_BUCKET];
        sqlite3_bind_int64(stmt, 1, owner);
        if (sqlite3_step(stmt) == SQLITE_ROW) {
            s->buckets[owner] = (uint16_t)(sqlite3_column_int(stmt, 0) % JF_BUCKETS);
        }
        if (sqlite3_reset(stmt) != SQLITE_OK) {
            return false;
        }
        JF_ASSERT(s->buckets[owner] != BUCKET_UNKNOWN); /* whoever has an account was created */
    }
    *bucket = s->buckets[owner];
    return true;
}

static int keyed_order(const void *a, const void *b)
{
    const jf_keyed_account *x = a, *y = b;
    if (x->key != y->key) {
        return x->key < y->key ? -1 : 1;
    }
    return (x->account->slot > y->account->slot) - (x->account->slot < y->account->slot);
}

static bool listed_put(jf_sqlite *s, uint32_t bucket, const jf_account *account)
{
    binder b = binder_of(s, account->balance != 0 ? JF_WRITE_LIST : JF_WRITE_UNLIST);
    bind_int(&b, bucket);
    bind_int(&b, account->owner);
    bind_int(&b, account->slot);
    return put(b.stmt);
}

static bool account_put(jf_sqlite *s, const jf_keyed_account *keyed)
{
    const jf_account *account = keyed->account;
    uint32_t bucket = (uint32_t)(keyed->key >> 32);
    binder b = binder_of(s, JF_WRITE_ACCOUNT);
    bind_int(&b, bucket);
    bind_int(&b, account->owner);
    bind_int(&b, account->slot);
    bind_int(&b, account->balance);
    bind_int(&b, account->credited);
    bind_number(&b, account->last);
    jf_account_kind kind = jf_slot_kind(account->slot);
    bool listed = jf_is_debt(kind) || jf_is_listed(kind);
    return put(b.stmt) && (!listed || listed_put(s, bucket, account));
}

static bool accounts_put(jf_sqlite *s, const jf_changes *c)
{
    if (s->keyed_room < c->accounts) {
        s->keyed = jf_realloc(s->keyed, sizeof *s->keyed * c->accounts);
        s->keyed_room = c->accounts;
    }
    for (uint32_t i = 0; i < c->accounts; i++) {
        uint32_t bucket;
        if (!bucket_of(s, c->account[i].owner, &bucket)) {
            return false;
        }
        s->keyed[i] =
            (jf_keyed_account){(uint64_t)bucket << 32 | c->account[i].owner, &c->account[i]};
    }
    if (c->accounts > 0) {
        qsort(s->keyed, c->accounts, sizeof *s->keyed, keyed_order);
    }
    for (uint32_t i = 0; i < c->accounts; i++) {
        if (!account_put(s, &s->keyed[i])) {
            return false;
        }
    }
    return true;
}

static bool unmoved_put(jf_sqlite *s, const jf_order *order)
{
    uint32_t parties[2];
    uint32_t count = jf_order_unmoved(order, parties);
    bool good = true;
    for (uint32_t i = 0; i < count && good; i++) {
        binder b = binder_of(s, JF_WRITE_UNMOVED);
        bind_int(&b, parties[i]);
        bind_number(&b, order->number);
        good = put(b.stmt);
    }
    return good;
}

static bool order_put(jf_sqlite *s, const jf_order *order)
{
    binder b = binder_of(s, JF_WRITE_ORDER);
    bind_number(&b, order->number);
    bind_text(&b, order->id);
    bind_int(&b, order->buyer);
    bind_int(&b, order->shop);
    bind_int(&b, order->version);
    bind_int(&b, order->base_day.n);
    bind_int(&b, order->due_day.n);
    bind_int(&b, order->held);
    bind_int(&b, order->cash_shop);
    bind_int(&b, order->amount.v);
    bind_int(&b, order->rebate.v);
    bind_int(&b, order->rebate_voucher.v);
    bind_int(&b, order->rest.v);
    bind_int(&b, order->voucher.v);
    bind_int(&b, order->credit.v);
    bind_int(&b, order->buyer_points.v);
    bind_int(&b, order->shop_points.v);
    bind_int(&b, order->minted.v);
    bind_int(&b, order->token_price);
    bind_int(&b, order->refunded.v);
    bind_int(&b, order->refunded_held.v);
    jf_buf_clear(&s->text);
    jf_parts_write(&s->text, order->parts, order->part_count);
    bind_text(&b, jf_buf_view(&s->text));
    bind_int(&b, order->legacy.v);
    return put(b.stmt) && unmoved_put(s, order);
}

/* Orders come by number, so a batch is written into few stretches, and its largest price alone. */
static bool orders_put(jf_sqlite *s, const jf_changes *c)
{
    for (uint32_t i = 0; i < c->orders;) {
        uint64_t stretch = c->order[i].number >> JF_STRETCH_BITS;
        int64_t most = 0;
        for (; i < c->orders && c->order[i].number >> JF_STRETCH_BITS == stretch; i++) {
            most = c->order[i].amount.v > most ? c->order[i].amount.v : most;
            if (!order_put(s, &c->order[i])) {
                return false;
            }
        }
        binder b = binder_of(s, JF_WRITE_PEAK);
        bind_number(&b, stretch);
        bind_int(&b, most);
        if (!put(b.stmt)) {
            return false;
        }
    }
    return true;
}

static bool lot_put(jf_sqlite *s, const jf_lot *lot)
{
    binder b = binder_of(s, JF_WRITE_LOT);
    bind_number(&b, lot->order);
    bind_number(&b, lot->since);
    bind_int(&b, lot->owner);
    bind_text(&b, lot->member_id);
    bind_text(&b, lot->order_id);
    bind_int(&b, lot->minted.v);
    bind_int(&b, lot->units.v);
    bind_int(&b, lot->spend.v);
    bind_int(&b, lot->sold.v);
    bind_int(&b, lot->burnt.v);
    bind_int(&b, lot->proceeds.v);
    return put(b.stmt);
}

static bool withdrawal_put(jf_sqlite *s, const jf_withdrawal *withdrawal)
{
    binder b = binder_of(s, JF_WRITE_WITHDRAWAL);
    bind_int(&b, JF_CHAIN_BUCKET);
    bind_text(&b, withdrawal->id);
    bind_int(&b, withdrawal->party);
    bind_int(&b, withdrawal->amount.v);
    bind_int(&b, withdrawal->state);
    bind_int(&b, withdrawal->tax.v);
    return put(b.stmt);
}

static bool idem_put(jf_sqlite *s, const jf_idem *idem)
{
    binder b = binder_of(s, JF_WRITE_IDEM);
    bind_int(&b, JF_CHAIN_BUCKET);
    bind_int(&b, idem->kind);
    bind_text(&b, idem->id);
    bind_number(&b, idem->number);
    return put(b.stmt);
}

static bool journal_put(jf_sqlite *s, const jf_journal_row *journal)
{
    binder b = binder_of(s, JF_WRITE_JOURNAL);
    bind_number(&b, journal->number);
    bind_int(&b, journal->day.n);
    bind_int(&b, journal->kind);
    bind_int(&b, (int64_t)journal->subject); /* a day may lie before 1970 */
    bind_text(&b, journal->command);
    bind_text(&b, journal->result);
    bind_text(&b, journal->postings);
    bind_hash(&b, &journal->hash);
    return put(b.stmt);
}

#define PUT_ALL(count, put_one)                                                                    \
    for (uint32_t i = 0; i < (count); i++) {                                                       \
        if (!(put_one)) {                                                                          \
            return false;                                                                          \
        }                                                                                          \
    }

/* Parties before accounts: an account's bucket is its owner's. */
static bool changes_put(jf_sqlite *s, const jf_changes *c)
{
    PUT_ALL(c->policies, policy_put(s, c->policy[i]))
    PUT_ALL(c->pools, pool_put(s, &c->pool[i]))
    PUT_ALL(c->cohorts, cohort_put(s, &c->cohort[i]))
    PUT_ALL(c->seats, seat_put(s, &c->seat[i]))
    PUT_ALL(c->parties, party_put(s, &c->party[i]))
    PUT_ALL(c->journals, journal_put(s, &c->journal[i]))
    if (!orders_put(s, c)) {
        return false;
    }
    PUT_ALL(c->lots, lot_put(s, &c->lot[i]))
    PUT_ALL(c->withdrawals, withdrawal_put(s, &c->withdrawal[i]))
    PUT_ALL(c->idems, idem_put(s, &c->idem[i]))
    return accounts_put(s, c);
}

static jf_store_result checkpoint(jf_sqlite *s, jf_store_error *error)
{
    int code = sqlite3_wal_checkpoint_v2(s->writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    s->wal_limit = s->wal_bytes + WAL_STEP;
    if (code != SQLITE_OK && code != SQLITE_BUSY) {
        return jf_sqlite_fail(s, s->writer, "writing its log into it", error);
    }
    return JF_STORE_OK;
}

static jf_store_result transaction_put(jf_sqlite *s, const jf_changes *c, jf_store_error *error)
{
    if (!changes_put(s, c) || !state_put(s, c)) {
        return jf_sqlite_fail(s, s->writer, "writing a batch", error);
    }
    if (sqlite3_changes(s->writer) != 1) {
        return jf_store_fail(error,
                             "%.120s: another program has written to it since it was opened."
                             " Nothing of this batch was kept; run the audit and start again",
                             s->path);
    }
    if (!put(s->writes[JF_WRITE_COMMIT])) {
        return jf_sqlite_fail(s, s->writer, "writing a batch", error);
    }
    return JF_STORE_OK;
}

jf_store_result jf_sqlite_commit(jf_store *store, const jf_changes *changes, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    JF_ASSERT(changes->state->journals >= changes->journals);
    if (s->writer == NULL) {
        return jf_store_fail(error, "%.120s: it was opened for reading only", s->path);
    }
    if (!put(s->writes[JF_WRITE_BEGIN])) {
        return jf_sqlite_fail(s, s->writer, "beginning a batch", error);
    }
    jf_store_result result = transaction_put(s, changes, error);
    if (result != JF_STORE_OK) {
        put(s->writes[JF_WRITE_ROLLBACK]); /* SQLite may have rolled back by itself */
        return result;
    }
    return s->wal_bytes >= s->wal_limit ? checkpoint(s, error) : JF_STORE_OK;
}

/* Called by SQLite at each commit with the length of the log. */
static int wal_grew(void *context, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    jf_sqlite *s = context;
    uint64_t bytes = (uint64_t)pages * JF_SQLITE_PAGE;
    if (bytes < s->wal_bytes) { /* it began anew */
        s->wal_limit = WAL_STEP;
    }
    s->wal_bytes = bytes;
    return SQLITE_OK;
}

void jf_sqlite_writer_init(jf_sqlite *s)
{
    JF_ASSERT(s->writer != NULL);
    s->wal_limit = WAL_STEP;
    jf_buf_init(&s->text, NULL);
    sqlite3_wal_hook(s->writer, wal_grew, s);
}

void jf_sqlite_writer_free(jf_sqlite *s)
{
    free(s->buckets);
    free(s->keyed);
    jf_buf_free(&s->text);
}
