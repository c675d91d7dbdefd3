/*
 * Rows from a SQLite file into the working set: all that is always resident
 * when it opens, and what commands need as they come. A fetch is one read
 * transaction, so that all it finds is of one moment.
 */
#include "base/check.h"
#include "base/id.h"
#include "core/stake.h"
#include "store/sqlite_store.h"

/* What lies in a region: itself, its cities, their counties; those of a city are its next ones. */
#define BETWEEN(range)                                                                             \
    "SELECT no FROM party INDEXED BY party_region"                                                 \
    " WHERE kind=?1 AND region>0 AND region BETWEEN " range
#define OR_BETWEEN(range) " UNION ALL " BETWEEN(range)
#define LOCATED BETWEEN("?2 AND ?2") OR_BETWEEN("?2*100 AND ?2*100+99") OR_BETWEEN(FOUR_MORE)
#define FOUR_MORE "?2*10000 AND ?2*10000+9999"

/* Which orders are sought: from ?1 on, below ?2, of ?3 and more, by whom, where, and settled. */
#define SOUGHT                                                                                     \
    " AND number>=?1 AND number<?2 AND amount>=?3 AND (?4=0 OR buyer=?4)"                          \
    " AND (?5=0 OR shop=?5) AND (?6=0 OR held=0 OR due_day<?7)"

const char *const jf_sqlite_read_texts[JF_READS] = {
    [JF_READ_BEGIN] = "BEGIN",
    [JF_READ_END] = "COMMIT",
    [JF_READ_STATE] = "SELECT open_day,policies,pools,parties,journals,closes,price_over,"
                      "price_under,totals,head,chains FROM state WHERE id=1",
    [JF_READ_POLICIES] = "SELECT version,from_day,document FROM policy ORDER BY version",
    [JF_READ_POOLS] = "SELECT no,period,first_active,matured,matured_before,flow_before,rebates,"
                      "released,last_close,name FROM pool ORDER BY no",
    [JF_READ_COHORTS] = "SELECT pool,cohort,points,index_value,growth,released,closed,finished"
                        " FROM cohort ORDER BY pool,cohort",
    [JF_READ_SEATS] = "SELECT region,holders FROM seat ORDER BY region",
    [JF_READ_LISTED] = "SELECT owner,slot FROM listed",
    [JF_READ_CHAINS] = "SELECT chain,id FROM party WHERE chain>0 ORDER BY chain",
    [JF_READ_LOTS] = "SELECT " JF_LOT_COLUMNS " FROM lot ORDER BY since DESC",
    [JF_READ_PARTY_ID] = "SELECT " JF_PARTY_COLUMNS " FROM party"
                         " WHERE bucket=?1 AND kind=?2 AND id=?3",
    [JF_READ_PARTY_NO] = "SELECT " JF_PARTY_COLUMNS " FROM party WHERE no=?1",
    [JF_READ_ACCOUNTS] = "SELECT " JF_ACCOUNT_COLUMNS " FROM account a"
                         " WHERE bucket=?1 AND owner=?2 ORDER BY slot",
    [JF_READ_PHONE] = "SELECT no FROM party WHERE phone=?1",
    [JF_READ_IDEM] = "SELECT i.number,j.command,j.result FROM idem i"
                     " LEFT JOIN journal j ON j.number=i.number"
                     " WHERE i.bucket=?1 AND i.kind=?2 AND i.id=?3",
    [JF_READ_ORDER] = "SELECT " JF_ORDER_COLUMNS " FROM orders WHERE number=?1",
    [JF_READ_DUE] = "SELECT " JF_ORDER_COLUMNS " FROM orders WHERE due_day=?1 AND held=1"
                    " ORDER BY number",
    [JF_READ_WITHDRAWAL] = "SELECT " JF_WITHDRAWAL_COLUMNS " FROM withdrawal"
                           " WHERE bucket=?1 AND id=?2",
    [JF_READ_JOURNAL] = "SELECT " JF_JOURNAL_COLUMNS " FROM journal WHERE number=?1",
    [JF_READ_POSITIONS] = "SELECT owner,balance,credited FROM account"
                          " WHERE slot=?1 AND slot & 63 = 30 AND owner>?2 ORDER BY owner LIMIT ?3",
    [JF_READ_HOME] = "SELECT no FROM party WHERE home=?1 AND home>0 AND no>?2 ORDER BY no LIMIT ?3",
    [JF_READ_HOME_COUNT] = "SELECT count(*) FROM party WHERE home=?1 AND home>0",
    [JF_READ_REFERRER] = "SELECT no FROM party WHERE referrer=?1 AND referrer>0 AND no>?2"
                         " ORDER BY no LIMIT ?3",
    [JF_READ_REFERRER_COUNT] = "SELECT count(*) FROM party WHERE referrer=?1 AND referrer>0",
    [JF_READ_UNMOVED] = "SELECT number FROM unmoved WHERE party=?1 AND number<?2"
                        " ORDER BY number DESC LIMIT ?3",
    [JF_READ_NAMED] = "SELECT no,id FROM party WHERE bucket=?1 AND kind=?2 AND id>=?3 AND id<?4"
                      " ORDER BY id",
    [JF_READ_LOCATED] = "SELECT no FROM (" LOCATED ") WHERE no>?3 ORDER BY no LIMIT ?4",
    [JF_READ_ORDERS] = "SELECT " JF_ORDER_COLUMNS " FROM order_peak CROSS JOIN orders"
                       " ON number BETWEEN stretch<<10 AND (stretch<<10)+1023"
                       " WHERE stretch BETWEEN ?1>>10 AND ?2-1>>10 AND most>=?3" SOUGHT
                       " ORDER BY stretch DESC,number DESC",
    [JF_READ_REFUNDED] = "SELECT " JF_ORDER_COLUMNS " FROM orders INDEXED BY orders_refunded"
                         " WHERE refunded>0" SOUGHT " ORDER BY number DESC",
    [JF_READ_WITHDRAWALS] = "SELECT " JF_WITHDRAWAL_COLUMNS " FROM withdrawal"
                            " WHERE bucket=0 AND id>?1 ORDER BY id",
    [JF_READ_WITHDRAWALS_IN] =
        "SELECT " JF_WITHDRAWAL_COLUMNS " FROM withdrawal INDEXED BY withdrawal_state_id"
        " WHERE state=?2 AND bucket=0 AND id>?1 ORDER BY id",
};

