/*
 * The report as JSON and as aligned text (report.h), from the same figures.
 */
#include "app/report_rows.h"
#include "base/check.h"
#include "core/step.h"
#include "core/token.h"

typedef struct words {
    const char *en, *zh;
} words;

static const char *pick(bool chinese, const char *en, const char *zh)
{
    JF_ASSERT(en && zh);
    return chinese ? zh : en;
}

/* Kinds of debt, and their names: owed to the platform are CNY, vouchers and coins advanced. */
typedef struct debt {
    const char *wire;
    jf_account_kind kind;
    jf_unit unit;
    words label;
} debt;

static const debt debts[] = {
    {"CNY", JF_ACCOUNT_DEBT_CNY, JF_UNIT_CNY, {"money owed", "欠款"}},
    {"VOUCHER", JF_ACCOUNT_DEBT_VOUCHER, JF_UNIT_VOUCHER, {"vouchers owed", "欠消费券"}},
    {"COIN", JF_ACCOUNT_DEBT_COIN, JF_UNIT_COIN, {"coins owed", "欠金币"}},
    {"credit",
     JF_ACCOUNT_CREDIT_DEBT,
     JF_UNIT_VOUCHER,
     {"consumption credit drawn", "消费额度欠款"}},
    {"clawback", JF_ACCOUNT_CLAWBACK_DEBT, JF_UNIT_VOUCHER, {"releases to give back", "追回欠款"}},
};

#define DEBTS (sizeof debts / sizeof *debts)

/* Debts are kept negative when the platform advanced them; a report shows what is owed. */
static int64_t debt_owed(const jf_report *r, const debt *d)
{
    int64_t total = r->reader.world.state.totals[d->kind];
    JF_ASSERT(total > INT64_MIN);
    return total < 0 ? -total : total;
}

/* ------------------------------------------------------------ JSON */

static void pool_json(jf_jw *w, const jf_pool_report *p)
{
    JF_ASSERT(p->pool && p->policy);
    jf_jw_open(w, NULL, '{');
    jf_jw_str(w, "pool", p->pool->name);
    jf_jw_int(w, "period", p->pool->period);
    jf_jw_open(w, "cohorts", '{');
    jf_jw_int(w, "active", p->active);
    jf_jw_int(w, "finished", p->finished);
    jf_jw_close(w, '}');
    jf_jw_decimal(w, "matured", p->pool->matured.v, 2);
    jf_jw_decimal(w, "released", p->pool->released.v, 2);
    jf_jw_decimal(w, "fund", p->fund.v, 2);
    jf_jw_decimal(w, "unclaimed", p->unclaimed.v, 2);
    jf_pool_next_json(w, p->policy, &p->next);
    jf_disclosure_write(w, "disclosure", &p->disclosure);
    jf_jw_close(w, '}');
}

static void coverage_json(jf_jw *w, const jf_report *r)
{
    jf_jw_open(w, "coverage", '{');
    jf_jw_decimal(w, "held", r->held, 2);
    jf_jw_decimal(w, "vouchers_outstanding", r->vouchers_out, 2);
    jf_jw_decimal(w, "still_at_most", r->still, 2);
    if (r->coverage < 0)
        jf_jw_raw(w, "ratio", JF_STR("null"));
    else
        jf_jw_decimal(w, "ratio", r->coverage, 6);
    jf_jw_close(w, '}');
}

static void withdrawals_json(jf_jw *w, const jf_report *r)
{
    const struct {
        const char *state;
        uint64_t count;
        jf_cny sum;
    } states[] = {{"requested", r->requested, r->requested_sum},
                  {"approved", r->approved, r->approved_sum}};
    jf_jw_open(w, "withdrawals", '{');
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        jf_jw_open(w, states[i].state, '{');
        jf_jw_int(w, "count", (int64_t)states[i].count);
        jf_jw_decimal(w, "amount", states[i].sum.v, 2);
        jf_jw_close(w, '}');
    }
    jf_jw_close(w, '}');
}

