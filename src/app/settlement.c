/*
 * From the rows of a month's statement to the rows of a settlement, and its JSON
 * and CSV (settlement.h).
 */
#include "app/settlement.h"

#include <string.h>

#include "base/check.h"
#include "store/rows.h"

/* --- collecting --------------------------------------------------------------------------- */

/* What vouchers paid of a bill has a reason of its own in the ledger; here it is the sale. */
static const jf_reason_info *reason_of(const jf_statement_row *row)
{
    bool sale = row->why.reason == jf_reason_info_of(JF_WHY_REBATE);
    return sale ? jf_reason_info_of(JF_WHY_SALE) : row->why.reason;
}

static jf_settlement_row *row_of(jf_settlement *s, const jf_statement_row *from)
{
    const jf_reason_info *reason = reason_of(from);
    for (uint32_t i = s->count; i > 0 && s->rows[i - 1].journal == from->journal; i--)
        if (s->rows[i - 1].reason == reason)
            return &s->rows[i - 1];
    jf_settlement_row *row = &s->rows[s->count++];
    *row = (jf_settlement_row){.journal = from->journal,
                               .day = from->day,
                               .time = from->time,
                               .reason = reason,
                               .order = from->order ? from->order->id : from->id};
    return row;
}

/* The bill belongs to the sale and to the refund of it, at the shop that sold. */
static void bill_take(const jf_settlement *s, jf_settlement_row *row, const jf_statement_row *from)
{
    int64_t refunded;
    if (!from->order || !jf_str_eq(from->shop, s->page.query.name))
        return;
    if (row->reason == jf_reason_info_of(JF_WHY_SALE)) {
        row->has_amount = row->has_rebate = true;
        row->amount = from->order->amount.v;
        row->rebate = from->order->rebate.v;
    } else if (from->refunded.n > 0 &&
               jf_decimal_parse(from->refunded, 2, &refunded) == JF_DECIMAL_OK) {
        row->has_amount = true;
        row->amount = -refunded;
    }
}

static void rows_take(jf_settlement *s)
{
    s->rows = JF_NEW_ARRAY(&s->page.arena, jf_settlement_row, s->page.row_count);
    for (const jf_statement_row *from = s->page.rows; from; from = from->next) {
        jf_account_kind kind = jf_slot_kind(from->slot);
        if (kind != JF_ACCOUNT_RECEIVABLE && kind != JF_ACCOUNT_VOUCHERS)
            continue;
        jf_settlement_row *row = row_of(s, from);
        bill_take(s, row, from);
        *(kind == JF_ACCOUNT_RECEIVABLE ? &row->cash : &row->vouchers) += from->amount;
    }
    for (uint32_t i = 0; i < s->count / 2; i++) {
        jf_settlement_row newer = s->rows[i];
        s->rows[i] = s->rows[s->count - 1 - i];
        s->rows[s->count - 1 - i] = newer;
    }
}

static int64_t receivable_moved(const jf_statement *page)
{
    int64_t sum = 0;
    for (const jf_statement_row *row = page->rows; row; row = row->next)
        if (jf_slot_kind(row->slot) == JF_ACCOUNT_RECEIVABLE)
            sum += row->amount;
    return sum;
}

static int64_t receivable_end(const jf_statement *page)
{
    for (uint32_t i = 0; i < page->account_count; i++)
        if (jf_slot_kind(page->accounts[i]->slot) == JF_ACCOUNT_RECEIVABLE)
            return page->ends[i];
    return 0;
}

/* From the balance at the end of the month back through what moved in it. */
static void totals_take(jf_settlement *s)
{
    s->closing = receivable_end(&s->page);
    int64_t balance = s->opening = s->closing - receivable_moved(&s->page);
    for (uint32_t i = 0; i < s->count; i++) {
        jf_settlement_row *row = &s->rows[i];
        row->receivable = balance += row->cash;
        *(row->cash < 0 ? &s->out : &s->in) += row->cash < 0 ? -row->cash : row->cash;
        s->vouchers += row->vouchers;
    }
    JF_ASSERT(balance == s->closing);
}

jf_store_result jf_settlement_init(jf_settlement *s, jf_store *store, jf_str shop, jf_day from,
                                   jf_day to, jf_store_error *error)
{
    const jf_statement_query query = {.of = JF_STATEMENT_SHOP,
                                      .name = shop,
                                      .month = true,
                                      .settles = true,
                                      .from = from,
                                      .to = to};
    *s = (jf_settlement){.count = 0};
    jf_store_result result = jf_statement_init(&s->page, store, &query);
    *error = s->page.error;
    if (result != JF_STORE_OK)
        return result;
    rows_take(s);
    s->too_many = s->count > JF_SETTLEMENT_ROWS_MAX;
    if (!s->too_many) {
        totals_take(s);
        return JF_STORE_OK;
    }
    jf_store_fail(error, "the month has more than %u rows", JF_SETTLEMENT_ROWS_MAX);
    return JF_STORE_NONE;
}

void jf_settlement_free(jf_settlement *s)
{
    jf_statement_free(&s->page);
}

/* --- words ---------------------------------------------------------------------------------- */

