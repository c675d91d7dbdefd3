/*
 * What the numbers in the file mean, as tables beside them: account kinds,
 * units, reasons, commands and the rest, for everybody who reads the file with
 * plain SQL.
 *
 * They come from the program's own tables (*.def), whose row numbers are in
 * the file. Should somebody reorder such a table, every number would change
 * its meaning; so a name that differs from the one in the file is refused.
 */
#include <string.h>

#include "base/check.h"
#include "core/ledger.h"
#include "store/sqlite_store.h"

#define NUMBERS_MAX 2
#define WORDS_MAX 4

/* One number and what it means. The last two words are the English and the Chinese text. */
typedef struct meaning {
    int number;
    const char *name;
    int numbers[NUMBERS_MAX];
    const char *words[WORDS_MAX];
} meaning;

typedef struct meanings {
    const char *table;
    const char *name_sql; /* the name that the file has for a number */
    const char *put_sql;  /* writes only what differs from the row that is there */
    int numbers, words;   /* columns used */
    const meaning *rows;
    int count;
} meanings;

#define SCALE_OF(decimals)                                                                         \
    ((decimals) == 0 ? 1 : (decimals) == 2 ? 100 : (decimals) == 6 ? 1000000 : -1)

static const meaning units[] = {
#define JF_UNIT(NAME, name, wire, decimals, en, zh)                                                \
    {JF_UNIT_##NAME, wire, {decimals, SCALE_OF(decimals)}, {en, zh}},
#include "base/units.def"
#undef JF_UNIT
};

#define SIGN_NONNEG "0 or more"
#define SIGN_NONPOS "0 or less"
#define SIGN_ANY "any"
#define PER_ONE "one"
#define PER_POOL "pool"
#define PER_COHORT "cohort"
#define PER_PROGRAM "program"
#define PER_CHAIN "chain"
#define OWNER_PLATFORM 1
#define OWNER_PARTY 0

static const meaning account_kinds[] = {
#define JF_ACCOUNT(NAME, wire, unit, owner, sign, per, en, zh)                                     \
    {JF_ACCOUNT_##NAME, wire, {JF_UNIT_##unit, OWNER_##owner}, {SIGN_##sign, PER_##per, en, zh}},
#include "core/accounts.def"
#undef JF_ACCOUNT
};

static const meaning reasons[] = {
#define JF_REASON(NAME, wire, section, en, zh) {JF_WHY_##NAME, wire, {section}, {en, zh}},
#include "core/reasons.def"
#undef JF_REASON
};

static const meaning allocations[] = {
#define JF_ALLOCATION(NAME, name, wire, member_only, en, zh) {JF_TO_##NAME, wire, {0}, {en, zh}},
#include "core/allocations.def"
#undef JF_ALLOCATION
};

static const meaning command_kinds[] = {
#define JF_COMMAND(NAME, name, wire, id, built, who, reply, refuses, en, zh, ...)                  \
    {JF_CMD_##NAME, wire, {0}, {en, zh}},
#include "core/commands.def"
#undef JF_COMMAND
};

static const meaning journal_kinds[] = {
    {JF_JOURNAL_COMMAND, "command", {0}, {"an accepted command", "指令"}},
    {JF_JOURNAL_MATURITY, "maturity", {0}, {"an order's hold ended", "订单入账"}},
    {JF_JOURNAL_CLOSE, "close", {0}, {"a pool closed a period", "期末结算"}},
    {JF_JOURNAL_CREDIT, "credit", {0}, {"who owes was credited at the end of a day", "欠款抵还"}},
    {JF_JOURNAL_DAY, "day", {0}, {"a business day was closed", "营业日关账"}},
    {JF_JOURNAL_MONTH, "month", {0}, {"a month of a reward program ended", "月度奖励结算"}},
};
_Static_assert(sizeof journal_kinds / sizeof *journal_kinds == JF_JOURNAL_KINDS,
               "every kind of journal has a name");

static const meaning party_kinds[] = {
    {JF_PARTY_PLATFORM, "platform", {0}, {"the operator", "平台"}},
    {JF_PARTY_MEMBER, "member", {0}, {"member", "会员"}},
    {JF_PARTY_SHOP, "shop", {0}, {"shop", "商家"}},
};

static const meaning shop_kinds[] = {
    {JF_SHOP_ALLIANCE, "alliance", {0}, {"alliance shop", "异业联盟"}},
    {JF_SHOP_BRAND, "brand", {0}, {"brand mall", "品牌商城"}},
    {JF_SHOP_SELF, "self", {0}, {"own mall", "自营商城"}},
    {JF_SHOP_SUPPLY, "supply", {0}, {"supply chain", "供应链"}},
    {JF_SHOP_CHAIN, "chain", {0}, {"chain store", "连锁超市"}},
};
_Static_assert(sizeof shop_kinds / sizeof *shop_kinds == JF_SHOP_KINDS,
               "every kind of shop has a name");

static const meaning withdrawal_states[] = {
    {JF_WITHDRAWAL_REQUESTED, "requested", {0}, {"asked for", "已申请"}},
    {JF_WITHDRAWAL_APPROVED, "approved", {0}, {"approved, to be paid", "已批准"}},
    {JF_WITHDRAWAL_PAID, "paid", {0}, {"paid out", "已打款"}},
    {JF_WITHDRAWAL_REJECTED, "rejected", {0}, {"rejected, given back", "已驳回"}},
};
_Static_assert(sizeof withdrawal_states / sizeof *withdrawal_states == JF_WITHDRAWAL_REJECTED + 1,
               "every state of a withdrawal has a name");

#define MEANINGS(table, key, columns, holes, numbers, words, rows)                                 \
    {                                                                                              \
#table, "SELECT name FROM " #table " WHERE " #key "=?1",                                   \
            "INSERT OR REPLACE INTO " #table "(" columns ") SELECT " holes                         \
            " EXCEPT SELECT " columns " FROM " #table,                                             \
            numbers, words, rows, sizeof rows / sizeof *rows                                       \
    }

static const meanings all_meanings[] = {
    MEANINGS(unit, unit, "unit,name,decimals,scale,en,zh", "?1,?2,?3,?4,?5,?6", 2, 2, units),
    MEANINGS(account_kind, kind, "kind,name,unit,platform,sign,per,en,zh",
             "?1,?2,?3,?4,?5,?6,?7,?8", 2, 4, account_kinds),
    MEANINGS(reason, reason, "reason,name,section,en,zh", "?1,?2,?3,?4,?5", 1, 2, reasons),
    MEANINGS(allocation, allocation, "allocation,name,en,zh", "?1,?2,?3,?4", 0, 2, allocations),
    MEANINGS(command_kind, kind, "kind,name,en,zh", "?1,?2,?3,?4", 0, 2, command_kinds),
    MEANINGS(journal_kind, kind, "kind,name,en,zh", "?1,?2,?3,?4", 0, 2, journal_kinds),
    MEANINGS(party_kind, kind, "kind,name,en,zh", "?1,?2,?3,?4", 0, 2, party_kinds),
    MEANINGS(shop_kind, kind, "kind,name,en,zh", "?1,?2,?3,?4", 0, 2, shop_kinds),
    MEANINGS(withdrawal_state, state, "state,name,en,zh", "?1,?2,?3,?4", 0, 2, withdrawal_states),
};

/* Is the name that the file has for this number, if any, the program's? */
static jf_store_result meaning_check(const jf_sqlite *s, const meanings *of, const meaning *row,
                                     sqlite3_stmt *stmt, jf_store_error *error)
{
    sqlite3_bind_int(stmt, 1, row->number);
    int code = sqlite3_step(stmt);
    const char *name = code == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    if (code == SQLITE_ROW && (name == NULL || strcmp(name, row->name) != 0)) {
        jf_store_fail(
            error,
            "%.120s: number %d of the table %s is \"%.40s\" in the file and \"%s\" in this"
            " jifen, which is of another make. Use the one that wrote the file",
            s->path, row->number, of->table, name != NULL ? name : "", row->name);
        sqlite3_reset(stmt);
        return JF_STORE_FAILED;
    }
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->writer, "reading its tables of names", error);
    }
    return JF_STORE_OK;
}

static jf_store_result meaning_put(const jf_sqlite *s, const meanings *of, const meaning *row,
                                   sqlite3_stmt *stmt, jf_store_error *error)
{
    int at = 0;
    sqlite3_bind_int(stmt, ++at, row->number);
    sqlite3_bind_text(stmt, ++at, row->name, -1, SQLITE_STATIC);
    for (int i = 0; i < of->numbers; i++) {
        JF_ASSERT(row->numbers[i] >= 0);
        sqlite3_bind_int(stmt, ++at, row->numbers[i]);
    }
    for (int i = 0; i < of->words; i++) {
        JF_ASSERT(row->words[i] != NULL);
        sqlite3_bind_text(stmt, ++at, row->words[i], -1, SQLITE_STATIC);
    }
    JF_ASSERT(at == sqlite3_bind_parameter_count(stmt));
    sqlite3_step(stmt);
    if (sqlite3_reset(stmt) != SQLITE_OK) {
        return jf_sqlite_fail(s, s->writer, "writing its tables of names", error);
    }
    return JF_STORE_OK;
}

static jf_store_result meanings_put(const jf_sqlite *s, const meanings *of, jf_store_error *error)
{
    sqlite3_stmt *statements[2] = {NULL, NULL};
    const char *texts[2] = {of->name_sql, of->put_sql};
    jf_store_result result = jf_sqlite_prepare(s, s->writer, texts, 2, statements, error);
    for (int i = 0; i < of->count && result == JF_STORE_OK; i++) {
        JF_ASSERT(of->rows[i].number == i);
        result = meaning_check(s, of, &of->rows[i], statements[0], error);
        if (result == JF_STORE_OK) {
            result = meaning_put(s, of, &of->rows[i], statements[1], error);
        }
    }
    sqlite3_finalize(statements[0]);
    sqlite3_finalize(statements[1]);
    return result;
}

jf_store_result jf_sqlite_names(const jf_sqlite *s, jf_store_error *error)
{
    for (size_t i = 0; i < sizeof all_meanings / sizeof *all_meanings; i++) {
        if (meanings_put(s, &all_meanings[i], error) != JF_STORE_OK) {
            return JF_STORE_FAILED;
        }
    }
    return JF_STORE_OK;
}
