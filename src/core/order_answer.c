/*
 * The result of order.pay. It is made from the order's row alone, so the first
 * answer and every repeated one are the same text.
 */
#include "base/check.h"
#include "core/allocation.h"
#include "core/ledger.h"
#include "core/order.h"

/*
 * One allocation row a payee (spec section 18: 4); `who` is a party or a pool, and missing for
 * a buyer that is only thought of.
 */
static void answer_part(const jf_world *w, const jf_part *part, jf_jw *out)
{
    JF_ASSERT(part->amount > 0);
    jf_jw_open(out, NULL, '{');
    jf_jw_c(out, "to", jf_to_wire(part->to));
    const jf_party *who = part->owner == JF_PLATFORM ? NULL : jf_world_party_no(w, part->owner);
    if (who)
        jf_jw_str(out, "who", who->id);
    else if (jf_account_type_of(jf_slot_kind(part->slot))->per == JF_PER_POOL)
        jf_jw_str(out, "who", w->pools[jf_slot_pool(part->slot)]->name);
    jf_jw_c(out, "unit", jf_unit_wire(jf_share_unit(part->to)));
    jf_jw_decimal(out, "amount", part->amount, 2);
    jf_jw_close(out, '}');
}

/* Who gets which part of a sale: "points" and "allocation". */
void jf_sale_members(const jf_world *w, const jf_part *parts, uint32_t count, jf_cny rest,
                     jf_point buyer, jf_point shop, jf_jw *out)
{
    jf_jw_open(out, "points", '{');
    jf_jw_decimal(out, "buyer", buyer.v, 2);
    jf_jw_decimal(out, "shop", shop.v, 2);
    jf_jw_close(out, '}');
    jf_jw_open(out, "allocation", '[');
    for (uint32_t i = 0; i < count; i++)
        if (jf_part_is_money(&parts[i]))
            answer_part(w, &parts[i], out);
    if (rest.v > 0) {
        jf_jw_open(out, NULL, '{');
        jf_jw_c(out, "to", "platform");
        jf_jw_c(out, "unit", jf_unit_wire(JF_UNIT_CNY));
        jf_jw_decimal(out, "amount", rest.v, 2);
        jf_jw_close(out, '}');
    }
    jf_jw_close(out, ']');
}

void jf_order_members(const jf_world *w, const jf_order *order, jf_jw *out)
{
    JF_ASSERT(order && order->row.exists);
    jf_jw_decimal(out, "cash", order->amount.v - order->voucher.v - order->legacy.v, 2);
    jf_jw_decimal(out, "voucher", order->voucher.v, 2);
    jf_jw_decimal(out, "rebate", order->rebate.v, 2);
    jf_sale_members(w, order->parts, order->part_count, order->rest, order->buyer_points,
                    order->shop_points, out);
    bool minting = false;
    for (uint32_t i = 0; i < order->part_count; i++)
        minting |= order->parts[i].to == JF_TO_TOKEN_POOL;
    if (order->held || !minting)
        return;
    jf_jw_open(out, "tokens", '{');
    jf_jw_decimal(out, "minted", order->minted.v, 6);
    jf_jw_decimal(out, "price", order->token_price, 6);
    jf_jw_close(out, '}');
}

void jf_order_answer(const jf_world *w, const jf_order *order, jf_buf *out)
{
    JF_ASSERT(order != NULL);
    jf_jw writer;
    jf_jw_init(&writer, out);
    jf_jw_open(&writer, NULL, '{');
    jf_order_members(w, order, &writer);
    jf_jw_close(&writer, '}');
}
