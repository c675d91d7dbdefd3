/*
 * Why an account moved where the amount is the command's own: credit drawn,
 * coins redeemed, withdrawals, money put in; and debts that receipts repaid.
 */
#include "app/why_work.h"
#include "base/check.h"

void jf_explain_named(jf_explain *x)
{
    if (x->m->id.n == 0)
        return;
    jf_say(x, ", ", "，");
    jf_say_str(x, x->m->id);
}

/* A release that repaid a debt: the entitlement less what was credited before, or a part of it. */
static void by_release(jf_explain *x)
{
    const jf_crediting *c = x->crediting;
    int64_t amount = x->posting->amount < 0 ? -x->posting->amount : x->posting->amount;
    if (!c || c->before > c->after)
        return;
    JF_ASSERT(c->cohort > 0);
    const jf_cohort *cohort = jf_cohort_at(&x->reader->world, c->pool, c->cohort);
    jf_buf_str(&x->sum, jf_crediting_arithmetic(x->arena, cohort, c, amount));
}

/* A receipt repays what is owed before anything of it arrives (spec section 18: 10). */
void jf_explain_repay(jf_explain *x)
{
    switch (jf_slot_kind(x->posting->slot)) {
    case JF_ACCOUNT_DEBT_CNY:
        jf_say(x, ": money that the platform had advanced", "：平台垫付的款项");
        return;
    case JF_ACCOUNT_DEBT_VOUCHER:
        by_release(x);
        jf_say(x, ": vouchers that the platform had advanced", "：平台垫付的消费券");
        return;
    case JF_ACCOUNT_DEBT_COIN:
        jf_say(x, ": coins that the platform had advanced", "：平台垫付的金币");
        return;
    case JF_ACCOUNT_CREDIT_DEBT:
    case JF_ACCOUNT_CREDIT_FUND:
        by_release(x);
        jf_say(x, ": consumption credit that was drawn", "：已使用的消费额度");
        return;
    case JF_ACCOUNT_CLAWBACK_DEBT:
    case JF_ACCOUNT_DIVIDEND:
        by_release(x);
        jf_say_pool(x, ": releases that a refund took back, pool ", "：退款应追回的释放，积分池 ",
                    jf_slot_pool(x->posting->slot));
        return;
    default:
        return;
    }
}

/* Spec section 8: the part K of the bill; the buyer owes it from now on. */
void jf_explain_credit(jf_explain *x)
{
    bool debt = jf_slot_kind(x->posting->slot) == JF_ACCOUNT_CREDIT_DEBT;
    if (debt)
        jf_say(x, ": coming releases repay it", "：由后续释放抵还");
    else
        jf_say(x, ": before points have released them", "：在积分释放之前");
}

/* Requested → approved → paid, or rejected (spec section 9). */
void jf_explain_withdraw(jf_explain *x)
{
    if (jf_movement_is(x->m, "withdraw.request"))
        jf_say(x, ": asked for, on its way", "：已申请，在途");
    else if (jf_movement_is(x->m, "withdraw.paid"))
        jf_say(x, ": paid out", "：已付出");
    else
        jf_say(x, ": rejected, the money is back", "：已拒绝，款项退回");
    jf_explain_named(x);
    if (!jf_movement_is(x->m, "withdraw.reject"))
        jf_explain_withheld(x);
}

/* Spec section 11: one coin is 1.00 CNY of mall goods. */
void jf_explain_coin(jf_explain *x)
{
    jf_say(x, ": goods of shop ", "：商家 ");
    jf_say_str(x, x->m->shop);
    jf_say(x, " for member ", " 的商品，会员 ");
    jf_say_str(x, x->m->member);
}
