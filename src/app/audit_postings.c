/*
 * The audit of postings: every balance is made again, from nothing.
 *
 * A posting must continue its account where the one before left it, in amount
 * and in the number of the journal; a journal must sum to zero in each unit.
 * On the way sums are kept for what rows and funds must agree with: cohorts
 * (points, index, released), positions (what was credited), and what came into
 * the funds.
 *
 * A refund takes points of a position, and what was credited for them comes
 * back right behind: as vouchers, whose backing returns to the dividend fund, or
 * as clawback debt. So released, credited and the fund's figures stay net of it.
 */
#include "app/audit_work.h"
#include "base/check.h"
#include "core/ledger.h"
#include "core/pool.h"
#include "core/program.h"

typedef struct account_key {
    uint32_t owner;
    jf_slot slot;
} account_key;

static uint64_t key_hash(account_key key)
{
    return jf_map_mix((uint64_t)key.owner << 32 | key.slot);
}

static bool traced_is(const void *item, const void *key)
{
    const jf_traced *account = item;
    const account_key *k = key;
    return account->owner == k->owner && account->slot == k->slot;
}

jf_traced *jf_audit_traced(const jf_audit_work *work, uint32_t owner, jf_slot slot)
{
    account_key key = {owner, slot};
    return jf_map_find(&work->accounts, key_hash(key), traced_is, &key);
}

static jf_traced *traced_open(jf_audit_work *work, uint32_t owner, jf_slot slot)
{
    jf_traced *account = jf_audit_traced(work, owner, slot);
    if (account != NULL) {
        return account;
    }
    JF_ASSERT(jf_slot_kind(slot) < JF_ACCOUNT_KINDS);
    account = JF_NEW(&work->kept, jf_traced);
    account->owner = owner;
    account->slot = slot;
    jf_map_put(&work->accounts, key_hash((account_key){owner, slot}), account);
    return account;
}

jf_audit_cohort *jf_audit_cohort_of(const jf_audit_work *work, jf_slot slot)
{
    uint32_t pool = jf_slot_pool(slot), cohort = jf_slot_cohort(slot);
    if (pool >= work->world.state.pools || cohort < 1 || cohort > work->world.pools[pool]->period) {
        return NULL;
    }
    JF_ASSERT(work->pools[pool].cohorts != NULL);
    return &work->pools[pool].cohorts[cohort - 1];
}

/* One posting with the journal that it is of. */
typedef struct posting {
    const jf_journal_row *journal;
    const jf_posting_row *row;
    const jf_account_type *type;
    jf_account_kind kind;
    uint32_t reason;
} posting;

static void find(jf_audit_work *work, jf_audit_kind kind, const posting *p, const char *what)
{
    jf_audit_find(work, kind, "journal %llu, a posting of %s on %s: %s",
                  (unsigned long long)p->journal->number,
                  jf_audit_balance(p->row->amount, p->row->slot).c,
                  jf_audit_account(work, p->row->owner, p->row->slot).c, what);
}

/* Is there such an account: one a party, one a pool, or one a cohort? */
static bool slot_stands(const jf_audit_work *work, const posting *p)
{
    jf_slot slot = p->row->slot;
    uint32_t pool = jf_slot_pool(slot), cohort = jf_slot_cohort(slot);
    switch (p->type->per) {
    case JF_PER_ONE:
        return pool == 0 && cohort == 0;
    case JF_PER_POOL:
        return pool < work->world.state.pools && cohort == 0;
    case JF_PER_COHORT:
        return jf_audit_cohort_of(work, slot) != NULL;
    case JF_PER_PROGRAM:
        return pool < JF_TO_COUNT && jf_reward_info_of((jf_to)pool) && cohort == 0;
    case JF_PER_CHAIN:
        return pool == 0 && cohort >= 1 && cohort <= work->world.state.chains;
    }
    JF_ASSERT_UNREACHED();
}