_Static_assert(JF_ACCOUNT_POSITION == 30, "the index account_position is made for this kind");
_Static_assert(JF_STRETCH_BITS == 10, "orders are joined to their stretch by it");

jf_store_result jf_sqlite_read_begin(jf_sqlite *s, bool *began, jf_store_error *error)
{
    *began = sqlite3_get_autocommit(s->reader) != 0;
    if (*began) {
        sqlite3_step(s->reads[JF_READ_BEGIN]);
        if (sqlite3_reset(s->reads[JF_READ_BEGIN]) != SQLITE_OK) {
            return jf_sqlite_fail(s, s->reader, "beginning to read", error);
        }
    }
    return JF_STORE_OK;
}

jf_store_result jf_sqlite_read_end(jf_sqlite *s, bool began, jf_store_result result,
                                   jf_store_error *error)
{
    if (!began) {
        return result;
    }
    sqlite3_step(s->reads[JF_READ_END]);
    if (sqlite3_reset(s->reads[JF_READ_END]) != SQLITE_OK && result == JF_STORE_OK) {
        return jf_sqlite_fail(s, s->reader, "ending to read", error);
    }
    return result;
}

/* One row that was read, into the working set; false when it is damaged. */
typedef bool (*row_put)(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt);

/* Every row of a statement whose parameters are bound; *rows (when wanted) counts them. */
static jf_store_result rows_put(jf_sqlite *s, jf_world *w, jf_read read, const char *what,
                                row_put put, uint32_t *rows, jf_store_error *error)
{
    sqlite3_stmt *stmt = s->reads[read];
    uint32_t count = 0;
    int code;
    while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
        count++;
        if (!put(s, w, stmt)) {
            sqlite3_reset(stmt);
            return jf_sqlite_damaged(s, what, error);
        }
    }
    if (sqlite3_reset(stmt) != SQLITE_OK || code != SQLITE_DONE) {
        return jf_sqlite_fail(s, s->reader, "reading it", error);
    }
    if (rows != NULL) {
        *rows = count;
    }
    return JF_STORE_OK;
}