/* What members hold, backed one for one by the coin reserve. */
static int64_t coins_out(const jf_report *r)
{
    return -r->reader.world.state.totals[JF_ACCOUNT_COINS_ISSUED];
}

static void debts_json(jf_jw *w, const jf_report *r)
{
    jf_jw_open(w, "debts", '{');
    for (size_t i = 0; i < DEBTS; i++)
        jf_jw_decimal(w, debts[i].wire, debt_owed(r, &debts[i]), 2);
    jf_jw_close(w, '}');
    jf_jw_decimal(w, "equity", r->equity, 2);
    jf_jw_bool(w, "insolvent", r->equity < 0);
}

void jf_report_json(const jf_report *r, jf_buf *out)
{
    jf_jw w;
    JF_ASSERT(r->reader.result == JF_STORE_OK);
    jf_jw_init(&w, out);
    jf_jw_open(&w, NULL, '{');
    if (r->policy) {
        jf_jw_day(&w, "open_day", r->reader.world.state.open_day);
        jf_jw_str(&w, "policy", r->policy->name);
    }
    jf_jw_int(&w, "members", (int64_t)r->members);
    jf_jw_int(&w, "shops", (int64_t)r->shops);
    jf_jw_int(&w, "orders", (int64_t)r->orders);
    jf_jw_decimal(&w, "sales", r->sales.v, 2);
    jf_jw_decimal(&w, "rebates", r->rebates.v, 2);
    jf_jw_decimal(&w, "refunded", r->refunded.v, 2);
    jf_report_shares_json(r, &w);
    jf_jw_raw(&w, "funds", r->funds);
    jf_jw_decimal(&w, "coins", coins_out(r), 2);
    if (r->tokens.n > 0)
        jf_jw_raw(&w, "tokens", r->tokens);
    withdrawals_json(&w, r);
    jf_jw_open(&w, "pools", '[');
    for (uint32_t i = 0; i < r->pool_count; i++)
        pool_json(&w, &r->pools[i]);
    jf_jw_close(&w, ']');
    coverage_json(&w, r);
    debts_json(&w, r);
    jf_report_rewards_json(r, &w);
    jf_jw_close(&w, '}');
    jf_buf_char(out, '\n');
}

/* ------------------------------------------------------------ text */

static void row_begin(jf_grid *grid, const char *label)
{
    JF_ASSERT(grid->filled == 0);
    jf_grid_c(grid, label);
}

void jf_report_amount(jf_grid *grid, const char *label, int64_t value, jf_unit unit, bool chinese)
{
    row_begin(grid, label);
    jf_grid_amount(grid, value, jf_unit_decimals(unit));
    jf_grid_c(grid, jf_unit_word(unit, chinese));
}

void jf_report_count(jf_grid *grid, const char *label, uint64_t value)
{
    row_begin(grid, label);
    jf_grid_int(grid, (int64_t)value);
    jf_grid_c(grid, "");
}

static void text_row(jf_grid *grid, const char *label, jf_str value)
{
    row_begin(grid, label);
    jf_grid_cell(grid, value);
    jf_grid_c(grid, "");
}

static void day_row(jf_grid *grid, const char *label, jf_day day)
{
    jf_buf text;
    jf_buf_init(&text, grid->arena);
    jf_day_print(&text, day);
    text_row(grid, label, jf_buf_view(&text));
}

/* A ratio as a percentage with two decimals, floored. */
static void percent_row(jf_grid *grid, const char *label, int64_t ppm)
{
    jf_buf text;
    jf_buf_init(&text, grid->arena);
    jf_decimal_print(&text, (int64_t)jf_floor_div(ppm, 100), 2);
    row_begin(grid, label);
    jf_grid_cell(grid, jf_buf_view(&text));
    jf_grid_c(grid, "%");
}

