/*
 * The audit of orders: each was paid by its journal, does not contradict
 * itself, matured when it was due and only then, and what is on hold is what
 * the orders that have not matured hold (spec sections 4 and 10).
 */
#include "app/audit_work.h"
#include "base/check.h"
#include "core/allocation.h"
#include "core/ledger.h"

static bool between(int64_t value, int64_t least, int64_t most)
{
    return value >= least && value <= most;
}

/* What of an order's amounts cannot be, or NULL. */
static const char *amounts_wrong(const jf_order *o)
{
    int64_t in_vouchers;
    if (!between(o->amount.v, 1, JF_PRICE_MAX)) {
        return "its amount is outside of the range";
    }
    if (!between(o->voucher.v, 0, o->amount.v) || !between(o->credit.v, 0, o->voucher.v)) {
        return "more vouchers than the amount, or more credit than vouchers";
    }
    if (!between(o->rebate.v, 0, o->amount.v) || !between(o->rest.v, 0, o->rebate.v)) {
        return "its rebate or the rest of it is out of range";
    }
    if (!between(o->legacy.v, 0, o->amount.v - o->voucher.v)) {
        return "consumption coins and vouchers pay more than the amount";
    }
    int64_t paid = o->amount.v - o->legacy.v;
    if (!between(o->rebate.v, 0, paid)) {
        return "its rebate is more than what was paid";
    }
    in_vouchers = 0;
    if ((paid > 0 && !jf_mul_div(o->rebate.v, o->voucher.v, paid, &in_vouchers)) ||
        o->rebate_voucher.v != in_vouchers) {
        return "the rebate paid in vouchers is not its share";
    }
    if (!between(o->refunded.v, 0, o->amount.v) || !between(o->refunded_held.v, 0, o->refunded.v)) {
        return "more was refunded than was paid";
    }
    return o->buyer_points.v < 0 || o->shop_points.v < 0 ? "negative points" : NULL;
}

/* What of an order's relations and days cannot be, or NULL. */
static const char *relations_wrong(const jf_audit_work *work, const jf_order *o)
{
    const jf_audit_party *buyer = jf_audit_party_of(work, o->buyer);
    const jf_audit_party *shop = jf_audit_party_of(work, o->shop);
    if (buyer == NULL || shop == NULL || shop->kind != JF_PARTY_SHOP || o->buyer == o->shop) {
        return "its buyer or shop is nobody who can be that";
    }
    if (!between(o->version, 1, work->world.state.policies)) {
        return "there is no such version of the policy";
    }
    const jf_policy *policy = work->world.policies[o->version - 1];
    JF_ASSERT(policy->version == o->version && policy->hold_days >= 0);
    if (o->held != (policy->hold_days > 0) ||
        (int64_t)o->due_day.n - o->base_day.n != policy->hold_days) {
        return "it is not held for as long as its policy says";
    }
    return NULL;
}

static void find(jf_audit_work *work, jf_audit_kind kind, const jf_order *o, const char *what)
{
    jf_audit_find(work, kind, "order %.*s (journal %llu): %s", JF_STR_ARG(o->id),
                  (unsigned long long)o->number, what);
}

static void check_parts(jf_audit_work *work, const jf_order *o)
{
    jf_i128 sum = o->rest.v;
    JF_ASSERT(o->part_count == 0 || o->parts != NULL);
    for (uint32_t i = 0; i < o->part_count; i++) {
        sum += jf_part_is_money(&o->parts[i]) ? o->parts[i].amount : 0;
    }
    if (sum != o->rebate.v) {
        jf_audit_find(work, JF_AUDIT_ORDER_PARTS,
                      "order %.*s (journal %llu): shares and rest sum to %s; the rebate is %s",
                      JF_STR_ARG(o->id), (unsigned long long)o->number,
                      jf_audit_amount(sum, JF_UNIT_CNY).c,
                      jf_audit_amount(o->rebate.v, JF_UNIT_CNY).c);
    }
}

/* What a refund before maturity left of a component (spec section 10: floors). */
static int64_t left_of(const jf_order *o, int64_t component)
{
    int64_t gone = 0;
    if (o->refunded_held.v != 0 && o->amount.v > 0 &&
        jf_mul_div(component, o->refunded_held.v, o->amount.v, &gone)) {
        jf_audit_sub(&component, gone);
    }
    return component;
}

/* An open order holds this much of an account. */
static void hold(jf_audit_work *work, const jf_order *o, uint32_t owner, jf_slot slot,
                 int64_t amount)
{
    if (amount == 0) {
        return;
    }
    jf_traced *account =
        jf_is_pending(jf_slot_kind(slot)) ? jf_audit_traced(work, owner, slot) : NULL;
    if (account == NULL) {
        jf_audit_find(work, JF_AUDIT_PENDING_WRONG,
                      "order %.*s (journal %llu) holds %s on %s, which has none", JF_STR_ARG(o->id),
                      (unsigned long long)o->number, jf_audit_balance(amount, slot).c,
                      jf_audit_account(work, owner, slot).c);
        return;
    }
    JF_ASSERT(account->owner == owner && account->slot == slot);
    jf_audit_add(&account->aside, amount);
}

static void hold_all(jf_audit_work *work, const jf_order *o)
{
    JF_ASSERT(o->held);
    for (uint32_t i = 0; i < o->part_count; i++) {
        const jf_part *part = &o->parts[i];
        if (!jf_part_is_money(part)) {
            continue;
        }
        hold(work, o, part->owner, part->slot, left_of(o, part->amount));
    }
    hold(work, o, o->buyer, JF_SLOT(PENDING_POINTS), left_of(o, o->buyer_points.v));
    hold(work, o, o->shop, JF_SLOT(PENDING_POINTS), left_of(o, o->shop_points.v));
}

