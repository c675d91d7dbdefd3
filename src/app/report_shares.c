/*
 * The report's part about where the rebates went: the shares of all orders by
 * kind and pool, net of refunds, and the platform's rest (spec section 5). They
 * sum up to what is left of the rebates.
 */
#include "app/report_rows.h"
#include "app/why.h"
#include "base/check.h"
#include "core/allocation.h"
#include "core/order.h"

/* Sums saturate, like all of the report's. */
static void add(int64_t *sum, int64_t value)
{
    if (!jf_add(*sum, value, sum))
        *sum = value < 0 ? INT64_MIN : INT64_MAX;
}

static uint32_t pool_of(const jf_part *part)
{
    bool pooled = jf_account_type_of(jf_slot_kind(part->slot))->per == JF_PER_POOL;
    return pooled ? jf_slot_pool(part->slot) : JF_WORLD_POOLS;
}

void jf_report_share(jf_report *r, const jf_order *order)
{
    JF_ASSERT(r->shares != NULL);
    if (order->refunded.v < 0 || order->amount.v <= 0 || order->refunded.v > order->amount.v)
        return; /* damage, which an audit tells */
    int64_t rest = jf_order_rebate_kept(order).v;
    for (uint32_t i = 0; i < order->part_count; i++) {
        const jf_part *part = &order->parts[i];
        if (!jf_part_is_money(part))
            continue;
        int64_t kept = jf_order_part_kept(order, part).v;
        add(&r->shares[(uint32_t)part->to * JF_SHARE_POOLS + pool_of(part)], kept);
        rest -= kept;
    }
    add(&r->rest, rest);
}

static void share_json(jf_jw *w, const char *to, jf_str pool, jf_unit unit, int64_t amount)
{
    jf_jw_open(w, NULL, '{');
    jf_jw_c(w, "to", to);
    if (pool.n > 0)
        jf_jw_str(w, "pool", pool);
    jf_jw_c(w, "unit", jf_unit_wire(unit));
    jf_jw_decimal(w, "amount", amount, 2);
    jf_jw_close(w, '}');
}

static jf_str pool_name(const jf_report *r, uint32_t pool)
{
    return pool == JF_WORLD_POOLS ? JF_STR_NONE : jf_pool_name(&r->reader.world, pool);
}

void jf_report_shares_json(const jf_report *r, jf_jw *w)
{
    jf_jw_open(w, "allocation", '[');
    for (uint32_t i = 0; i < JF_TO_COUNT * JF_SHARE_POOLS; i++) {
        jf_to to = (jf_to)(i / JF_SHARE_POOLS);
        if (r->shares[i] != 0)
            share_json(w, jf_to_wire(to), pool_name(r, i % JF_SHARE_POOLS), jf_share_unit(to),
                       r->shares[i]);
    }
    if (r->rest != 0)
        share_json(w, "platform", JF_STR_NONE, JF_UNIT_CNY, r->rest);
    jf_jw_close(w, ']');
}

void jf_report_shares_text(const jf_report *r, jf_grid *grid, bool chinese)
{
    for (uint32_t i = 0; i < JF_TO_COUNT * JF_SHARE_POOLS; i++) {
        jf_buf label;
        jf_to to = (jf_to)(i / JF_SHARE_POOLS);
        jf_str pool = pool_name(r, i % JF_SHARE_POOLS);
        if (r->shares[i] == 0)
            continue;
        jf_buf_init(&label, grid->arena);
        jf_buf_c(&label, jf_share_words(to, chinese));
        if (pool.n > 0)
            jf_buf_char(&label, ' ');
        jf_buf_str(&label, pool);
        jf_grid_cell(grid, jf_buf_view(&label));
        jf_grid_amount(grid, r->shares[i], 2);
        jf_grid_c(grid, jf_unit_word(jf_share_unit(to), chinese));
    }
    jf_report_amount(grid, chinese ? "平台" : "the platform", r->rest, JF_UNIT_CNY, chinese);
}