static void network_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    if (r->policy) {
        day_row(grid, pick(chinese, "open day", "营业日"), r->reader.world.state.open_day);
        text_row(grid, pick(chinese, "policy", "政策"), r->policy->name);
    } else {
        jf_grid_note(grid, 2, jf_str_of(pick(chinese, "there is no policy yet", "尚无政策")));
    }
    jf_report_count(grid, pick(chinese, "members", "会员"), r->members);
    jf_report_count(grid, pick(chinese, "shops", "商家"), r->shops);
    jf_report_count(grid, pick(chinese, "orders", "订单"), r->orders);
    jf_report_amount(grid, pick(chinese, "sales", "消费额"), r->sales.v, JF_UNIT_CNY, chinese);
    jf_report_amount(grid, pick(chinese, "rebates collected", "收取让利"), r->rebates.v,
                     JF_UNIT_CNY, chinese);
    jf_report_amount(grid, pick(chinese, "refunded", "退款"), r->refunded.v, JF_UNIT_CNY, chinese);
}

/* The members of funds.get in its order, in words. */
typedef struct fund_label {
    const char *wire;
    jf_unit unit;
    words label;
} fund_label;

static const fund_label fund_labels[] = {
    {"voucher_reserve", JF_UNIT_CNY, {"reserve behind vouchers", "消费券准备金"}},
    {"vouchers_outstanding", JF_UNIT_VOUCHER, {"vouchers outstanding", "流通消费券"}},
    {"unclaimed", JF_UNIT_VOUCHER, {"of these released, not credited", "其中已释放未领取"}},
    {"coin_reserve", JF_UNIT_CNY, {"reserve behind coins", "金币准备金"}},
    {"credit_fund", JF_UNIT_CNY, {"consumption credit fund", "消费额度资金"}},
    {"token_pool", JF_UNIT_CNY, {"appreciation pool", "增值池"}},
    {"token_residue", JF_UNIT_CNY, {"what an empty pool left", "增值池余留"}},
    {"pending", JF_UNIT_CNY, {"money on hold", "待入账资金"}},
    {"withdrawals", JF_UNIT_CNY, {"withdrawals under way", "提现在途"}},
    {"revenue", JF_UNIT_CNY, {"platform revenue", "平台收入"}},
    {"capital", JF_UNIT_CNY, {"capital put in", "投入资本"}},
    {"advance", JF_UNIT_CNY, {"advanced to debtors", "垫付"}},
    {"refund_loss", JF_UNIT_CNY, {"refund loss", "退款损失"}},
    {"cash", JF_UNIT_CNY, {"cash in hand", "现金"}},
};

static void dividends_text(const jf_json *funds, jf_grid *grid, bool chinese)
{
    JF_ASSERT(funds->type == JF_JSON_OBJECT);
    for (const jf_json *pool = funds->child; pool; pool = pool->next) {
        jf_buf label;
        jf_buf_init(&label, grid->arena);
        jf_buf_c(&label, pick(chinese, "dividend fund of pool ", "分红资金 "));
        jf_buf_str(&label, pool->key);
        jf_grid_cell(grid, jf_buf_view(&label));
        jf_grid_cell(grid, pool->text);
        jf_grid_c(grid, jf_unit_word(JF_UNIT_CNY, chinese));
    }
}

static void funds_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    jf_json *funds;
    char error[160];
    bool parsed = jf_json_parse(grid->arena, r->funds, &funds, error);
    JF_ASSERT(parsed); /* our own writer's text */
    for (size_t i = 0; i < sizeof fund_labels / sizeof *fund_labels; i++) {
        const fund_label *f = &fund_labels[i];
        const jf_json *value = jf_json_get(funds, jf_str_of(f->wire));
        JF_ASSERT(value && value->type == JF_JSON_STRING);
        jf_grid_c(grid, pick(chinese, f->label.en, f->label.zh));
        jf_grid_cell(grid, value->text);
        jf_grid_c(grid, jf_unit_word(f->unit, chinese));
    }
    dividends_text(jf_json_get(funds, JF_STR("dividend")), grid, chinese);
}