static bool members_only(jf_account_kind kind)
{
    switch (kind) {
    case JF_ACCOUNT_WALLET:
    case JF_ACCOUNT_PENDING_WALLET:
    case JF_ACCOUNT_STANDING:
    case JF_ACCOUNT_TURNOVER:
    case JF_ACCOUNT_SHARES:
    case JF_ACCOUNT_LEGACY_OWED:
    case JF_ACCOUNT_LEGACY_COINS:
        return true;
    default:
        return false;
    }
}

static bool owner_stands(const jf_audit_work *work, const posting *p)
{
    uint32_t owner = p->row->owner;
    if (p->type->platform || owner == JF_PLATFORM) {
        return p->type->platform && owner == JF_PLATFORM;
    }
    const jf_audit_party *party = jf_audit_party_of(work, owner);
    if (party == NULL) {
        return false;
    }
    bool shops_only = p->kind == JF_ACCOUNT_RECEIVABLE;
    return party->kind == JF_PARTY_SHOP ? !members_only(p->kind) : !shops_only;
}

static bool sign_stands(const posting *p)
{
    if (p->type->sign == JF_SIGN_NONNEG) {
        return p->row->balance >= 0;
    }
    return p->type->sign == JF_SIGN_ANY || p->row->balance <= 0;
}

static void check_form(jf_audit_work *work, const posting *p)
{
    if (!slot_stands(work, p)) {
        find(work, JF_AUDIT_POSTING_SLOT, p, "there is no such pool, cohort or account");
    }
    if (!owner_stands(work, p)) {
        find(work, JF_AUDIT_POSTING_OWNER, p, "accounts of this kind are not this owner's");
    }
    if (p->reason >= JF_REASONS) {
        find(work, JF_AUDIT_POSTING_REASON, p, "its reason is none of this version's");
    }
    if (!sign_stands(p)) {
        jf_audit_find(work, JF_AUDIT_POSTING_SIGN, "journal %llu leaves %s on %s: the wrong sign",
                      (unsigned long long)p->journal->number,
                      jf_audit_balance(p->row->balance, p->row->slot).c,
                      jf_audit_account(work, p->row->owner, p->row->slot).c);
    }
}

/*
 * The account goes on from where it was. When a stored balance is wrong, the
 * next posting may go on from it or from what it should have been: then it is
 * the stored one that was changed, and that is reported already.
 */
static void trace(jf_audit_work *work, const posting *p, jf_traced *account)
{
    const jf_posting_row *row = p->row;
    JF_ASSERT(account->owner == row->owner && account->slot == row->slot);
    int64_t expected = account->balance;
    jf_audit_add(&expected, row->amount);
    int64_t other = expected;
    jf_audit_add(&other, account->doubt);
    account->doubt = 0;
    if (row->balance != expected && row->balance != other) {
        jf_audit_find(
            work, JF_AUDIT_POSTING_BALANCE,
            "journal %llu: %s has %s after a posting of %s; expected %s",
            (unsigned long long)p->journal->number, jf_audit_account(work, row->owner, row->slot).c,
            jf_audit_balance(row->balance, row->slot).c, jf_audit_balance(row->amount, row->slot).c,
            jf_audit_balance(expected, row->slot).c);
        account->doubt = expected;
        jf_audit_sub(&account->doubt, row->balance);
    }
    account->balance = row->balance;
    if (row->before != account->last) {
        jf_audit_find(
            work, JF_AUDIT_POSTING_BEFORE,
            "journal %llu: %s was last moved by journal %llu, not by %llu as its posting says",
            (unsigned long long)p->journal->number, jf_audit_account(work, row->owner, row->slot).c,
            (unsigned long long)account->last, (unsigned long long)row->before);
    }
    account->last = p->journal->number;
}

/* A release raises the index by what it gives each point that the cohort then had (section 6). */
static void release(jf_audit_cohort *cohort, int64_t amount)
{
    JF_ASSERT(cohort->index >= 0);
    cohort->released += amount;
    if (amount > 0 && cohort->points > 0 && cohort->points <= INT64_MAX) {
        cohort->index += jf_index_step(amount, (jf_point){(int64_t)cohort->points});
    }
}