static bool pool_put(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt)
{
    (void)s;
    jf_columns row = {.stmt = stmt};
    jf_pool pool = {.row = {.type = JF_ROW_POOL, .exists = true}};
    pool.no = jf_column_u32(&row);
    pool.period = (uint32_t)jf_column_int(&row, 1, JF_COHORT_MAX);
    pool.first_active = jf_column_u32(&row);
    pool.matured.v = jf_column_any(&row);
    pool.matured_before.v = jf_column_any(&row);
    pool.flow_before.v = jf_column_any(&row);
    pool.rebates.v = jf_column_any(&row);
    pool.released.v = jf_column_any(&row);
    pool.last_close = jf_column_day(&row);
    pool.name = jf_column_text(&row);
    if (row.bad || pool.no >= w->state.pools || w->pools[pool.no] != NULL) {
        return false;
    }
    jf_world_put_pool(w, &pool);
    return true;
}

static bool cohort_put(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt)
{
    (void)s;
    jf_columns row = {.stmt = stmt};
    jf_cohort cohort = {.row = {.type = JF_ROW_COHORT, .exists = true}};
    cohort.pool = jf_column_u32(&row);
    cohort.cohort = (uint32_t)jf_column_int(&row, 1, JF_COHORT_MAX);
    cohort.points.v = jf_column_any(&row);
    cohort.index = jf_column_any(&row);
    cohort.growth = jf_column_any(&row);
    cohort.released.v = jf_column_any(&row);
    cohort.closed = jf_column_day(&row);
    cohort.finished = jf_column_int(&row, 0, 1) == 1;
    if (row.bad || cohort.pool >= w->state.pools || cohort.cohort > w->pools[cohort.pool]->period) {
        return false;
    }
    jf_world_put_cohort(w, &cohort);
    return true;
}

static bool seat_put(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt)
{
    jf_columns row = {.stmt = stmt};
    jf_seat seat = {.row = {.type = JF_ROW_SEAT, .exists = true}};
    seat.region = jf_column_u32(&row);
    jf_str holders = jf_column_text(&row);
    if (row.bad || !jf_holders_read(&s->scratch, holders, &seat.holders, &seat.count)) {
        return false;
    }
    jf_world_put_seat(w, &seat);
    return true;
}

static bool listed_put(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt)
{
    (void)s;
    jf_columns row = {.stmt = stmt};
    uint32_t party = (uint32_t)jf_column_int(&row, 1, UINT32_MAX);
    int64_t slot = jf_column_any(&row);
    if (row.bad || !jf_slot_sane(slot)) {
        return false;
    }
    if (jf_is_listed(jf_slot_kind((jf_slot)slot))) {
        jf_world_put_listed(w, party, (jf_slot)slot);
    } else {
        jf_world_put_debtor(w, party);
    }
    return true;
}

static bool chain_put(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt)
{
    (void)s;
    jf_columns row = {.stmt = stmt};
    uint32_t chain = (uint32_t)jf_column_int(&row, 1, JF_COHORT_MAX);
    jf_str id = jf_column_text(&row);
    if (row.bad || id.n == 0 || chain > w->state.chains) {
        return false;
    }
    jf_world_put_chain(w, chain, id);
    return true;
}