static void tokens_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    static const fund_label rows[] = {
        {"pool", JF_UNIT_CNY, {"money in the pool", "池内资金"}},
        {"units", JF_UNIT_TOKEN, {"units outstanding", "流通份额"}},
        {"price", JF_UNIT_CNY, {"price of a unit", "每份价格"}},
    };
    jf_json *tokens;
    char error[160];
    bool parsed = jf_json_parse(grid->arena, r->tokens, &tokens, error);
    JF_ASSERT(parsed); /* our own writer's text */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const jf_json *value = jf_json_get(tokens, jf_str_of(rows[i].wire));
        JF_ASSERT(value && value->type == JF_JSON_STRING);
        jf_grid_c(grid, pick(chinese, rows[i].label.en, rows[i].label.zh));
        jf_grid_cell(grid, value->text);
        jf_grid_c(grid, jf_unit_word(rows[i].unit, chinese));
    }
    jf_report_count(grid, pick(chinese, "members who hold units", "持有会员"),
                    jf_token_holders(&r->reader.world));
}

static void withdrawals_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    jf_report_count(grid, pick(chinese, "requested", "已申请"), r->requested);
    jf_report_amount(grid, pick(chinese, "money asked for", "申请金额"), r->requested_sum.v,
                     JF_UNIT_CNY, chinese);
    jf_report_count(grid, pick(chinese, "approved, not paid yet", "已批准未付"), r->approved);
    jf_report_amount(grid, pick(chinese, "money approved", "批准金额"), r->approved_sum.v,
                     JF_UNIT_CNY, chinese);
}

static void pool_text(const jf_pool_report *p, jf_grid *grid, bool chinese)
{
    jf_report_count(grid, pick(chinese, "open period", "当前期"), p->pool->period);
    jf_report_count(grid, pick(chinese, "cohorts under way", "释放中批次"), p->active);
    jf_report_count(grid, pick(chinese, "cohorts finished", "已出局批次"), p->finished);
    jf_report_amount(grid, pick(chinese, "points matured", "入账积分"), p->pool->matured.v,
                     JF_UNIT_POINT, chinese);
    jf_report_amount(grid, pick(chinese, "released", "已释放"), p->pool->released.v,
                     JF_UNIT_VOUCHER, chinese);
    jf_report_amount(grid, pick(chinese, "fund left", "资金余额"), p->fund.v, JF_UNIT_CNY, chinese);
    jf_report_amount(grid, pick(chinese, "released, not credited", "已释放未领取"), p->unclaimed.v,
                     JF_UNIT_VOUCHER, chinese);
    if (p->next.waits) {
        jf_report_amount(grid,
                         pick(chinese, "first close when matured reaches", "首期关账需入账达"),
                         p->policy->first_threshold.v, JF_UNIT_POINT, chinese);
    } else {
        day_row(grid, pick(chinese, "next close, earliest", "下次关账最早"), p->next.earliest);
        day_row(grid, pick(chinese, "next close, latest", "下次关账最晚"), p->next.latest);
    }
    percent_row(grid, pick(chinese, "growth so far", "目前增长"), p->next.growth);
    percent_row(grid, pick(chinese, "growth target", "目标增长"), p->policy->growth_target.v);
}

