/*
 * The audit of consumption appreciation (spec section 12): lots against their
 * orders, members' units against their lots, and the price of a unit.
 *
 * The price is the pool over the units as whole journals leave them, compared
 * as exact fractions. Within a journal it may look lower for a moment: units
 * go before their money does. While nobody holds a unit the last price stands.
 */
#include "app/audit_work.h"
#include "base/check.h"
#include "core/ledger.h"

/* What of a lot's figures cannot be, or NULL. */
static const char *figures_wrong(const jf_lot *lot)
{
    JF_ASSERT(lot->row.exists);
    if (lot->minted.v <= 0 || lot->units.v < 0 || lot->sold.v < 0 || lot->burnt.v < 0) {
        return "units below zero";
    }
    jf_i128 burnt = (jf_i128)lot->minted.v - lot->units.v - lot->sold.v; /* as far as held */
    if (burnt < 0 || burnt > lot->burnt.v || lot->burnt.v > lot->minted.v) {
        return "units held, sold and burnt are not those that were minted";
    }
    if (lot->spend.v < 0 || lot->proceeds.v < 0 || (lot->units.v == 0 && lot->spend.v != 0)) {
        return "its spend or its proceeds cannot be";
    }
    return NULL;
}

/* A lot whose order's row is gone is found as that (audit_rows.c, ids). */
static bool order_is_gone(const jf_audit_work *work, const jf_lot *lot)
{
    const jf_mark *mark = jf_audit_mark(work, lot->order);
    JF_ASSERT(work->mark_room == 0 || work->marks != NULL);
    return mark != NULL && (*mark & JF_MARK_PAID) && !(*mark & JF_MARK_ORDER);
}

static void lot_check(jf_audit_work *work, const jf_lot *lot)
{
    const char *wrong = figures_wrong(lot);
    if (wrong != NULL) {
        jf_audit_find(work, JF_AUDIT_LOT_WRONG, "the lot of order %.*s (journal %llu): %s",
                      JF_STR_ARG(lot->order_id), (unsigned long long)lot->order, wrong);
    }
    jf_traced *tokens = jf_audit_traced(work, lot->owner, JF_SLOT(TOKENS));
    if (wrong != NULL) {
        jf_audit_doubt(tokens);
    }
    if (tokens != NULL) {
        jf_audit_add(&tokens->aside, lot->units.v);
    } else {
        jf_audit_find(work, JF_AUDIT_TOKENS_WRONG,
                      "the lot of order %.*s is of %s, who never had a unit",
                      JF_STR_ARG(lot->order_id), jf_audit_party_text(work, lot->owner).c);
    }
    JF_ASSERT(tokens == NULL || tokens->owner == lot->owner);
}

static void units_check(jf_audit_work *work)
{
    const jf_traced *account;
    for (uint64_t at = 0; (account = jf_map_next(&work->accounts, &at)) != NULL;) {
        JF_ASSERT(jf_slot_kind(account->slot) < JF_ACCOUNT_KINDS);
        if (jf_slot_kind(account->slot) == JF_ACCOUNT_TOKENS && account->doubt == 0 &&
            account->balance != account->aside) {
            jf_audit_find(work, JF_AUDIT_TOKENS_WRONG, "%s is %s; the lots have %s",
                          jf_audit_account(work, account->owner, account->slot).c,
                          jf_audit_balance(account->balance, account->slot).c,
                          jf_audit_balance(account->aside, account->slot).c);
        }
    }
}

void jf_audit_lots(jf_audit_work *work)
{
    const jf_lot *lot;
    uint64_t met = work->lots_met, count = 0;
    for (uint64_t at = 0; (lot = jf_map_next(&work->world.lots, &at)) != NULL;) {
        count++;
        met += order_is_gone(work, lot);
        lot_check(work, lot);
    }
    if (met != count) {
        jf_audit_find(work, JF_AUDIT_LOT_WRONG, "there are %llu lots; only %llu have an order",
                      (unsigned long long)count, (unsigned long long)met);
    }
    units_check(work);
}

/* Is the price pool/units below the one before? Products of 63 bits fit 127. */
static bool fell(const jf_audit_price *before, int64_t pool, int64_t units)
{
    JF_ASSERT(before->units >= 0 && units > 0);
    return before->units > 0 && (jf_i128)pool * before->units < (jf_i128)before->pool * units;
}

void jf_audit_price_check(jf_audit_work *work, const jf_journal_row *journal)
{
    const jf_traced *pool = jf_audit_traced(work, JF_PLATFORM, JF_SLOT(TOKEN_POOL));
    const jf_traced *issued = jf_audit_traced(work, JF_PLATFORM, JF_SLOT(TOKENS_ISSUED));
    bool doubt = (pool != NULL && pool->doubt != 0) || (issued != NULL && issued->doubt != 0);
    if (!work->price.moved || doubt) {
        return; /* a balance that is wrong itself is found as that */
    }
    int64_t money = pool != NULL ? pool->balance : 0, units = 0;
    jf_audit_sub(&units, issued != NULL ? issued->balance : 0);
    if (money < 0 || units < 0) {
        return; /* found by its sign */
    }
    JF_ASSERT(work->number >= 1);
    if ((units > 0) != (money > 0)) {
        jf_audit_find(work, JF_AUDIT_TOKEN_POOL,
                      "journal %llu leaves %s in the appreciation pool, and %s outstanding",
                      (unsigned long long)journal->number, jf_audit_amount(money, JF_UNIT_CNY).c,
                      jf_audit_amount(units, JF_UNIT_TOKEN).c);
    } else if (units > 0 && fell(&work->price, money, units)) {
        jf_audit_find(work, JF_AUDIT_PRICE_FELL,
                      "journal %llu: %s for %s is less a unit than %s for %s before",
                      (unsigned long long)journal->number, jf_audit_amount(money, JF_UNIT_CNY).c,
                      jf_audit_amount(units, JF_UNIT_TOKEN).c,
                      jf_audit_amount(work->price.pool, JF_UNIT_CNY).c,
                      jf_audit_amount(work->price.units, JF_UNIT_TOKEN).c);
    }
    if (units > 0 && money > 0) {
        work->price.pool = money;
        work->price.units = units;
    }
}