/* The units and spend of a member's lots are added up as they come: there is a limit to both. */
static bool lot_put(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt)
{
    (void)s;
    jf_lot lot;
    if (!jf_lot_from_row(stmt, &lot)) {
        return false;
    }
    const jf_stake *stake = jf_stake_of(w, lot.owner);
    int64_t sum;
    if (stake != NULL && (__builtin_add_overflow(stake->units, lot.units.v, &sum) ||
                          __builtin_add_overflow(stake->spend, lot.spend.v, &sum))) {
        return false;
    }
    jf_world_put_lot(w, &lot);
    return true;
}

static bool account_put(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt)
{
    (void)s;
    jf_account account;
    if (!jf_account_from_row(stmt, &account)) {
        return false;
    }
    if (jf_world_account(w, account.owner, account.slot) == NULL) {
        jf_world_put_account(w, &account);
    }
    return true;
}

static jf_store_result accounts_put(jf_sqlite *s, jf_world *w, uint32_t bucket, uint32_t owner,
                                    jf_store_error *error)
{
    sqlite3_bind_int64(s->reads[JF_READ_ACCOUNTS], 1, bucket);
    sqlite3_bind_int64(s->reads[JF_READ_ACCOUNTS], 2, owner);
    return rows_put(s, w, JF_READ_ACCOUNTS, "an account", account_put, NULL, error);
}

static bool state_from_row(sqlite3_stmt *stmt, jf_state *state, jf_hash *head)
{
    jf_columns row = {.stmt = stmt};
    *state = (jf_state){.row = {.type = JF_ROW_STATE, .exists = true}};
    state->open_day = jf_column_day(&row);
    state->policies = jf_column_u32(&row);
    state->pools = (uint32_t)jf_column_int(&row, 0, JF_WORLD_POOLS);
    state->parties = jf_column_u32(&row);
    state->journals = (uint64_t)jf_column_int(&row, 0, INT64_MAX);
    state->closes = (uint64_t)jf_column_int(&row, 0, INT64_MAX);
    state->price_over = jf_column_int(&row, 0, INT64_MAX);
    state->price_under = jf_column_int(&row, 0, INT64_MAX);
    jf_str totals = jf_column_text(&row);
    *head = jf_column_hash(&row);
    state->chains = (uint32_t)jf_column_int(&row, 0, JF_COHORT_MAX);
    return !row.bad && jf_totals_read(totals, state->totals);
}

static jf_store_result state_load(jf_sqlite *s, jf_world *w, jf_hash *head, jf_store_error *error)
{
    sqlite3_stmt *stmt = s->reads[JF_READ_STATE];
    int code = sqlite3_step(stmt);
    bool good = code == SQLITE_ROW && state_from_row(stmt, &w->state, head);
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "reading its state", error);
    }
    return good ? JF_STORE_OK : jf_sqlite_damaged(s, "the state", error);
}

/* Policies come in the order of their versions, 1, 2, …, each read after the one before. */
static jf_store_result policies_load(jf_sqlite *s, jf_world *w, jf_store_error *error)
{
    sqlite3_stmt *stmt = s->reads[JF_READ_POLICIES];
    jf_store_result result = JF_STORE_OK;
    uint32_t count = 0;
    while (result == JF_STORE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
        jf_columns row = {.stmt = stmt};
        uint32_t version = jf_column_u32(&row);
        jf_day from = jf_column_day(&row);
        jf_str document = jf_column_text(&row);
        if (row.bad || version != ++count) {
            result = jf_sqlite_damaged(s, "a policy", error);
        } else {
            result = jf_policy_restore(w, version, from, document, error);
        }
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "reading its policies", error);
    }
    if (result == JF_STORE_OK && count != w->state.policies) {
        return jf_sqlite_damaged(s, "the list of policies", error);
    }
    return result;
}

/* Every period of every pool has its cohort, as the rules expect. */
static bool cohorts_whole(const jf_world *w)
{
    for (uint32_t no = 0; no < w->state.pools; no++) {
        for (uint32_t c = 1; c <= w->pools[no]->period; c++) {
            if (c > w->pools[no]->cohort_room || jf_world_cohort(w, no, c) == NULL) {
                return false;
            }
        }
    }
    return true;
}