static void check_maturity(jf_audit_work *work, const jf_order *o, jf_mark mark)
{
    bool due = o->held && o->due_day.n < work->world.state.open_day.n;
    bool matured = (mark & JF_MARK_MATURED) != 0;
    if (due != matured) {
        jf_audit_find(work, JF_AUDIT_MATURITY_WRONG,
                      "order %.*s (journal %llu) is due on %s and has%s matured", JF_STR_ARG(o->id),
                      (unsigned long long)o->number, jf_audit_day(o->due_day).c,
                      matured ? "" : " not");
    }
    if (o->held && !matured) {
        hold_all(work, o);
    }
}

/* Units were minted when there is a lot, as many, for the buyer (spec section 12). */
static void check_lot(jf_audit_work *work, const jf_order *o)
{
    const jf_lot *lot = jf_world_lot(&work->world, o->number);
    int64_t minted = lot != NULL ? lot->minted.v : 0;
    work->lots_met += lot != NULL;
    JF_ASSERT(lot == NULL || lot->order == o->number);
    if (o->minted.v != minted || (lot != NULL && lot->owner != o->buyer)) {
        jf_audit_find(
            work, JF_AUDIT_LOT_WRONG,
            "order %.*s (journal %llu) minted %s for %s; its lot has %s of %s", JF_STR_ARG(o->id),
            (unsigned long long)o->number, jf_audit_amount(o->minted.v, JF_UNIT_TOKEN).c,
            jf_audit_party_text(work, o->buyer).c, jf_audit_amount(minted, JF_UNIT_TOKEN).c,
            jf_audit_party_text(work, lot != NULL ? lot->owner : o->buyer).c);
        jf_audit_doubt(jf_audit_traced(work, o->buyer, JF_SLOT(TOKENS)));
    }
}

static void largest_note(jf_audit_work *work, const jf_order *o)
{
    jf_audit_largest *largest = &work->largest[o->number >> JF_STRETCH_BITS];
    JF_ASSERT(o->number < work->mark_room);
    if (largest->number == 0 || o->amount.v > largest->amount) {
        *largest = (jf_audit_largest){.number = o->number, .amount = o->amount.v};
    }
}

static bool order_check(void *context, const void *row)
{
    jf_audit_work *work = context;
    const jf_order *o = row;
    work->audit->orders++;
    check_lot(work, o);
    jf_mark *mark = jf_audit_mark(work, o->number);
    jf_mark id = jf_audit_id_mark(JF_CMD_ORDER_PAY, o->id);
    if (mark == NULL || !(*mark & JF_MARK_PAID)) {
        find(work, JF_AUDIT_ORDER_JOURNAL, o, "that journal paid no order");
        return true;
    }
    JF_ASSERT(o->number < work->mark_room);
    *mark |= JF_MARK_ORDER;
    largest_note(work, o);
    if ((*mark & ~JF_MARK_FLAGS) != id) {
        find(work, JF_AUDIT_ORDER_JOURNAL, o, "that journal paid an order of another id");
    }
    const char *wrong = amounts_wrong(o);
    wrong = wrong != NULL ? wrong : relations_wrong(work, o);
    if (wrong != NULL) {
        find(work, JF_AUDIT_ORDER_WRONG, o, wrong);
    }
    check_parts(work, o);
    check_maturity(work, o, *mark);
    return true;
}

static void pending_check(jf_audit_work *work)
{
    const jf_traced *account;
    for (uint64_t at = 0; (account = jf_map_next(&work->accounts, &at)) != NULL;) {
        if (jf_is_pending(jf_slot_kind(account->slot)) && account->balance != account->aside) {
            jf_audit_find(work, JF_AUDIT_PENDING_WRONG, "%s is %s; the orders on hold make %s",
                          jf_audit_account(work, account->owner, account->slot).c,
                          jf_audit_balance(account->balance, account->slot).c,
                          jf_audit_balance(account->aside, account->slot).c);
        }
    }
}

static bool largest_met(void *context, const void *row)
{
    jf_audit_largest *largest = context;
    largest->listed = ((const jf_order *)row)->number == largest->number;
    return !largest->listed;
}

/* What a store keeps to find large orders by must not hide one. */
static jf_store_result listed_check(jf_audit_work *work, jf_store_error *error)
{
    jf_store *store = work->store;
    for (uint64_t at = 0; at << JF_STRETCH_BITS < work->mark_room; at++) {
        jf_audit_largest *largest = &work->largest[at];
        if (largest->number == 0) {
            continue;
        }
        jf_sought sought = {.before = (at + 1) << JF_STRETCH_BITS,
                            .from = at << JF_STRETCH_BITS,
                            .least = largest->amount};
        if (store->ops->orders_back(store, &sought, largest_met, largest, error) != JF_STORE_OK) {
            return JF_STORE_FAILED;
        }
        if (!largest->listed) {
            jf_audit_find(work, JF_AUDIT_ORDER_UNLISTED,
                          "the order of journal %llu is not among those of %s and more",
                          (unsigned long long)largest->number,
                          jf_audit_amount(largest->amount, JF_UNIT_CNY).c);
        }
    }
    return JF_STORE_OK;
}

jf_store_result jf_audit_orders(jf_audit_work *work, jf_store_error *error)
{
    jf_store *store = work->store;
    JF_ASSERT(work->audit->orders == 0);
    work->largest =
        JF_NEW_ARRAY(&work->kept, jf_audit_largest, (work->mark_room >> JF_STRETCH_BITS) + 1);
    if (store->ops->scan(store, JF_TABLE_ORDER, order_check, work, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    pending_check(work);
    return listed_check(work, error);
}
