/*
 * The audit of rows: parties, seats, accounts and ids, against what commands
 * and postings made of them.
 */

#include "app/audit_work.h"
#include "base/check.h"

/* Room for the party of a number; the table is by number, and numbers are dense. */
static jf_audit_party *party_open(jf_audit_work *work, uint32_t no)
{
    if (no >= work->party_room) {
        work->parties = jf_arena_wider(&work->kept, work->parties, work->party_room,
                                       &work->party_room, sizeof *work->parties, 1024);
    }
    JF_ASSERT(no < work->party_room);
    return &work->parties[no];
}

static bool party_note(void *context, const void *row)
{
    jf_audit_work *work = context;
    const jf_party *party = row;
    if (party->no != work->party_count + 1) {
        jf_audit_find(work, JF_AUDIT_PARTY_MISSING,
                      "party %u (%.*s) comes after party %u; expected %u", party->no,
                      JF_STR_ARG(party->id), work->party_count, work->party_count + 1);
    }
    if (party->no <= work->party_count || party->no - work->party_count > 1024) {
        return true; /* a number that cannot be; the postings of its owner will tell */
    }
    work->party_count = party->no;
    jf_audit_party *note = party_open(work, party->no);
    note->kind = party->kind;
    note->id = jf_str_dup(&work->kept, party->id);
    work->audit->parties++;
    return true;
}

/* A relation to nobody is 0. */
static bool relation_stands(const jf_audit_work *work, uint32_t no, jf_party_kind kind)
{
    const jf_audit_party *party = jf_audit_party_of(work, no);
    JF_ASSERT(kind != JF_PARTY_PLATFORM);
    return no == JF_PLATFORM || (party != NULL && party->kind == kind);
}

/* The relation of a party that is wrong, or NULL. Referrers are older: no circle can close. */
static const char *relation_wrong(const jf_audit_work *work, const jf_party *party)
{
    if (!relation_stands(work, party->referrer, JF_PARTY_MEMBER) || party->referrer >= party->no) {
        return "referrer";
    }
    if (!relation_stands(work, party->home, JF_PARTY_SHOP)) {
        return "home shop";
    }
    bool shop = party->kind == JF_PARTY_SHOP;
    if (!relation_stands(work, party->owner, JF_PARTY_MEMBER) || shop != (party->owner != 0)) {
        return "owner";
    }
    if (!relation_stands(work, party->recruiter, JF_PARTY_MEMBER)) {
        return "recruiter";
    }
    if (!relation_stands(work, party->city_partner, JF_PARTY_MEMBER)) {
        return "city partner";
    }
    if (!relation_stands(work, party->staff, JF_PARTY_MEMBER)) {
        return "account manager";
    }
    return relation_stands(work, party->manager, JF_PARTY_MEMBER) ? NULL : "manager";
}

static bool party_check(void *context, const void *row)
{
    jf_audit_work *work = context;
    const jf_party *party = row;
    const char *wrong = relation_wrong(work, party);
    JF_ASSERT(party->kind == JF_PARTY_MEMBER || party->kind == JF_PARTY_SHOP);
    if (wrong != NULL) {
        jf_audit_find(work, JF_AUDIT_PARTY_RELATION, "%s: its %s is nobody who can be that",
                      jf_audit_party_text(work, party->no).c, wrong);
    }
    return true;
}

static void seats_check(jf_audit_work *work)
{
    const jf_seat *seat;
    for (uint64_t at = 0; (seat = jf_map_next(&work->world.seats, &at)) != NULL;) {
        for (uint32_t i = 0; i < seat->count; i++) {
            uint32_t no = seat->holders[i].party;
            if (no == JF_PLATFORM || !relation_stands(work, no, JF_PARTY_MEMBER)) {
                jf_audit_find(work, JF_AUDIT_SEAT_HOLDER, "the seat of region %u is held by %s",
                              seat->region, jf_audit_party_text(work, no).c);
            }
        }
    }
}

static void debtors_note(jf_audit_work *work)
{
    const jf_debtor *debtor;
    for (uint64_t at = 0; (debtor = jf_map_next(&work->world.debtors, &at)) != NULL;) {
        jf_audit_party *party = jf_audit_party_of(work, debtor->party);
        if (party != NULL) {
            party->debtor = true;
        }
    }
}