static jf_store_result pools_load(jf_sqlite *s, jf_world *w, jf_store_error *error)
{
    uint32_t pools = 0;
    if (rows_put(s, w, JF_READ_POOLS, "a pool", pool_put, &pools, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (pools != w->state.pools) {
        return jf_sqlite_damaged(s, "the list of pools", error);
    }
    if (rows_put(s, w, JF_READ_COHORTS, "a cohort", cohort_put, NULL, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    return cohorts_whole(w) ? JF_STORE_OK : jf_sqlite_damaged(s, "the list of cohorts", error);
}

/* Numbers are handed out one after another, so there is one store for each. */
static jf_store_result chains_load(jf_sqlite *s, jf_world *w, jf_store_error *error)
{
    uint32_t count = 0;
    jf_store_result result =
        rows_put(s, w, JF_READ_CHAINS, "a store with shareholders", chain_put, &count, error);
    if (result == JF_STORE_OK && count != w->state.chains) {
        return jf_sqlite_damaged(s, "the list of stores with shareholders", error);
    }
    return result;
}

jf_store_result jf_sqlite_load(jf_store *store, jf_world *w, jf_hash *head, jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    JF_ASSERT(w->state.journals == 0 && w->platform.accounts == NULL);
    bool began;
    jf_store_result result = jf_sqlite_read_begin(s, &began, error);
    if (result != JF_STORE_OK) {
        return result;
    }
    if (state_load(s, w, head, error) != JF_STORE_OK || pools_load(s, w, error) != JF_STORE_OK ||
        policies_load(s, w, error) != JF_STORE_OK ||
        rows_put(s, w, JF_READ_SEATS, "an agent seat", seat_put, NULL, error) != JF_STORE_OK ||
        rows_put(s, w, JF_READ_LISTED, "a listed account", listed_put, NULL, error) !=
            JF_STORE_OK ||
        chains_load(s, w, error) != JF_STORE_OK ||
        rows_put(s, w, JF_READ_LOTS, "a lot of units", lot_put, NULL, error) != JF_STORE_OK ||
        accounts_put(s, w, JF_PLATFORM_BUCKET, JF_PLATFORM, error) != JF_STORE_OK) {
        result = JF_STORE_FAILED;
    }
    jf_arena_reset(&s->scratch);
    return jf_sqlite_read_end(s, began, result, error);
}

/*
 * The party that a statement finds, with its accounts; *found says whether
 * there is one. A party that is resident by now is left alone.
 */
static jf_store_result party_fetch(jf_sqlite *s, jf_world *w, jf_read read, bool *found,
                                   jf_store_error *error)
{
    sqlite3_stmt *stmt = s->reads[read];
    jf_party party;
    int code = sqlite3_step(stmt);
    *found = code == SQLITE_ROW;
    bool good = !*found || jf_party_from_row(stmt, &party);
    uint32_t bucket = 0;
    bool fresh = *found && good && jf_world_party_no(w, party.no) == NULL;
    if (fresh) {
        bucket = jf_id_bucket(party.id);
        jf_world_put_party(w, &party);
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "reading a party", error);
    }
    if (!good) {
        return jf_sqlite_damaged(s, "a party", error);
    }
    return fresh ? accounts_put(s, w, bucket, party.no, error) : JF_STORE_OK;
}

static jf_store_result party_id_fetch(jf_sqlite *s, jf_world *w, const jf_need *need,
                                      jf_store_error *error)
{
    if (jf_world_party(w, need->party, need->id) != NULL) {
        return JF_STORE_OK;
    }
    sqlite3_stmt *stmt = s->reads[JF_READ_PARTY_ID];
    sqlite3_bind_int64(stmt, 1, jf_id_bucket(need->id));
    sqlite3_bind_int64(stmt, 2, need->party);
    sqlite3_bind_text(stmt, 3, need->id.p, (int)need->id.n, SQLITE_STATIC);
    bool found;
    jf_store_result result = party_fetch(s, w, JF_READ_PARTY_ID, &found, error);
    if (result == JF_STORE_OK && !found) {
        jf_world_put_party(w, &(jf_party){.kind = need->party, .id = need->id});
    }
    return result;
}

static jf_store_result party_no_fetch(jf_sqlite *s, jf_world *w, const jf_need *need,
                                      jf_store_error *error)
{
    JF_ASSERT(need->number <= UINT32_MAX);
    if (jf_world_party_no(w, (uint32_t)need->number) != NULL) {
        return JF_STORE_OK;
    }
    sqlite3_bind_int64(s->reads[JF_READ_PARTY_NO], 1, (int64_t)need->number);
    bool found;
    jf_store_result result = party_fetch(s, w, JF_READ_PARTY_NO, &found, error);
    if (result == JF_STORE_OK && !found) {
        return jf_sqlite_damaged(s, "a relation to a party that is not there", error);
    }
    return result;
}

static jf_store_result phone_fetch(jf_sqlite *s, jf_world *w, const jf_need *need,
                                   jf_store_error *error)
{
    if (jf_world_phone(w, need->id) != NULL) {
        return JF_STORE_OK;
    }
    sqlite3_stmt *stmt = s->reads[JF_READ_PHONE];
    sqlite3_bind_text(stmt, 1, need->id.p, (int)need->id.n, SQLITE_STATIC);
    uint32_t party = sqlite3_step(stmt) == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(stmt, 0) : 0;
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "looking for a phone", error);
    }
    jf_world_put_phone(w, need->id, party);
    return JF_STORE_OK;
}

static bool idem_from_row(sqlite3_stmt *stmt, jf_idem *idem)
{
    jf_columns row = {.stmt = stmt};
    idem->row.exists = true;
    idem->number = (uint64_t)jf_column_int(&row, 1, INT64_MAX);
    idem->command = jf_column_text(&row);
    idem->result = jf_column_text(&row);
    return !row.bad && idem->command.n > 0;
}

static jf_store_result idem_fetch(jf_sqlite *s, jf_world *w, const jf_need *need,
                                  jf_store_error *error)
{
    if (jf_world_idem(w, need->command, need->id) != NULL) {
        return JF_STORE_OK;
    }
    sqlite3_stmt *stmt = s->reads[JF_READ_IDEM];
    sqlite3_bind_int64(stmt, 1, JF_CHAIN_BUCKET);
    sqlite3_bind_int64(stmt, 2, need->command);
    sqlite3_bind_text(stmt, 3, need->id.p, (int)need->id.n, SQLITE_STATIC);
    jf_idem idem = {.kind = need->command, .id = need->id};
    bool good = sqlite3_step(stmt) != SQLITE_ROW || idem_from_row(stmt, &idem);
    if (good) {
        jf_world_put_idem(w, &idem);
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "looking for an id", error);
    }
    return good ? JF_STORE_OK : jf_sqlite_damaged(s, "an id that was used", error);
}