static void coverage_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    jf_report_amount(
        grid,
        pick(chinese, "held: dividend funds and voucher reserve", "持有：分红资金与消费券准备金"),
        r->held, JF_UNIT_CNY, chinese);
    jf_report_amount(grid, pick(chinese, "owed: vouchers outstanding", "应付：流通消费券"),
                     r->vouchers_out, JF_UNIT_VOUCHER, chinese);
    jf_report_amount(grid,
                     pick(chinese, "owed at most: what points could still release",
                          "至多应付：积分最多还可释放"),
                     r->still, JF_UNIT_VOUCHER, chinese);
    if (r->coverage < 0)
        text_row(grid, pick(chinese, "coverage", "覆盖率"),
                 jf_str_of(pick(chinese, "nothing is owed", "无应付")));
    else
        percent_row(grid, pick(chinese, "coverage", "覆盖率"), r->coverage);
    jf_grid_note(
        grid, 2,
        jf_str_of(pick(chinese,
                       "below 100 % the rest is not there; it is released only if it is collected",
                       "低于 100 % 的部分尚未收到；收到才会释放")));
}

static void debts_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    for (size_t i = 0; i < DEBTS; i++)
        jf_report_amount(grid, pick(chinese, debts[i].label.en, debts[i].label.zh),
                         debt_owed(r, &debts[i]), debts[i].unit, chinese);
    jf_report_amount(grid, pick(chinese, "platform's equity", "平台权益"), r->equity, JF_UNIT_CNY,
                     chinese);
    if (r->equity < 0)
        jf_grid_note(
            grid, 2,
            jf_str_of(pick(chinese, "INSOLVENT: losses are larger than what the platform owns",
                           "资不抵债：损失超过平台自有资金")));
}

void jf_report_heading(jf_grid *grid, const char *text, jf_str name)
{
    jf_buf line;
    JF_ASSERT(text[0] != '\0');
    jf_buf_init(&line, grid->arena);
    jf_buf_c(&line, text);
    jf_buf_str(&line, name);
    jf_grid_note(grid, 0, JF_STR(""));
    jf_grid_note(grid, 0, jf_buf_view(&line));
}

void jf_report_text(const jf_report *r, bool chinese, jf_buf *out)
{
    jf_arena arena;
    jf_grid grid;
    JF_ASSERT(r->reader.result == JF_STORE_OK);
    jf_arena_init(&arena, 0);
    jf_grid_init(&grid, &arena, "lrl", 2);
    jf_grid_note(&grid, 0, jf_str_of(pick(chinese, "The network", "全网")));
    network_text(r, &grid, chinese);
    jf_report_heading(
        &grid, pick(chinese, "Where the rebates went, net of refunds", "让利去向（扣除退款）"),
        JF_STR_NONE);
    jf_report_shares_text(r, &grid, chinese);
    jf_report_heading(&grid, pick(chinese, "Funds", "资金"), JF_STR_NONE);
    funds_text(r, &grid, chinese);
    jf_report_amount(&grid, pick(chinese, "coins outstanding", "流通金币"), coins_out(r),
                     JF_UNIT_COIN, chinese);
    if (r->tokens.n > 0) {
        jf_report_heading(&grid, pick(chinese, "Appreciation", "消费增值"), JF_STR_NONE);
        tokens_text(r, &grid, chinese);
    }
    jf_report_heading(&grid, pick(chinese, "Withdrawals", "提现"), JF_STR_NONE);
    withdrawals_text(r, &grid, chinese);
    for (uint32_t i = 0; i < r->pool_count; i++) {
        jf_report_heading(&grid, pick(chinese, "Pool ", "积分池 "), r->pools[i].pool->name);
        pool_text(&r->pools[i], &grid, chinese);
    }
    jf_report_heading(&grid, pick(chinese, "Coverage", "覆盖"), JF_STR_NONE);
    coverage_text(r, &grid, chinese);
    jf_report_heading(&grid, pick(chinese, "Debts", "欠款"), JF_STR_NONE);
    debts_text(r, &grid, chinese);
    jf_report_rewards_text(r, &grid, chinese);
    jf_grid_write(&grid, out);
    for (uint32_t i = 0; i < r->pool_count; i++) {
        jf_buf_char(out, '\n');
        jf_disclosure_text(out, &r->pools[i].disclosure, chinese);
    }
    jf_arena_free(&arena);
}