const char *jf_settlement_heading(uint32_t column, bool chinese)
{
    static const char *const en[JF_SETTLEMENT_COLUMNS] = {
        "day", "time", "what", "order", "amount", "rebate", "cash", "vouchers", "receivable"};
    static const char *const zh[JF_SETTLEMENT_COLUMNS] = {
        "营业日", "时间", "事项", "单号", "金额", "让利", "应收变动", "消费券变动", "应收余额"};
    JF_ASSERT(column < JF_SETTLEMENT_COLUMNS);
    return chinese ? zh[column] : en[column];
}

const char *jf_settlement_what(const jf_settlement_row *row, bool chinese)
{
    return chinese ? row->reason->zh : row->reason->en;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void row_json(jf_jw *w, const jf_settlement_row *row)
{
    jf_jw_open(w, NULL, '{');
    jf_jw_int(w, "journal", (int64_t)row->journal);
    jf_jw_day(w, "day", row->day);
    if (row->time.n > 0)
        jf_jw_str(w, "time", row->time);
    jf_jw_c(w, "what", row->reason->wire);
    jf_jw_c(w, "en", row->reason->en);
    jf_jw_c(w, "zh", row->reason->zh);
    if (row->order.n > 0)
        jf_jw_str(w, "order", row->order);
    if (row->has_amount)
        jf_jw_decimal(w, "amount", row->amount, 2);
    if (row->has_rebate)
        jf_jw_decimal(w, "rebate", row->rebate, 2);
    jf_jw_decimal(w, "cash", row->cash, 2);
    jf_jw_decimal(w, "vouchers", row->vouchers, 2);
    jf_jw_decimal(w, "receivable", row->receivable, 2);
    jf_jw_close(w, '}');
}

void jf_settlement_json(const jf_settlement *s, jf_buf *out)
{
    jf_jw w;
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_str(&w, "shop", s->page.query.name);
    jf_jw_day(&w, "from", s->page.query.from);
    jf_jw_day(&w, "to", s->page.query.to);
    jf_jw_decimal(&w, "opening", s->opening, 2);
    jf_jw_decimal(&w, "in", s->in, 2);
    jf_jw_decimal(&w, "out", s->out, 2);
    jf_jw_decimal(&w, "closing", s->closing, 2);
    jf_jw_decimal(&w, "vouchers", s->vouchers, 2);
    jf_jw_open(&w, "rows", '[');
    for (uint32_t i = 0; i < s->count; i++)
        row_json(&w, &s->rows[i]);
    jf_jw_close(&w, ']');
    jf_jw_close(&w, '}');
}

/* --- CSV --------------------------------------------------------------------------------- */

static void comma(jf_buf *out, bool *first)
{
    if (!*first)
        jf_buf_char(out, ',');
    *first = false;
}

static void text_cell(jf_buf *out, bool *first, jf_str text)
{
    comma(out, first);
    jf_buf_char(out, '"');
    if (text.n > 0 && strchr("=+-@\t\r", text.p[0]))
        jf_buf_char(out, '\'');
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            jf_buf_char(out, '"');
        jf_buf_char(out, text.p[i]);
    }
    jf_buf_char(out, '"');
}

static void amount_cell(jf_buf *out, bool *first, bool given, int64_t amount)
{
    comma(out, first);
    jf_buf_char(out, '"');
    if (given)
        jf_decimal_print(out, amount, 2);
    jf_buf_char(out, '"');
}

static void row_csv(jf_buf *out, const jf_settlement_row *row, bool chinese)
{
    char space[16];
    bool first = true;
    jf_buf day = {space, 0, sizeof space, NULL};
    jf_day_print(&day, row->day);
    text_cell(out, &first, jf_buf_view(&day));
    text_cell(out, &first, row->time);
    text_cell(out, &first, jf_str_of(jf_settlement_what(row, chinese)));
    text_cell(out, &first, row->order);
    amount_cell(out, &first, row->has_amount, row->amount);
    amount_cell(out, &first, row->has_rebate, row->rebate);
    amount_cell(out, &first, true, row->cash);
    amount_cell(out, &first, true, row->vouchers);
    amount_cell(out, &first, true, row->receivable);
    jf_buf_c(out, "\r\n");
}

/* The totals are rows too: a word in the third column, the balance in the last. */
static void total_csv(jf_buf *out, const char *word, bool moved, int64_t cash, int64_t balance)
{
    bool first = true;
    for (uint32_t column = 0; column < JF_SETTLEMENT_COLUMNS; column++)
        if (column == 6 || column == 8)
            amount_cell(out, &first, moved == (column == 6), column == 6 ? cash : balance);
        else
            text_cell(out, &first, column == 2 ? jf_str_of(word) : JF_STR_NONE);
    jf_buf_c(out, "\r\n");
}

void jf_settlement_csv(const jf_settlement *s, bool chinese, jf_buf *out)
{
    bool first = true;
    jf_buf_c(out, "\xef\xbb\xbf");
    for (uint32_t column = 0; column < JF_SETTLEMENT_COLUMNS; column++)
        text_cell(out, &first, jf_str_of(jf_settlement_heading(column, chinese)));
    jf_buf_c(out, "\r\n");
    total_csv(out, chinese ? "期初" : "opening", false, 0, s->opening);
    for (uint32_t i = 0; i < s->count; i++)
        row_csv(out, &s->rows[i], chinese);
    total_csv(out, chinese ? "收入合计" : "in", true, s->in, 0);
    total_csv(out, chinese ? "支出合计" : "out", true, -s->out, 0);
    total_csv(out, chinese ? "期末" : "closing", false, 0, s->closing);
}
