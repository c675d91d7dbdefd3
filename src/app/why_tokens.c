/*
 * Why units of the appreciation pool came and went (spec section 12): minted
 * at the price before, sold at the price of the day, forced out at the multiple.
 *
 * The price is told from the postings themselves: each has the balance behind
 * it, so the pool and the units just before are known exactly.
 */
#include "app/sums.h"
#include "app/why_work.h"
#include "base/check.h"

static const jf_policy *policy_then(const jf_explain *x)
{
    return jf_world_policy(&x->reader->world, x->m->journal->day);
}

/* n = ⌊⌊i · mint⌋ / price⌋ at the price before the share came in. */
void jf_explain_mint(jf_explain *x)
{
    const jf_posting_row *pool = jf_beside(x, JF_ACCOUNT_TOKEN_POOL);
    const jf_posting_row *issued = jf_beside(x, JF_ACCOUNT_TOKENS_ISSUED);
    const jf_policy *then = policy_then(x);
    const jf_state *state = &x->reader->world.state;
    int64_t money, units, amount = x->posting->amount;
    jf_say(x, ", units at the price before", "，按此前价格折算");
    if (!pool || !issued || !then || !jf_sub(pool->balance, pool->amount, &money) ||
        !jf_sub(issued->amount, issued->balance, &units))
        return;
    int64_t minted = amount < 0 ? -amount : amount;
    int64_t value = jf_sum_ratio(&x->sum, pool->amount, x->policy->token.mint);
    uint32_t first = x->sum.n;
    jf_buf_c(&x->sum, "; ");
    int64_t got = 0;
    if (units > 0) {
        got = jf_sum_scaled(&x->sum, (jf_figure){value, 2}, (jf_figure){units, 6},
                            (jf_figure){money, 2}, 6, false);
    } else {
        got = jf_sum_units(&x->sum, value, then->token.initial_price);
        if (got != minted && state->price_under > 0) { /* nobody held a unit: the last price */
            x->sum.n = first + 2;
            got = jf_sum_scaled(&x->sum, (jf_figure){value, 2}, (jf_figure){state->price_under, 6},
                                (jf_figure){state->price_over, 2}, 6, false);
        }
    }
    JF_ASSERT(x->sum.n >= first);
    jf_keep_sum_if(x, got);
}

/* Units leaving, as the postings around this one tell it. */
typedef struct leaving {
    int64_t units, all, pool; /* n, and N and S before */
    int64_t paid;
    const jf_posting_row *to; /* the wallet, or NULL when a debt took all */
    int64_t repaid;
} leaving;

static bool is_leave(const jf_posting_row *p)
{
    uint32_t reason = p->why & 255;
    return reason == JF_WHY_SELL || reason == JF_WHY_EXIT;
}

/* TOKENS, TOKENS_ISSUED, TOKEN_POOL, a repaid debt, WALLET: one leave after another. */
static bool leaving_of(const jf_explain *x, leaving *l)
{
    const jf_posting_row *p = x->posting, *end = x->m->postings + x->m->count;
    *l = (leaving){0};
    while (p > x->m->postings && jf_slot_kind(p->slot) != JF_ACCOUNT_TOKENS)
        p--;
    if (jf_slot_kind(p->slot) != JF_ACCOUNT_TOKENS || !is_leave(p) || end - p < 2)
        return false;
    l->units = p[1].amount;
    if (!jf_sub(p[1].amount, p[1].balance, &l->all))
        return false;
    for (p += 2; p < end && jf_slot_kind(p->slot) != JF_ACCOUNT_TOKENS; p++) {
        jf_account_kind kind = jf_slot_kind(p->slot);
        if (kind == JF_ACCOUNT_TOKEN_POOL && is_leave(p)) {
            l->paid = -p->amount;
            if (!jf_sub(p->balance, p->amount, &l->pool))
                return false;
        } else if (kind == JF_ACCOUNT_DEBT_CNY && (p->why & 255) == JF_WHY_REPAY) {
            l->repaid = p->amount;
        } else if (kind == JF_ACCOUNT_WALLET) {
            l->to = p;
        }
    }
    return l->units > 0 && l->paid > 0;
}

/* What the answer of token.sell said the units were worth; -1 without it. */
static int64_t value_answered(const jf_explain *x)
{
    jf_json *result;
    char error[160];
    int64_t value = -1;
    if (!jf_movement_is(x->m, "token.sell") || x->m->journal->result.n == 0 ||
        !jf_json_parse(x->arena, x->m->journal->result, &result, error))
        return -1;
    const jf_json *field = jf_json_get(result, JF_STR("value"));
    if (field && field->type == JF_JSON_STRING &&
        jf_decimal_parse(field->text, 2, &value) == JF_DECIMAL_OK)
        return value;
    return -1;
}

/* v, with the step that gives it where the price is the one of the moment. */
static int64_t value_of(jf_explain *x, const leaving *l, bool sold)
{
    int64_t value = jf_sum_scaled(&x->sum, (jf_figure){l->units, 6}, (jf_figure){l->pool, 2},
                                  (jf_figure){l->all, 6}, 2, false);
    int64_t answered = sold ? value_answered(x) : -1;
    if (answered >= 0 && answered != value) {
        jf_buf_clear(&x->sum);
        jf_say(x, ", at the price of the day's first sale", "，按当日首笔价格");
        return answered;
    }
    jf_buf_c(&x->sum, "; ");
    return value;
}

/* "3" for 3000000 */
static void say_multiple(jf_explain *x, jf_ppm multiple)
{
    char text[32];
    jf_buf out = {text, 0, sizeof text, NULL};
    jf_decimal_print(&out, multiple.v, 6);
    while (out.n > 0 && (out.p[out.n - 1] == '0'))
        out.n--;
    if (out.n > 0 && out.p[out.n - 1] == '.')
        out.n--;
    JF_ASSERT(out.p == text && out.n > 0);
    jf_say_str(x, jf_buf_view(&out));
}

/* paid = v − ⌈v · fee⌉; the fee stays in the pool. */
void jf_explain_leave(jf_explain *x)
{
    bool sold = (x->posting->why & 255) == JF_WHY_SELL;
    const jf_policy *then = policy_then(x);
    leaving l;
    if (!then || !leaving_of(x, &l))
        return;
    jf_say(x, ": units ", "：份额 ");
    jf_say_amount(x, l.units, JF_UNIT_TOKEN);
    if (!sold) {
        jf_say(x, ", worth at least ", "，价值已达消费的 ");
        say_multiple(x, then->token.exit_multiple);
        jf_say(x, " times what was spent", " 倍");
    }
    jf_account_kind kind = jf_slot_kind(x->posting->slot);
    if (kind == JF_ACCOUNT_TOKENS || kind == JF_ACCOUNT_TOKENS_ISSUED)
        return;
    jf_say(x, "; the fee stays in the pool", "；手续费留在池中");
    int64_t value = value_of(x, &l, sold);
    int64_t fee =
        jf_sum_ratio_up(&x->sum, value, sold ? then->token.sell_fee : then->token.exit_fee);
    jf_buf_c(&x->sum, "; ");
    int64_t paid = jf_sum_difference(&x->sum, value, fee);
    if (l.repaid > 0 && kind == JF_ACCOUNT_WALLET) {
        jf_say(x, "; a debt was repaid first", "；先抵还欠款");
        jf_buf_c(&x->sum, "; ");
        paid = jf_sum_difference(&x->sum, paid, l.repaid);
    }
    jf_keep_sum_if(x, paid);
}
