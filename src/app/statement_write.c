/*
 * A statement as JSON for programs and as text for people (statement.h). Both
 * are made from the same rows, so they can not tell different stories.
 */
#include "app/grid.h"
#include "app/slot_json.h"
#include "app/statement.h"
#include "base/check.h"
#include "core/accounts.h"
#include "core/step.h"

/* One of two texts by language; the order is that of the flag: English, Chinese. */
static const char *pick(bool chinese, const char *en, const char *zh)
{
    JF_ASSERT(en && zh);
    return chinese ? zh : en;
}

static const char *of_wire(jf_statement_of of)
{
    static const char *const names[] = {[JF_STATEMENT_MEMBER] = "member",
                                        [JF_STATEMENT_SHOP] = "shop",
                                        [JF_STATEMENT_FUND] = "fund"};
    JF_ASSERT(of < sizeof names / sizeof *names);
    return names[of];
}

/* ------------------------------------------------------------ JSON */

static void why_json(jf_jw *w, const jf_why *why)
{
    JF_ASSERT(why->reason != NULL);
    jf_jw_open(w, "why", '{');
    jf_jw_c(w, "reason", why->reason->wire);
    jf_jw_int(w, "section", why->reason->section);
    jf_jw_str(w, "en", why->en);
    jf_jw_str(w, "zh", why->zh);
    if (why->arithmetic.n > 0)
        jf_jw_str(w, "arithmetic", why->arithmetic);
    jf_jw_close(w, '}');
}

/* The order, the close or the command behind the row; a debtor's crediting has none of them. */
static void source_json(const jf_statement *s, jf_jw *w, const jf_statement_row *row)
{
    jf_jw_open(w, "source", '{');
    if (row->order) {
        jf_jw_str(w, "order", row->order->id);
        jf_jw_str(w, "buyer", row->buyer);
        jf_jw_str(w, "shop", row->shop);
        jf_jw_decimal(w, "amount", row->order->amount.v, 2);
        jf_jw_decimal(w, "rebate", row->order->rebate.v, 2);
        if (row->order->held)
            jf_jw_day(w, "matures", row->order->due_day);
        if (row->refunded.n > 0) {
            jf_jw_str(w, "refund", row->id);
            jf_jw_str(w, "refunded", row->refunded);
        }
    } else if (row->period > 0) {
        jf_jw_str(w, "pool", jf_pool_name(&s->reader.world, row->pool));
        jf_jw_int(w, "period", row->period);
    } else if (row->kind == JF_JOURNAL_MONTH) {
        jf_jw_day(w, "month_end", row->day);
    } else if (row->cmd.n > 0) {
        jf_jw_str(w, "command", row->cmd);
        if (row->id.n > 0)
            jf_jw_str(w, "id", row->id);
    }
    jf_jw_close(w, '}');
}

static void row_json(const jf_statement *s, jf_jw *w, const jf_statement_row *row)
{
    JF_ASSERT(row->journal > 0);
    jf_jw_open(w, NULL, '{');
    jf_jw_int(w, "journal", (int64_t)row->journal);
    jf_jw_day(w, "day", row->day);
    if (row->at.n > 0)
        jf_jw_str(w, "at", row->at);
    jf_jw_c(w, "by", jf_journal_kind_wire(row->kind));
    jf_slot_json(w, &s->reader.world, row->slot);
    jf_slot_amount_json(w, "amount", row->slot, row->amount);
    jf_slot_amount_json(w, "balance", row->slot, row->balance);
    why_json(w, &row->why);
    source_json(s, w, row);
    jf_jw_close(w, '}');
}

void jf_statement_rows_json(const jf_statement *s, jf_jw *w)
{
    for (const jf_statement_row *row = s->rows; row; row = row->next)
        row_json(s, w, row);
}