jf_store_result jf_audit_parties(jf_audit_work *work, jf_store_error *error)
{
    jf_store *store = work->store;
    if (store->ops->scan(store, JF_TABLE_PARTY, party_note, work, error) != JF_STORE_OK ||
        store->ops->scan(store, JF_TABLE_PARTY, party_check, work, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    if (work->world.state.parties != work->party_count) {
        jf_audit_find(work, JF_AUDIT_PARTY_MISSING,
                      "there are %u members and shops; the state counts %u", work->party_count,
                      work->world.state.parties);
    }
    seats_check(work);
    debtors_note(work);
    JF_ASSERT(work->audit->parties <= work->party_count);
    return JF_STORE_OK;
}

static void balance_check(jf_audit_work *work, const jf_account *row, jf_traced *account)
{
    int64_t other = account->balance;
    JF_ASSERT(account->seen && account->slot == row->slot);
    jf_audit_add(&other, account->doubt);
    if (row->balance == other) {
        account->balance = other; /* the row is right, the last posting's balance was not */
        return;
    }
    if (row->balance != account->balance) {
        jf_audit_find(work, JF_AUDIT_BALANCE_WRONG, "%s is %s; its postings make %s",
                      jf_audit_account(work, row->owner, row->slot).c,
                      jf_audit_balance(row->balance, row->slot).c,
                      jf_audit_balance(account->balance, row->slot).c);
    }
}

static void credited_check(jf_audit_work *work, const jf_account *row, const jf_traced *account)
{
    bool position = jf_slot_kind(row->slot) == JF_ACCOUNT_POSITION;
    int64_t expected = position ? account->aside : 0;
    if (row->credited != expected) {
        jf_audit_find(work, JF_AUDIT_CREDITED_WRONG,
                      "%s says that %s were credited; postings credited %s",
                      jf_audit_account(work, row->owner, row->slot).c,
                      jf_audit_amount(row->credited, JF_UNIT_VOUCHER).c,
                      jf_audit_amount(expected, JF_UNIT_VOUCHER).c);
    }
}

static bool account_check(void *context, const void *data)
{
    jf_audit_work *work = context;
    const jf_account *row = data;
    work->audit->accounts++;
    jf_traced *account = jf_audit_traced(work, row->owner, row->slot);
    if (account == NULL) {
        jf_audit_find(work, JF_AUDIT_ACCOUNT_UNPOSTED, "%s is %s, and no posting ever moved it",
                      jf_audit_account(work, row->owner, row->slot).c,
                      jf_audit_balance(row->balance, row->slot).c);
        return true;
    }
    account->seen = true;
    balance_check(work, row, account);
    credited_check(work, row, account);
    if (row->last != account->last) {
        jf_audit_find(work, JF_AUDIT_LAST_WRONG,
                      "%s says that journal %llu moved it last; %llu did",
                      jf_audit_account(work, row->owner, row->slot).c,
                      (unsigned long long)row->last, (unsigned long long)account->last);
    }
    return true;
}

jf_store_result jf_audit_accounts(jf_audit_work *work, jf_store_error *error)
{
    jf_store *store = work->store;
    if (store->ops->scan(store, JF_TABLE_ACCOUNT, account_check, work, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    const jf_traced *account;
    for (uint64_t at = 0; (account = jf_map_next(&work->accounts, &at)) != NULL;) {
        if (!account->seen) {
            jf_audit_find(work, JF_AUDIT_ACCOUNT_MISSING, "%s is missing; its postings make %s",
                          jf_audit_account(work, account->owner, account->slot).c,
                          jf_audit_balance(account->balance, account->slot).c);
        }
    }
    JF_ASSERT(work->accounts.count < UINT32_MAX);
    return JF_STORE_OK;
}

static bool id_check(void *context, const void *row)
{
    jf_audit_work *work = context;
    const jf_idem *idem = row;
    JF_ASSERT(idem->kind < JF_COMMAND_KINDS);
    work->audit->ids++;
    jf_mark *mark = jf_audit_mark(work, idem->number);
    jf_mark expected = jf_audit_id_mark(idem->kind, idem->id);
    if (mark == NULL || (*mark & ~JF_MARK_FLAGS) != expected || (*mark & JF_MARK_IDEM)) {
        jf_audit_find(work, JF_AUDIT_IDEM_JOURNAL,
                      "id %.*s of %s is noted for journal %llu, which %s", JF_STR_ARG(idem->id),
                      jf_command_info_of(idem->kind)->wire, (unsigned long long)idem->number,
                      mark != NULL ? "has another command" : "is not there");
    }
    if (mark != NULL) {
        *mark |= JF_MARK_IDEM;
    }
    return true;
}

jf_store_result jf_audit_ids(jf_audit_work *work, jf_store_error *error)
{
    jf_store *store = work->store;
    JF_ASSERT(work->mark_room == 0 || work->marks != NULL);
    if (store->ops->scan(store, JF_TABLE_IDEM, id_check, work, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    for (uint64_t number = 1; number < work->mark_room; number++) {
        jf_mark mark = work->marks[number];
        if ((mark & ~JF_MARK_FLAGS) != 0 && !(mark & JF_MARK_IDEM)) {
            jf_audit_find(work, JF_AUDIT_IDEM_MISSING,
                          "the id of journal %llu's command is not noted",
                          (unsigned long long)number);
        }
        if ((mark & JF_MARK_PAID) && !(mark & JF_MARK_ORDER)) {
            jf_audit_find(work, JF_AUDIT_ORDER_MISSING,
                          "journal %llu paid an order that is not there",
                          (unsigned long long)number);
        }
    }
    return JF_STORE_OK;
}

static bool withdrawal_add(void *context, const void *row)
{
    jf_audit_work *work = context;
    const jf_withdrawal *withdrawal = row;
    JF_ASSERT(withdrawal->state <= JF_WITHDRAWAL_REJECTED);
    if (withdrawal->amount.v <= 0 || jf_audit_party_of(work, withdrawal->party) == NULL) {
        jf_audit_find(work, JF_AUDIT_WITHDRAWALS_WRONG, "withdrawal %.*s of %s asks for %s",
                      JF_STR_ARG(withdrawal->id), jf_audit_party_text(work, withdrawal->party).c,
                      jf_audit_amount(withdrawal->amount.v, JF_UNIT_CNY).c);
    }
    bool on_its_way =
        withdrawal->state == JF_WITHDRAWAL_REQUESTED || withdrawal->state == JF_WITHDRAWAL_APPROVED;
    work->withdrawals += on_its_way ? withdrawal->amount.v : 0;
    return true;
}

jf_store_result jf_audit_withdrawals(jf_audit_work *work, jf_store_error *error)
{
    jf_store *store = work->store;
    JF_ASSERT(work->withdrawals == 0);
    return store->ops->scan(store, JF_TABLE_WITHDRAWAL, withdrawal_add, work, error);
}