static bool order_put(jf_sqlite *s, jf_world *w, sqlite3_stmt *stmt)
{
    jf_order order;
    if (!jf_order_from_row(&s->scratch, stmt, &order)) {
        return false;
    }
    if (jf_world_order(w, order.number) == NULL) {
        jf_world_put_order(w, &order);
    }
    return true;
}

static jf_store_result order_fetch(jf_sqlite *s, jf_world *w, const jf_need *need,
                                   jf_store_error *error)
{
    if (jf_world_order(w, need->number) != NULL) {
        return JF_STORE_OK;
    }
    sqlite3_bind_int64(s->reads[JF_READ_ORDER], 1, (int64_t)need->number);
    uint32_t found = 0;
    jf_store_result result = rows_put(s, w, JF_READ_ORDER, "an order", order_put, &found, error);
    if (result == JF_STORE_OK && found == 0) {
        jf_world_put_order(w, &(jf_order){.number = need->number});
    }
    return result;
}

/* The numbers are gathered from the rows as they pass; the orders become resident. */
static jf_store_result due_fetch(jf_sqlite *s, jf_world *w, const jf_need *need,
                                 jf_store_error *error)
{
    if (jf_world_due(w, need->day) != NULL) {
        return JF_STORE_OK;
    }
    sqlite3_stmt *stmt = s->reads[JF_READ_DUE];
    sqlite3_bind_int64(stmt, 1, need->day.n);
    jf_buf numbers;
    jf_buf_init(&numbers, NULL);
    int code;
    bool good = true;
    while (good && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
        uint64_t number = (uint64_t)sqlite3_column_int64(stmt, 0);
        jf_buf_bytes(&numbers, &number, sizeof number);
        good = order_put(s, w, stmt);
    }
    jf_store_result result = JF_STORE_OK;
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        result = jf_sqlite_fail(s, s->reader, "reading orders that fall due", error);
    } else if (!good) {
        result = jf_sqlite_damaged(s, "an order", error);
    } else {
        jf_world_put_due(w, need->day, (const uint64_t *)(const void *)numbers.p,
                         (uint32_t)(numbers.n / sizeof(uint64_t)));
    }
    jf_buf_free(&numbers);
    return result;
}