static void uncredited_json(const jf_statement *s, jf_jw *w)
{
    jf_jw_open(w, "uncredited", '[');
    for (const jf_uncredited_row *row = s->uncredited; row; row = row->next) {
        jf_jw_open(w, NULL, '{');
        jf_jw_str(w, "pool", jf_pool_name(&s->reader.world, row->crediting.pool));
        jf_jw_int(w, "cohort", row->crediting.cohort);
        jf_jw_c(w, "unit", jf_unit_wire(JF_UNIT_VOUCHER));
        jf_jw_decimal(w, "amount", row->amount, 2);
        jf_jw_decimal(w, "points", row->crediting.points, 2);
        jf_jw_decimal(w, "credited", row->crediting.before, 2);
        jf_jw_str(w, "arithmetic", row->arithmetic);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
}

static void balances_json(const jf_statement *s, jf_jw *w)
{
    jf_jw_open(w, "balances", '[');
    for (uint32_t i = 0; i < s->account_count; i++) {
        const jf_account *a = s->accounts[i];
        JF_ASSERT(a->row.exists);
        jf_jw_open(w, NULL, '{');
        jf_slot_json(w, &s->reader.world, a->slot);
        jf_slot_amount_json(w, "balance", a->slot, a->balance);
        jf_jw_bool(w, "pending", jf_is_pending(jf_slot_kind(a->slot)));
        if (jf_slot_kind(a->slot) == JF_ACCOUNT_POSITION)
            jf_jw_decimal(w, "credited", a->credited, 2);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
}

static void summary_json(const jf_statement *s, jf_jw *w)
{
    jf_arena arena;
    uint32_t count;
    if (!s->query.month)
        return;
    jf_arena_init(&arena, 0);
    const jf_summary_row *rows = jf_statement_summary(s, &arena, &count);
    jf_jw_open(w, "month", '{');
    jf_jw_day(w, "from", s->query.from);
    jf_jw_day(w, "to", s->query.to);
    jf_jw_open(w, "summary", '[');
    for (uint32_t i = 0; i < count; i++) {
        jf_jw_open(w, NULL, '{');
        jf_slot_json(w, &s->reader.world, rows[i].slot);
        jf_jw_c(w, "reason", rows[i].reason->wire);
        if (rows[i].to != JF_TO_COUNT)
            jf_jw_c(w, "to", jf_to_wire(rows[i].to));
        jf_jw_int(w, "rows", rows[i].rows);
        jf_slot_amount_json(w, "amount", rows[i].slot, rows[i].amount);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, ']');
    jf_jw_close(w, '}');
    jf_arena_free(&arena);
}

void jf_statement_json(const jf_statement *s, jf_buf *out)
{
    jf_jw w;
    JF_ASSERT(s->reader.result == JF_STORE_OK);
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    jf_jw_open(&w, "account", '{');
    jf_jw_c(&w, "kind", of_wire(s->query.of));
    jf_jw_str(&w, "id", s->query.name);
    jf_jw_close(&w, '}');
    jf_jw_c(&w, "order", "newest first");
    jf_jw_open(&w, "rows", '[');
    jf_statement_rows_json(s, &w);
    jf_jw_close(&w, ']');
    summary_json(s, &w);
    uncredited_json(s, &w);
    balances_json(s, &w);
    if (s->now.n > 0)
        jf_jw_raw(&w, "now", s->now);
    jf_jw_open(&w, "disclosure", '[');
    for (uint32_t i = 0; i < s->disclosure_count; i++)
        jf_disclosure_write(&w, NULL, &s->disclosures[i]);
    jf_jw_close(&w, ']');
    if (s->next)
        jf_jw_int(&w, "next", (int64_t)s->next);
    else
        jf_jw_raw(&w, "next", JF_STR("null"));
    jf_jw_close(&w, '}');
    jf_buf_char(out, '\n');
}

/* ------------------------------------------------------------ text */

/* "points in a cohort joint/3" */
static jf_str account_label(const jf_statement *s, jf_arena *arena, jf_slot slot, bool chinese)
{
    const jf_account_type *type = jf_account_type_of(jf_slot_kind(slot));
    jf_buf text;
    jf_buf_init(&text, arena);
    jf_buf_c(&text, pick(chinese, type->en, type->zh));
    if (type->per != JF_PER_ONE) {
        jf_buf_char(&text, ' ');
        jf_buf_str(&text, jf_slot_name(&s->reader.world, slot));
    }
    if (type->per == JF_PER_COHORT) {
        jf_buf_char(&text, '/');
        jf_buf_int(&text, jf_slot_cohort(slot));
    }
    return jf_buf_view(&text);
}

static void order_words(jf_buf *out, const jf_statement_row *row, bool chinese)
{
    const jf_order *o = row->order;
    JF_ASSERT(o != NULL);
    if (row->kind == JF_JOURNAL_MATURITY)
        jf_buf_c(out, pick(chinese, "end of the hold of ", "冻结期满："));
    if (row->refunded.n > 0) {
        jf_buf_c(out, pick(chinese, "refund ", "退款 "));
        jf_buf_str(out, row->id);
        jf_buf_c(out, pick(chinese, " of ", "，金额 "));
        jf_buf_str(out, row->refunded);
        jf_buf_c(out, pick(chinese, " to ", "，"));
    }
    jf_buf_c(out, pick(chinese, "order ", "订单 "));
    jf_buf_str(out, o->id);
    jf_buf_c(out, pick(chinese, " (buyer ", "（买方 "));
    jf_buf_str(out, row->buyer);
    jf_buf_c(out, pick(chinese, ", shop ", "，商家 "));
    jf_buf_str(out, row->shop);
    jf_buf_c(out, pick(chinese, ", bill ", "，金额 "));
    jf_decimal_print(out, o->amount.v, 2);
    jf_buf_c(out, pick(chinese, ", rebate ", "，让利 "));
    jf_decimal_print(out, o->rebate.v, 2);
    if (o->held && row->kind == JF_JOURNAL_COMMAND && row->refunded.n == 0) {
        jf_buf_c(out, pick(chinese, ", held until the close of ", "，冻结至 "));
        jf_day_print(out, o->due_day);
        jf_buf_c(out, pick(chinese, "", " 关账"));
    }
    jf_buf_c(out, pick(chinese, ")", "）"));
}

static void close_words(const jf_statement *s, jf_buf *out, const jf_statement_row *row,
                        bool chinese)
{
    JF_ASSERT(row->period > 0);
    jf_buf_c(out, pick(chinese, "close of pool ", "关账：积分池 "));
    jf_buf_str(out, jf_pool_name(&s->reader.world, row->pool));
    jf_buf_c(out, pick(chinese, ", period ", "，第 "));
    jf_buf_int(out, row->period);
    jf_buf_c(out, pick(chinese, "", " 期"));
}

/* The line above a journal's rows: number, time, and what brought it about. */
static jf_str journal_line(const jf_statement *s, jf_arena *arena, const jf_statement_row *row,
                           bool chinese)
{
    jf_buf text;
    jf_buf_init(&text, arena);
    jf_buf_int(&text, (int64_t)row->journal);
    jf_buf_c(&text, "  ");
    jf_day_print(&text, row->day);
    jf_buf_c(&text, row->time.n > 0 ? " " : "");
    jf_buf_str(&text, row->time);
    jf_buf_c(&text, "  ");
    if (row->order) {
        order_words(&text, row, chinese);
    } else if (row->period > 0) {
        close_words(s, &text, row, chinese);
    } else if (row->kind == JF_JOURNAL_MONTH) {
        jf_buf_c(&text, pick(chinese, "end of the month", "月末结算"));
    } else if (row->kind == JF_JOURNAL_CREDIT) {
        jf_buf_c(&text, pick(chinese, "end of the day, because a debt is owed", "日终，因有欠款"));
    } else {
        jf_buf_str(&text, row->cmd);
        jf_buf_c(&text, row->id.n > 0 ? " " : "");
        jf_buf_str(&text, row->id);
    }
    return jf_buf_view(&text);
}

/* "a share of the rebate: coins for the buyer, on the rebate (§5): 200.00 × 5 % = 10.00" */
static jf_str why_line(jf_arena *arena, const jf_why *why, bool chinese)
{
    jf_buf text;
    JF_ASSERT(why->reason != NULL);
    jf_buf_init(&text, arena);
    jf_buf_str(&text, chinese ? why->zh : why->en);
    jf_buf_c(&text, " (§");
    jf_buf_int(&text, why->reason->section);
    jf_buf_char(&text, ')');
    jf_buf_c(&text, why->arithmetic.n > 0 ? ": " : "");
    jf_buf_str(&text, why->arithmetic);
    return jf_buf_view(&text);
}

static void rows_text(const jf_statement *s, jf_arena *arena, bool chinese, jf_buf *out)
{
    jf_grid grid;
    uint64_t journal = 0;
    static const char *const heads[2][4] = {{"account", "amount", "unit", "balance after"},
                                            {"账户", "金额", "单位", "其后余额"}};
    jf_grid_init(&grid, arena, "lrlr", 4);
    for (int i = 0; i < 4; i++)
        jf_grid_c(&grid, heads[chinese][i]);
    for (const jf_statement_row *row = s->rows; row; row = row->next) {
        jf_unit unit = jf_account_type_of(jf_slot_kind(row->slot))->unit;
        if (row->journal != journal)
            jf_grid_note(&grid, 0, journal_line(s, arena, row, chinese));
        journal = row->journal;
        jf_grid_cell(&grid, account_label(s, arena, row->slot, chinese));
        jf_grid_signed(&grid, row->amount, jf_unit_decimals(unit));
        jf_grid_c(&grid, jf_unit_word(unit, chinese));
        jf_grid_amount(&grid, row->balance, jf_unit_decimals(unit));
        jf_grid_note(&grid, 8, why_line(arena, &row->why, chinese));
    }
    if (s->row_count == 0)
        jf_grid_note(&grid, 4, jf_str_of(pick(chinese, "nothing has moved", "没有变动")));
    jf_grid_write(&grid, out);
}

static void uncredited_text(const jf_statement *s, jf_arena *arena, bool chinese, jf_buf *out)
{
    jf_grid grid;
    if (!s->uncredited)
        return;
    JF_ASSERT(s->uncredited_sum > 0);
    jf_grid_init(&grid, arena, "lrll", 4);
    for (const jf_uncredited_row *row = s->uncredited; row; row = row->next) {
        jf_slot slot = jf_slot_of(JF_ACCOUNT_POSITION, row->crediting.pool, row->crediting.cohort);
        jf_grid_cell(&grid, account_label(s, arena, slot, chinese));
        jf_grid_signed(&grid, row->amount, 2);
        jf_grid_c(&grid, jf_unit_word(JF_UNIT_VOUCHER, chinese));
        jf_grid_cell(&grid, row->arithmetic);
    }
    jf_buf_c(out, pick(chinese,
                       "\nAs if credited (released; arrives with the next movement or a sweep)\n",
                       "\n视同已到账（已释放，随下一次变动或清扫到账）\n"));
    jf_grid_write(&grid, out);
}

static bool is_finished_position(const jf_statement *s, jf_slot slot)
{
    const jf_world *w = &s->reader.world;
    uint32_t pool = jf_slot_pool(slot), number = jf_slot_cohort(slot);
    if (jf_slot_kind(slot) != JF_ACCOUNT_POSITION || pool >= w->state.pools || number == 0)
        return false;
    const jf_cohort *cohort = jf_world_cohort(w, pool, number);
    return cohort && cohort->finished;
}

static void balance_row(jf_grid *grid, jf_str label, int64_t balance, jf_unit unit, bool chinese)
{
    JF_ASSERT(label.n > 0);
    jf_grid_cell(grid, label);
    jf_grid_amount(grid, balance, jf_unit_decimals(unit));
    jf_grid_c(grid, jf_unit_word(unit, chinese));
}

/* The balances of one sort; those of 0 say nothing, and finished cohorts are folded into one. */
static void balances_text(const jf_statement *s, jf_arena *arena, bool pending, bool chinese,
                          jf_buf *out)
{
    jf_grid grid;
    uint32_t count = 0, folded = 0;
    int64_t finished = 0;
    jf_grid_init(&grid, arena, "lrl", 4);
    for (uint32_t i = 0; i < s->account_count; i++) {
        const jf_account *a = s->accounts[i];
        if (a->balance == 0 || jf_is_pending(jf_slot_kind(a->slot)) != pending)
            continue;
        count++;
        if (is_finished_position(s, a->slot) && jf_add(finished, a->balance, &finished))
            folded++;
        else
            balance_row(&grid, account_label(s, arena, a->slot, chinese), a->balance,
                        jf_account_type_of(jf_slot_kind(a->slot))->unit, chinese);
    }
    JF_ASSERT(folded <= count && count <= s->account_count);
    if (folded > 0)
        balance_row(&grid, jf_str_of(pick(chinese, "points in finished cohorts", "已出局积分")),
                    finished, JF_UNIT_POINT, chinese);
    if (count == 0)
        jf_grid_note(&grid, 4, jf_str_of(pick(chinese, "none", "无")));
    jf_grid_write(&grid, out);
}

/* What the ledger holds, and what an owner really has once the releases are credited. */
static void vouchers_line(const jf_statement *s, bool chinese, jf_buf *out)
{
    int64_t held = 0;
    if (s->uncredited_sum == 0)
        return;
    for (uint32_t i = 0; i < s->account_count; i++)
        if (jf_slot_kind(s->accounts[i]->slot) == JF_ACCOUNT_VOUCHERS)
            held = s->accounts[i]->balance;
    JF_ASSERT(s->uncredited_sum > 0);
    jf_buf_c(out, pick(chinese, "    vouchers as if credited: ", "    视同已到账的消费券："));
    jf_decimal_print(out, held + s->uncredited_sum, 2);
    jf_buf_char(out, '\n');
}

/* The month added up: what a pay slip says. */
static void summary_text(const jf_statement *s, jf_arena *arena, bool chinese, jf_buf *out)
{
    jf_grid grid;
    uint32_t count;
    const jf_summary_row *rows = jf_statement_summary(s, arena, &count);
    jf_grid_init(&grid, arena, "lrrl", 4);
    for (uint32_t i = 0; i < count; i++) {
        const jf_summary_row *row = &rows[i];
        jf_unit unit = jf_account_type_of(jf_slot_kind(row->slot))->unit;
        jf_buf text;
        jf_buf_init(&text, arena);
        jf_buf_str(&text, account_label(s, arena, row->slot, chinese));
        jf_buf_c(&text, pick(chinese, ": ", "："));
        jf_buf_c(&text, chinese ? row->reason->zh : row->reason->en);
        if (row->to != JF_TO_COUNT) {
            jf_buf_c(&text, pick(chinese, ", ", "，"));
            jf_buf_c(&text, jf_share_words(row->to, chinese));
        }
        jf_grid_cell(&grid, jf_buf_view(&text));
        jf_grid_int(&grid, row->rows);
        jf_grid_signed(&grid, row->amount, jf_unit_decimals(unit));
        jf_grid_c(&grid, jf_unit_word(unit, chinese));
    }
    jf_buf_c(out, pick(chinese, "\nThe month from ", "\n当月合计 "));
    jf_day_print(out, s->query.from);
    jf_buf_c(out, pick(chinese, " to ", " 至 "));
    jf_day_print(out, s->query.to);
    jf_buf_c(out, pick(chinese, ", added up\n", "\n"));
    jf_grid_write(&grid, out);
}

static void title_text(const jf_statement *s, bool chinese, jf_buf *out)
{
    static const char *const kinds[3][2] = {
        [JF_STATEMENT_MEMBER] = {"member ", "会员 "},
        [JF_STATEMENT_SHOP] = {"shop ", "商家 "},
        [JF_STATEMENT_FUND] = {"fund ", "资金 "},
    };
    JF_ASSERT(s->query.of <= JF_STATEMENT_FUND);
    jf_buf_c(out, pick(chinese, "Statement of ", ""));
    jf_buf_c(out, kinds[s->query.of][chinese]);
    jf_buf_str(out, s->query.name);
    jf_buf_c(out, pick(chinese, ", newest first\n", " 的账单，最新在前\n"));
}

void jf_statement_text(const jf_statement *s, bool chinese, jf_buf *out)
{
    jf_arena arena;
    JF_ASSERT(s->reader.result == JF_STORE_OK);
    jf_arena_init(&arena, 0);
    title_text(s, chinese, out);
    rows_text(s, &arena, chinese, out);
    if (s->next) {
        jf_buf_c(out, pick(chinese, "  there are older ones: --before ", "  更早的：--before "));
        jf_buf_int(out, (int64_t)s->next);
        jf_buf_char(out, '\n');
    }
    if (s->query.month)
        summary_text(s, &arena, chinese, out);
    uncredited_text(s, &arena, chinese, out);
    jf_buf_c(out, pick(chinese, "\nBalances now\n", "\n当前余额\n"));
    balances_text(s, &arena, false, chinese, out);
    vouchers_line(s, chinese, out);
    jf_buf_c(out, pick(chinese, "\nPending, not usable yet\n", "\n待入账，暂不可用\n"));
    balances_text(s, &arena, true, chinese, out);
    for (uint32_t i = 0; i < s->disclosure_count; i++) {
        jf_buf_char(out, '\n');
        jf_disclosure_text(out, &s->disclosures[i], chinese);
    }
    jf_arena_free(&arena);
}