static void crediting_end(jf_audit_work *work, const jf_journal_row *journal)
{
    jf_crediting *c = &work->crediting;
    if (c->left != 0) {
        jf_audit_find(
            work, JF_AUDIT_CREDITING_WRONG,
            "journal %llu takes vouchers from cohort %u of pool number %u; %s of them reach "
            "no position",
            (unsigned long long)journal->number, c->cohort, c->pool,
            jf_audit_amount(c->left, JF_UNIT_VOUCHER).c);
    }
    c->left = 0;
}

static void move_unclaimed(jf_audit_work *work, const posting *p, jf_audit_cohort *cohort)
{
    int64_t amount = p->row->amount;
    JF_ASSERT(p->kind == JF_ACCOUNT_UNCLAIMED);
    if (p->reason == JF_WHY_RELEASE) {
        release(cohort, amount);
    } else if (p->reason == JF_WHY_CREDITING) {
        crediting_end(work, p->journal);
        int64_t left = 0;
        jf_audit_sub(&left, amount);
        work->crediting =
            (jf_crediting){jf_slot_pool(p->row->slot), jf_slot_cohort(p->row->slot), left};
        cohort->credited += left;
    } else if (p->reason == JF_WHY_SWEEP) {
        cohort->swept -= amount;
    }
}

/* How much of a release a party's posting is: vouchers received, or a debt repaid by them. */
static int64_t credited_by(const posting *p)
{
    int64_t negated = 0;
    jf_audit_sub(&negated, p->row->amount);
    switch (p->kind) {
    case JF_ACCOUNT_VOUCHERS:
        return p->reason == JF_WHY_CREDITING ? p->row->amount : 0;
    case JF_ACCOUNT_DEBT_VOUCHER:
        return p->reason == JF_WHY_REPAY ? p->row->amount : 0;
    case JF_ACCOUNT_CLAWBACK_DEBT:
    case JF_ACCOUNT_CREDIT_DEBT:
        return p->reason == JF_WHY_REPAY ? negated : 0;
    default:
        return 0;
    }
}

/* Vouchers on their way reach the owner of a posting: its position was credited that much. */
static void credit(jf_audit_work *work, const posting *p)
{
    jf_crediting *c = &work->crediting;
    int64_t amount = c->left != 0 ? credited_by(p) : 0;
    if (amount == 0) {
        return;
    }
    JF_ASSERT(c->cohort >= 1 && c->pool < work->world.state.pools);
    jf_slot slot = JF_COHORT_SLOT(POSITION, c->pool, c->cohort);
    jf_traced *position = jf_audit_traced(work, p->row->owner, slot);
    if (position == NULL) {
        find(work, JF_AUDIT_CREDITING_WRONG, p,
             "its owner has no position in the cohort it is from");
    } else {
        jf_audit_add(&position->aside, amount);
    }
    jf_audit_sub(&c->left, amount);
}

/*
 * What was credited for points that a refund took has come back (spec section
 * 10): it was released to the position, and is no more.
 */
static void claw_back(jf_audit_work *work, const posting *p)
{
    const jf_taking *taking = &work->taking;
    uint32_t pool = jf_slot_pool(p->row->slot);
    if (taking->owner == JF_PLATFORM || jf_slot_pool(taking->slot) != pool) {
        find(work, JF_AUDIT_CREDITING_WRONG, p, "no points of that pool were taken before it");
        if (pool < JF_WORLD_POOLS) {
            work->pools[pool].collected += p->row->amount; /* found once */
        }
        return;
    }
    jf_audit_cohort *cohort = jf_audit_cohort_of(work, taking->slot);
    jf_traced *position = jf_audit_traced(work, taking->owner, taking->slot);
    JF_ASSERT(cohort != NULL && position != NULL);
    cohort->released -= p->row->amount;
    cohort->credited -= p->row->amount;
    jf_audit_sub(&position->aside, p->row->amount);
}

static void move_position(jf_audit_work *work, const posting *p, jf_audit_cohort *cohort)
{
    JF_ASSERT(p->kind == JF_ACCOUNT_POSITION);
    cohort->points += p->row->amount;
    if (p->reason == JF_WHY_REFUND) {
        work->taking = (jf_taking){p->row->owner, p->row->slot};
    }
}

