/*
 * An explanation being made: what the files behind why.h share.
 *
 *   why.c          which rule, sales, shares, points, releases
 *   why_agents.c   the seat behind an agent's share
 *   why_rewards.c  reward programs, months, shares, old debts, tax
 *   why_money.c    credit, coins, withdrawals, debts repaid
 *   why_refund.c   refunds: what part of what, and what was not there any more
 *   why_tokens.c   units: minted, sold, forced out
 *
 * A function appends words to `en` and `zh`, and arithmetic to `sum`, which
 * stays only when it comes to the amount that was posted.
 */
#ifndef JF_APP_WHY_WORK_H
#define JF_APP_WHY_WORK_H

#include "app/why.h"

typedef struct jf_explain {
    jf_reader *reader;
    jf_arena *arena;
    const jf_movement *m;
    const jf_posting_row *posting;
    const jf_order *order;   /* or NULL */
    const jf_policy *policy; /* of the order */
    const jf_crediting *crediting;
    jf_buf en, zh, sum;
} jf_explain;

void jf_say(jf_explain *x, const char *en, const char *zh);
void jf_say_str(jf_explain *x, jf_str text);
void jf_say_int(jf_explain *x, int64_t value);
void jf_say_amount(jf_explain *x, int64_t value, jf_unit unit);
void jf_say_pool(jf_explain *x, const char *en, const char *zh, uint32_t pool);

/* The sum stands only when it comes to what was posted, whatever the sign. */
void jf_keep_sum_if(jf_explain *x, int64_t result);

/* What the owner's debts took of a receipt: their postings stand right before it. */
int64_t jf_repaid_before(const jf_explain *x);

/* How many postings like this one came before it: parts come in the order of their keeping. */
uint32_t jf_like_before(const jf_explain *x);

/* The posting of a kind in this journal that is for the same entry, or NULL. */
const jf_posting_row *jf_beside(const jf_explain *x, jf_account_kind kind);

/* Says what the policy entry of the posting is for; NULL when the posting has none. */
const jf_entry *jf_explain_entry(jf_explain *x);

/* The cohort of a slot, or NULL when the books have none. */
const jf_cohort *jf_cohort_at(const jf_world *w, uint32_t pool, uint32_t cohort);

/* What the share came to, with its arithmetic; -1 when the order's parts do not tell it. */
int64_t jf_explain_level(jf_explain *x, const jf_entry *entry, int64_t base);
int64_t jf_explain_manager(jf_explain *x, const jf_entry *entry, int64_t base);

void jf_explain_turnover(jf_explain *x);
void jf_explain_enroll(jf_explain *x);
void jf_explain_month(jf_explain *x);
void jf_explain_shares(jf_explain *x);
void jf_explain_profit(jf_explain *x);
void jf_explain_legacy(jf_explain *x);
void jf_explain_tax(jf_explain *x);
void jf_explain_withheld(jf_explain *x); /* behind the words of a withdrawal */

void jf_explain_named(jf_explain *x);
void jf_explain_repay(jf_explain *x);
void jf_explain_credit(jf_explain *x);
void jf_explain_withdraw(jf_explain *x);
void jf_explain_coin(jf_explain *x);
void jf_explain_refund(jf_explain *x);
void jf_explain_mint(jf_explain *x);  /* units of an order's share */
void jf_explain_leave(jf_explain *x); /* units sold, or forced out */

#endif
