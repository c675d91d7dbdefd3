/*
 * Withdrawals (spec sections 9 and 18): requested → approved → paid; rejected
 * from requested or approved, which is a receipt. Tax is withheld from what
 * members withdraw, at the rate that was in force when they asked, and paid over
 * to the tax office with tax.remit.
 */
#include "base/check.h"
#include "core/ledger.h"
#include "core/receive.h"
#include "core/release.h"

static jf_slot money_slot(const jf_party *party)
{
    return party->kind == JF_PARTY_SHOP ? JF_SLOT(RECEIVABLE) : JF_SLOT(WALLET);
}

/* What people withdraw is income; shops see to their own taxes. */
static jf_cny tax_of(const jf_policy *policy, int64_t amount)
{
    jf_cny tax = {0};
    bool fits = jf_ratio_of(amount, policy->withholding, &tax.v);
    JF_ASSERT(fits && tax.v <= amount);
    return tax;
}

void jf_needs_withdraw_request(const jf_world *w, const jf_cmd_withdraw_request *c, jf_needs *needs)
{
    jf_want_either(w, needs, c->member, c->shop);
    jf_want_withdrawal(w, needs, c->id);
}

jf_code jf_do_withdraw_request(jf_step *s, const jf_cmd_withdraw_request *c)
{
    const jf_party *party;
    bool member = c->member.n > 0;
    jf_code code = jf_find_either(s, c->member, c->shop, &party);
    if (code)
        return code;
    if (c->amount > jf_balance(s->w, party->no, money_slot(party)))
        return jf_refuse(s->error, JF_E_INSUFFICIENT_WALLET, "amount",
                         "there is less money than that");
    jf_withdrawal *withdrawal = jf_world_withdrawal(s->w, c->id);
    JF_ASSERT(withdrawal && !withdrawal->row.exists);
    jf_touch(s->w, &withdrawal->row);
    withdrawal->row.exists = true;
    withdrawal->party = party->no;
    withdrawal->amount = (jf_cny){c->amount};
    withdrawal->tax = member ? tax_of(s->policy, c->amount) : (jf_cny){0};
    withdrawal->state = JF_WITHDRAWAL_REQUESTED;
    jf_post_cny(s, party->no, money_slot(party), (jf_cny){-c->amount}, JF_WHY_WITHDRAW);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(WITHDRAWALS), (jf_cny){c->amount}, JF_WHY_WITHDRAW);
    return JF_OK;
}

static void want_known(const jf_world *w, jf_str id, jf_needs *needs)
{
    const jf_withdrawal *withdrawal = jf_want_withdrawal(w, needs, id);
    if (withdrawal && withdrawal->row.exists)
        jf_want_party_no(w, needs, withdrawal->party);
}

/* The withdrawal in one of the states that the step may start from; else it refuses. */
static jf_code find_in(jf_step *s, jf_str id, unsigned states, jf_withdrawal **out)
{
    *out = jf_world_withdrawal(s->w, id);
    JF_ASSERT(*out != NULL);
    if (!(*out)->row.exists)
        return jf_refuse(s->error, JF_E_NOT_FOUND, "id", "there is no withdrawal \"%.*s\"",
                         JF_STR_ARG(id));
    if (!(states >> (*out)->state & 1))
        return jf_refuse(s->error, JF_E_STATE_CONFLICT, "id",
                         "the withdrawal is not in a state that allows this");
    jf_touch(s->w, &(*out)->row);
    return JF_OK;
}

#define FROM(STATE) (1u << JF_WITHDRAWAL_##STATE)

void jf_needs_withdraw_approve(const jf_world *w, const jf_cmd_withdraw_approve *c, jf_needs *needs)
{
    want_known(w, c->id, needs);
}

jf_code jf_do_withdraw_approve(jf_step *s, const jf_cmd_withdraw_approve *c)
{
    jf_withdrawal *withdrawal;
    jf_code code = find_in(s, c->id, FROM(REQUESTED), &withdrawal);
    if (!code)
        withdrawal->state = JF_WITHDRAWAL_APPROVED;
    return code;
}

void jf_needs_withdraw_paid(const jf_world *w, const jf_cmd_withdraw_paid *c, jf_needs *needs)
{
    want_known(w, c->id, needs);
}

jf_code jf_do_withdraw_paid(jf_step *s, const jf_cmd_withdraw_paid *c)
{
    jf_withdrawal *withdrawal;
    jf_code code = find_in(s, c->id, FROM(APPROVED), &withdrawal);
    if (code)
        return code;
    withdrawal->state = JF_WITHDRAWAL_PAID;
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(WITHDRAWALS), (jf_cny){-withdrawal->amount.v},
                JF_WHY_WITHDRAW);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(WITHHELD), withdrawal->tax, JF_WHY_TAX);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(CASH), (jf_cny){withdrawal->amount.v - withdrawal->tax.v},
                JF_WHY_WITHDRAW);
    return JF_OK;
}

void jf_needs_withdraw_reject(const jf_world *w, const jf_cmd_withdraw_reject *c, jf_needs *needs)
{
    want_known(w, c->id, needs);
}

jf_code jf_do_withdraw_reject(jf_step *s, const jf_cmd_withdraw_reject *c)
{
    jf_withdrawal *withdrawal;
    jf_code code = find_in(s, c->id, FROM(REQUESTED) | FROM(APPROVED), &withdrawal);
    if (code)
        return code;
    if (withdrawal->state == JF_WITHDRAWAL_REQUESTED)
        jf_credit_party(s, jf_world_party_no(s->w, withdrawal->party));
    withdrawal->state = JF_WITHDRAWAL_REJECTED;
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(WITHDRAWALS), (jf_cny){-withdrawal->amount.v},
                JF_WHY_WITHDRAW);
    jf_receive_cny(s, withdrawal->party, withdrawal->amount, JF_WHY_WITHDRAW);
    return JF_OK;
}

void jf_needs_tax_remit(const jf_world *w, const jf_cmd_tax_remit *c, jf_needs *needs)
{
    (void)w, (void)c, (void)needs; /* the platform's accounts are always resident */
}

jf_code jf_do_tax_remit(jf_step *s, const jf_cmd_tax_remit *c)
{
    JF_ASSERT(c->amount > 0);
    if (c->amount > jf_balance(s->w, JF_PLATFORM, JF_SLOT(WITHHELD)))
        return jf_refuse(s->error, JF_E_INSUFFICIENT_FUND, "amount",
                         "more than has been withheld and not paid over");
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(WITHHELD), (jf_cny){-c->amount}, JF_WHY_TAX);
    jf_post_cny(s, JF_PLATFORM, JF_SLOT(CASH), (jf_cny){c->amount}, JF_WHY_TAX);
    return JF_OK;
}