/* What came into D is net of what refunds took out; what was clawed back was never released. */
static void move_dividend(jf_audit_work *work, const posting *p)
{
    uint32_t pool = jf_slot_pool(p->row->slot);
    JF_ASSERT(pool < JF_WORLD_POOLS);
    if (p->reason == JF_WHY_REFUND && p->row->amount > 0) {
        claw_back(work, p);
    } else if (p->reason != JF_WHY_RELEASE && p->reason != JF_WHY_REPAY) {
        work->pools[pool].collected += p->row->amount;
    }
}

/* Draws and their repayment move between the fund and its debts. */
static void move_credit_fund(jf_audit_work *work, const posting *p)
{
    bool repaid = p->reason == JF_WHY_REPAY || (p->reason == JF_WHY_REFUND && p->row->amount > 0);
    JF_ASSERT(p->kind == JF_ACCOUNT_CREDIT_FUND);
    if (!repaid && p->reason != JF_WHY_CREDIT) {
        work->credit_in += p->row->amount;
    }
}

/* What pools and funds must agree with. */
static void sum(jf_audit_work *work, const posting *p)
{
    jf_audit_cohort *cohort = jf_audit_cohort_of(work, p->row->slot);
    switch (p->kind) {
    case JF_ACCOUNT_UNCLAIMED:
        if (cohort != NULL) {
            move_unclaimed(work, p, cohort);
        }
        return;
    case JF_ACCOUNT_POSITION:
        if (cohort != NULL) {
            move_position(work, p, cohort);
        }
        return;
    case JF_ACCOUNT_DIVIDEND:
        move_dividend(work, p);
        return;
    case JF_ACCOUNT_CREDIT_FUND:
        move_credit_fund(work, p);
        return;
    case JF_ACCOUNT_TOKEN_POOL:
    case JF_ACCOUNT_TOKENS_ISSUED:
        work->price.moved = true;
        return;
    case JF_ACCOUNT_CLAWBACK_DEBT:
        if (p->reason == JF_WHY_REFUND) {
            claw_back(work, p);
            return;
        }
        credit(work, p);
        return;
    default:
        credit(work, p);
    }
}

static void check_sums(jf_audit_work *work, const jf_journal_row *journal,
                       const jf_i128 sums[JF_UNIT_COUNT])
{
    for (int unit = 0; unit < JF_UNIT_COUNT; unit++) {
        if (sums[unit] != 0) {
            jf_audit_find(work, JF_AUDIT_UNBALANCED, "journal %llu sums to %s; expected 0",
                          (unsigned long long)journal->number,
                          jf_audit_amount(sums[unit], (jf_unit)unit).c);
        }
    }
    crediting_end(work, journal);
}

void jf_audit_postings(jf_audit_work *work, const jf_journal_row *journal)
{
    jf_posting_row *rows;
    uint32_t count;
    jf_i128 sums[JF_UNIT_COUNT] = {0};
    JF_ASSERT(work->crediting.left == 0);
    work->taking.owner = JF_PLATFORM;
    work->price.moved = false;
    jf_arena_reset(&work->scratch);
    if (!jf_journal_postings(&work->scratch, journal->postings, &rows, &count)) {
        jf_audit_find(work, JF_AUDIT_POSTINGS_UNREADABLE,
                      "journal %llu: its postings cannot be read",
                      (unsigned long long)journal->number);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        jf_account_kind kind = jf_slot_kind(rows[i].slot);
        JF_ASSERT(kind < JF_ACCOUNT_KINDS);
        posting p = {journal, &rows[i], jf_account_type_of(kind), kind, rows[i].why & 255};
        check_form(work, &p);
        trace(work, &p, traced_open(work, rows[i].owner, rows[i].slot));
        sum(work, &p);
        sums[p.type->unit] += rows[i].amount;
    }
    check_sums(work, journal, sums);
    jf_audit_price_check(work, journal);
    work->audit->postings += count;
}
