/*
 * Rows of a SQLite file as structs, column by column.
 *
 * Whatever a row holds is checked before the rules see it: the file may be
 * damaged, or somebody may have been at it with a SQL shell.
 */
#include <string.h>

#include "base/check.h"
#include "store/sqlite_store.h"

int64_t jf_column_int(jf_columns *row, int64_t least, int64_t most)
{
    JF_ASSERT(least <= most);
    int at = row->at++;
    int64_t value = sqlite3_column_int64(row->stmt, at);
    if (sqlite3_column_type(row->stmt, at) != SQLITE_INTEGER || value < least || value > most) {
        row->bad = true;
        return least;
    }
    return value;
}

jf_str jf_column_text(jf_columns *row)
{
    int at = row->at++;
    int type = sqlite3_column_type(row->stmt, at);
    if (type == SQLITE_NULL) {
        return JF_STR_NONE;
    }
    row->bad = row->bad || type != SQLITE_TEXT;
    const char *text = (const char *)sqlite3_column_text(row->stmt, at);
    row->bad = row->bad || text == NULL;
    return (jf_str){text, text == NULL ? 0 : (uint32_t)sqlite3_column_bytes(row->stmt, at)};
}

jf_hash jf_column_hash(jf_columns *row)
{
    int at = row->at++;
    jf_hash hash = {{0}};
    const void *bytes = sqlite3_column_blob(row->stmt, at);
    if (bytes != NULL && sqlite3_column_bytes(row->stmt, at) == JF_SHA256_SIZE) {
        memcpy(hash.b, bytes, sizeof hash.b);
    } else {
        row->bad = true;
    }
    return hash;
}

bool jf_party_from_row(sqlite3_stmt *stmt, jf_party *out)
{
    jf_columns row = {.stmt = stmt};
    *out = (jf_party){.row = {.type = JF_ROW_PARTY, .exists = true}};
    out->no = (uint32_t)jf_column_int(&row, 1, UINT32_MAX);
    out->kind = (jf_party_kind)jf_column_int(&row, JF_PARTY_MEMBER, JF_PARTY_SHOP);
    out->id = jf_column_text(&row);
    out->region = jf_column_u32(&row);
    out->phone = jf_column_text(&row);
    out->referrer = jf_column_u32(&row);
    out->home = jf_column_u32(&row);
    out->sell_day = jf_column_day(&row);
    out->sell_over = jf_column_int(&row, 0, INT64_MAX);
    out->sell_under = jf_column_int(&row, 0, INT64_MAX);
    out->shop_kind = (jf_shop_kind)jf_column_int(&row, 0, JF_SHOP_KINDS - 1);
    out->owner = jf_column_u32(&row);
    out->recruiter = jf_column_u32(&row);
    out->city_partner = jf_column_u32(&row);
    out->rebate.v = jf_column_int(&row, 0, JF_PPM_ONE);
    out->max_voucher.v = jf_column_int(&row, 0, JF_PPM_ONE);
    out->staff = jf_column_u32(&row);
    out->manager = jf_column_u32(&row);
    out->chain = (uint32_t)jf_column_int(&row, 0, JF_COHORT_MAX);
    return !row.bad && out->id.n > 0;
}

bool jf_account_from_row(sqlite3_stmt *stmt, jf_account *out)
{
    jf_columns row = {.stmt = stmt};
    *out = (jf_account){.row = {.type = JF_ROW_ACCOUNT, .exists = true}};
    out->owner = jf_column_u32(&row);
    int64_t slot = jf_column_any(&row);
    out->slot = (jf_slot)slot;
    out->balance = jf_column_any(&row);
    out->credited = jf_column_any(&row);
    out->last = (uint64_t)jf_column_int(&row, 0, INT64_MAX);
    return !row.bad && jf_slot_sane(slot);
}