static jf_store_result withdrawal_fetch(jf_sqlite *s, jf_world *w, const jf_need *need,
                                        jf_store_error *error)
{
    if (jf_world_withdrawal(w, need->id) != NULL) {
        return JF_STORE_OK;
    }
    sqlite3_stmt *stmt = s->reads[JF_READ_WITHDRAWAL];
    sqlite3_bind_int64(stmt, 1, JF_CHAIN_BUCKET);
    sqlite3_bind_text(stmt, 2, need->id.p, (int)need->id.n, SQLITE_STATIC);
    jf_withdrawal withdrawal = {.id = need->id};
    bool good = sqlite3_step(stmt) != SQLITE_ROW || jf_withdrawal_from_row(stmt, &withdrawal);
    if (good) {
        jf_world_put_withdrawal(w, &withdrawal);
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->reader, "looking for a withdrawal", error);
    }
    return good ? JF_STORE_OK : jf_sqlite_damaged(s, "a withdrawal", error);
}

static jf_store_result need_fetch(jf_sqlite *s, jf_world *w, const jf_need *need,
                                  jf_store_error *error)
{
    switch (need->kind) {
    case JF_NEED_PARTY:
        return party_id_fetch(s, w, need, error);
    case JF_NEED_PARTY_NO:
        return party_no_fetch(s, w, need, error);
    case JF_NEED_PHONE:
        return phone_fetch(s, w, need, error);
    case JF_NEED_IDEM:
        return idem_fetch(s, w, need, error);
    case JF_NEED_ORDER:
        return order_fetch(s, w, need, error);
    case JF_NEED_DUE:
        return due_fetch(s, w, need, error);
    case JF_NEED_WITHDRAWAL:
        return withdrawal_fetch(s, w, need, error);
    case JF_NEED_HOLDERS:
        return jf_holders_fetch(&s->base, w, need->pool, need->cohort, error);
    case JF_NEED_ZONE:
        break; /* the engine's own: zones are not rows */
    }
    JF_ASSERT_UNREACHED();
}

jf_store_result jf_sqlite_fetch(jf_store *store, jf_world *w, const jf_need *needs, uint32_t count,
                                jf_store_error *error)
{
    jf_sqlite *s = (jf_sqlite *)store;
    bool began;
    jf_store_result result = jf_sqlite_read_begin(s, &began, error);
    if (result != JF_STORE_OK) {
        return result;
    }
    for (uint32_t i = 0; i < count && result == JF_STORE_OK; i++) {
        result = need_fetch(s, w, &needs[i], error);
    }
    jf_arena_reset(&s->scratch);
    return jf_sqlite_read_end(s, began, result, error);
}