bool jf_order_from_row(jf_arena *arena, sqlite3_stmt *stmt, jf_order *out)
{
    jf_columns row = {.stmt = stmt};
    *out = (jf_order){.row = {.type = JF_ROW_ORDER, .exists = true}};
    out->number = (uint64_t)jf_column_int(&row, 1, INT64_MAX);
    out->id = jf_column_text(&row);
    out->buyer = jf_column_u32(&row);
    out->shop = jf_column_u32(&row);
    out->version = jf_column_u32(&row);
    out->base_day = jf_column_day(&row);
    out->due_day = jf_column_day(&row);
    out->held = jf_column_int(&row, 0, 1) == 1;
    out->cash_shop = jf_column_int(&row, 0, 1) == 1;
    out->amount.v = jf_column_any(&row);
    out->rebate.v = jf_column_any(&row);
    out->rebate_voucher.v = jf_column_any(&row);
    out->rest.v = jf_column_any(&row);
    out->voucher.v = jf_column_any(&row);
    out->credit.v = jf_column_any(&row);
    out->buyer_points.v = jf_column_any(&row);
    out->shop_points.v = jf_column_any(&row);
    out->minted.v = jf_column_any(&row);
    out->token_price = jf_column_any(&row);
    out->refunded.v = jf_column_any(&row);
    out->refunded_held.v = jf_column_any(&row);
    jf_str parts = jf_column_text(&row);
    out->legacy.v = jf_column_any(&row);
    return !row.bad && jf_parts_read(arena, parts, &out->parts, &out->part_count);
}

/*
 * What is neither held nor sold is burnt. There may be less of it than refunds
 * asked for, as units that were sold before cannot be burnt any more.
 */
static bool lot_adds_up(const jf_lot *lot)
{
    int64_t unheld = lot->minted.v - lot->units.v;
    return unheld >= lot->sold.v && unheld - lot->sold.v <= lot->burnt.v &&
           lot->burnt.v <= lot->minted.v;
}

bool jf_lot_from_row(sqlite3_stmt *stmt, jf_lot *out)
{
    jf_columns row = {.stmt = stmt};
    *out = (jf_lot){.row = {.type = JF_ROW_LOT, .exists = true}};
    out->order = (uint64_t)jf_column_int(&row, 1, INT64_MAX);
    out->since = (uint64_t)jf_column_int(&row, 1, INT64_MAX);
    out->owner = (uint32_t)jf_column_int(&row, 1, UINT32_MAX);
    out->member_id = jf_column_text(&row);
    out->order_id = jf_column_text(&row);
    out->minted.v = jf_column_int(&row, 1, INT64_MAX);
    out->units.v = jf_column_int(&row, 0, INT64_MAX);
    out->spend.v = jf_column_int(&row, 0, INT64_MAX);
    out->sold.v = jf_column_int(&row, 0, INT64_MAX);
    out->burnt.v = jf_column_int(&row, 0, INT64_MAX);
    out->proceeds.v = jf_column_int(&row, 0, INT64_MAX);
    return !row.bad && out->member_id.n > 0 && out->order_id.n > 0 && lot_adds_up(out);
}

bool jf_withdrawal_from_row(sqlite3_stmt *stmt, jf_withdrawal *out)
{
    jf_columns row = {.stmt = stmt};
    *out = (jf_withdrawal){.row = {.type = JF_ROW_WITHDRAWAL, .exists = true}};
    out->id = jf_column_text(&row);
    out->party = (uint32_t)jf_column_int(&row, 1, UINT32_MAX);
    out->amount.v = jf_column_int(&row, 1, INT64_MAX);
    out->state =
        (jf_withdrawal_state)jf_column_int(&row, JF_WITHDRAWAL_REQUESTED, JF_WITHDRAWAL_REJECTED);
    out->tax.v = jf_column_int(&row, 0, out->amount.v);
    return !row.bad && out->id.n > 0;
}

bool jf_journal_from_row(sqlite3_stmt *stmt, jf_journal_row *out)
{
    jf_columns row = {.stmt = stmt};
    *out = (jf_journal_row){0};
    out->number = (uint64_t)jf_column_int(&row, 1, INT64_MAX);
    out->day = jf_column_day(&row);
    out->kind = (jf_journal_kind)jf_column_int(&row, 0, JF_JOURNAL_KINDS - 1);
    out->subject = (uint64_t)jf_column_any(&row);
    out->command = jf_column_text(&row);
    out->result = jf_column_text(&row);
    out->postings = jf_column_text(&row);
    out->hash = jf_column_hash(&row);
    return !row.bad;
}
