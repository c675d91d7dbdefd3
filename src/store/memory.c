/*
 * The memory store: everything in the process, gone with it. For trying things
 * out, for tests, and as the plain word on what the other store must do.
 *
 * Each call takes the store's mutex, so the function that a scan calls must not
 * call the store again. A commit lets fetches in between two of its rows: what
 * is in flight is resident (decision 6), so nobody fetches it. Whoever reads
 * more than rows by their key waits until the commit is whole.
 */
#define _GNU_SOURCE /* PTHREAD_MUTEX_ADAPTIVE_NP */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/id.h"
#include "store/memory_store.h"

void jf_memory_enter(jf_memory *m)
{
    atomic_fetch_add(&m->waiting, 1);
    pthread_mutex_lock(&m->mutex);
    atomic_fetch_sub(&m->waiting, 1);
}

void jf_memory_enter_settled(jf_memory *m)
{
    pthread_mutex_lock(&m->mutex);
    while (m->committing) {
        pthread_cond_wait(&m->committed, &m->mutex);
    }
}

void jf_memory_leave(jf_memory *m)
{
    pthread_mutex_unlock(&m->mutex);
}

/* A damaged row can only be a bug of ours here, but relations are checked as in a file. */
static jf_store_result nobody(uint64_t number, jf_store_error *error)
{
    return jf_store_fail(error,
                         "a row refers to party %llu, which is not there: the books in"
                         " memory are damaged; end this process",
                         (unsigned long long)number);
}

static int cohorts_by_key(const void *a, const void *b)
{
    const jf_cohort *x = *(void *const *)a, *y = *(void *const *)b;
    if (x->pool != y->pool) {
        return x->pool < y->pool ? -1 : 1;
    }
    return (x->cohort > y->cohort) - (x->cohort < y->cohort);
}

static int seats_by_region(const void *a, const void *b)
{
    const jf_seat *x = *(void *const *)a, *y = *(void *const *)b;
    return (x->region > y->region) - (x->region < y->region);
}

static int pools_by_no(const void *a, const void *b)
{
    const jf_pool *x = *(void *const *)a, *y = *(void *const *)b;
    return (x->no > y->no) - (x->no < y->no);
}

static int orders_by_number(const void *a, const void *b)
{
    const jf_order *x = *(void *const *)a, *y = *(void *const *)b;
    return (x->number > y->number) - (x->number < y->number);
}

static int lots_by_order(const void *a, const void *b)
{
    const jf_lot *x = *(void *const *)a, *y = *(void *const *)b;
    return (x->order > y->order) - (x->order < y->order);
}

static int withdrawals_by_id(const void *a, const void *b)
{
    const jf_withdrawal *x = *(void *const *)a, *y = *(void *const *)b;
    return jf_str_cmp(x->id, y->id);
}

static int idems_by_key(const void *a, const void *b)
{
    const jf_idem *x = *(void *const *)a, *y = *(void *const *)b;
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    return jf_str_cmp(x->id, y->id);
}

/* Puts the table's rows into the order of their key; nothing depends on the old order. */
static void table_sort(jf_memory_table *table, int (*order)(const void *, const void *))
{
    if (table->count > 1) {
        qsort(table->rows, table->count, sizeof *table->rows, order);
    }
}

static void accounts_resident(const jf_memory *m, jf_world *w, uint32_t owner)
{
    for (const jf_account *a = jf_memory_accounts(m, owner); a != NULL; a = a->next) {
        if (jf_world_account(w, owner, a->slot) == NULL) {
            jf_world_put_account(w, a);
        }
    }
}

static jf_store_result policies_load(const jf_memory *m, jf_world *w, jf_store_error *error)
{
    for (uint32_t i = 0; i < m->policies.count; i++) {
        const jf_memory_policy *policy = m->policies.rows[i];
        if (jf_policy_restore(w, policy->version, policy->from, policy->document, error) !=
            JF_STORE_OK) {
            return JF_STORE_FAILED;
        }
    }
    return JF_STORE_OK;
}

/* Debts, standings, turnovers and shares that are not 0, and the stores that have shareholders. */
static void listed_load(const jf_memory *m, jf_world *w)
{
    for (uint32_t i = 0; i < m->listed.count; i++) {
        const jf_account *account = m->listed.rows[i];
        if (account->balance == 0) {
            continue;
        }
        if (jf_is_listed(jf_slot_kind(account->slot))) {
            jf_world_put_listed(w, account->owner, account->slot);
        } else {
            jf_world_put_debtor(w, account->owner);
        }
    }
    for (uint32_t chain = 1; chain <= m->state.chains; chain++) {
        const jf_party *store = m->chains.rows[chain - 1];
        JF_ASSERT(store->chain == chain);
        jf_world_put_chain(w, chain, store->id);
    }
}

static jf_store_result load_locked(jf_memory *m, jf_world *w, jf_hash *head, jf_store_error *error)
{
    w->state = m->state;
    w->state.row = (jf_row){.type = JF_ROW_STATE, .exists = true};
    *head = m->head;
    table_sort(&m->pools, pools_by_no);
    for (uint32_t i = 0; i < m->pools.count; i++) {
        jf_world_put_pool(w, m->pools.rows[i]);
    }
    table_sort(&m->cohorts, cohorts_by_key);
    for (uint32_t i = 0; i < m->cohorts.count; i++) {
        jf_world_put_cohort(w, m->cohorts.rows[i]);
    }
    if (policies_load(m, w, error) != JF_STORE_OK) {
        return JF_STORE_FAILED;
    }
    table_sort(&m->seats, seats_by_region);
    for (uint32_t i = 0; i < m->seats.count; i++) {
        jf_world_put_seat(w, m->seats.rows[i]);
    }
    listed_load(m, w);
    table_sort(&m->lots, lots_by_order);
    for (uint32_t i = 0; i < m->lots.count; i++) {
        jf_world_put_lot(w, m->lots.rows[i]);
    }
    accounts_resident(m, w, JF_PLATFORM);
    return JF_STORE_OK;
}

static jf_store_result memory_load(jf_store *store, jf_world *w, jf_hash *head,
                                   jf_store_error *error)
{
    jf_memory *m = (jf_memory *)store;
    JF_ASSERT(w->state.journals == 0 && w->platform.accounts == NULL);
    jf_memory_enter_settled(m);
    jf_store_result result = load_locked(m, w, head, error);
    jf_memory_leave(m);
    return result;
}

static void party_resident(const jf_memory *m, jf_world *w, const jf_party *party)
{
    jf_world_put_party(w, party);
    accounts_resident(m, w, party->no);
}

static void party_fetch(const jf_memory *m, jf_world *w, const jf_need *need)
{
    if (jf_world_party(w, need->party, need->id) != NULL) {
        return;
    }
    const jf_party *party = jf_memory_party(m, need->party, need->id);
    if (party != NULL) {
        party_resident(m, w, party);
    } else {
        jf_world_put_party(w, &(jf_party){.kind = need->party, .id = need->id});
    }
}

static jf_store_result party_no_fetch(const jf_memory *m, jf_world *w, const jf_need *need,
                                      jf_store_error *error)
{
    JF_ASSERT(need->number <= UINT32_MAX);
    if (jf_world_party_no(w, (uint32_t)need->number) != NULL) {
        return JF_STORE_OK;
    }
    const jf_party *party = jf_memory_party_no(m, need->number);
    if (party == NULL) {
        return nobody(need->number, error);
    }
    party_resident(m, w, party);
    return JF_STORE_OK;
}

static void phone_fetch(const jf_memory *m, jf_world *w, const jf_need *need)
{
    if (jf_world_phone(w, need->id) == NULL) {
        const jf_memory_phone *phone = jf_memory_phone_of(m, need->id);
        jf_world_put_phone(w, need->id, phone != NULL ? phone->party->no : 0);
    }
}

/* Nearly every command asks for its id, and nearly every id is new: a lock of their own. */
static const jf_idem *idem_committed(jf_memory *m, const jf_need *need)
{
    pthread_mutex_lock(&m->ids);
    const jf_idem *found = jf_memory_idem(m, need->command, need->id);
    pthread_mutex_unlock(&m->ids);
    return found;
}

static void idem_fetch(jf_memory *m, jf_world *w, const jf_need *need)
{
    if (jf_world_idem(w, need->command, need->id) != NULL) {
        return;
    }
    const jf_idem *found = idem_committed(m, need);
    jf_idem idem = {.kind = need->command, .id = need->id};
    if (found != NULL) {
        jf_memory_enter(m);
        const jf_journal_row *journal = jf_memory_journal(m, found->number);
        JF_ASSERT(journal != NULL);
        idem = *found;
        idem.command = journal->command;
        idem.result = journal->result;
        jf_memory_leave(m);
    }
    jf_world_put_idem(w, &idem);
}

static void order_resident(jf_world *w, const jf_order *order)
{
    if (jf_world_order(w, order->number) == NULL) {
        jf_world_put_order(w, order);
    }
}

static void order_fetch(const jf_memory *m, jf_world *w, const jf_need *need)
{
    const jf_order *order = jf_memory_order(m, need->number);
    order_resident(w, order != NULL ? order : &(jf_order){.number = need->number});
}

static void due_fetch(jf_memory *m, jf_world *w, const jf_need *need)
{
    if (jf_world_due(w, need->day) != NULL) {
        return;
    }
    const jf_memory_group *group = jf_memory_due(m, need->day);
    uint32_t count = group != NULL ? group->members.count : 0;
    uint64_t *numbers = jf_alloc(sizeof *numbers * ((size_t)count + 1));
    for (uint32_t i = 0; i < count; i++) {
        const jf_order *order = group->members.rows[i];
        numbers[i] = order->number;
        order_resident(w, order);
    }
    jf_world_put_due(w, need->day, numbers, count);
    free(numbers);
}

static void withdrawal_fetch(const jf_memory *m, jf_world *w, const jf_need *need)
{
    if (jf_world_withdrawal(w, need->id) == NULL) {
        const jf_withdrawal *row = jf_memory_withdrawal(m, need->id);
        jf_world_put_withdrawal(w, row != NULL ? row : &(jf_withdrawal){.id = need->id});
    }
}

static jf_store_result need_fetch(jf_memory *m, jf_world *w, const jf_need *need,
                                  jf_store_error *error)
{
    switch (need->kind) {
    case JF_NEED_PARTY:
        party_fetch(m, w, need);
        return JF_STORE_OK;
    case JF_NEED_PARTY_NO:
        return party_no_fetch(m, w, need, error);
    case JF_NEED_PHONE:
        phone_fetch(m, w, need);
        return JF_STORE_OK;
    case JF_NEED_ORDER:
        order_fetch(m, w, need);
        return JF_STORE_OK;
    case JF_NEED_DUE:
        due_fetch(m, w, need);
        return JF_STORE_OK;
    case JF_NEED_WITHDRAWAL:
        withdrawal_fetch(m, w, need);
        return JF_STORE_OK;
    case JF_NEED_IDEM:    /* under the mutex of the ids: in memory_fetch */
    case JF_NEED_HOLDERS: /* page by page, each under the mutex: in memory_fetch */
    case JF_NEED_ZONE:    /* the engine's own: zones are not rows */
        break;
    }
    JF_ASSERT_UNREACHED();
}

static jf_store_result memory_fetch(jf_store *store, jf_world *w, const jf_need *needs,
                                    uint32_t count, jf_store_error *error)
{
    jf_memory *m = (jf_memory *)store;
    jf_store_result result = JF_STORE_OK;
    for (uint32_t i = 0; i < count && result == JF_STORE_OK; i++) {
        if (needs[i].kind == JF_NEED_HOLDERS) {
            result = jf_holders_fetch(store, w, needs[i].pool, needs[i].cohort, error);
            continue;
        }
        if (needs[i].kind == JF_NEED_IDEM) {
            idem_fetch(m, w, &needs[i]);
            continue;
        }
        jf_memory_enter(m);
        result = need_fetch(m, w, &needs[i], error);
        jf_memory_leave(m);
    }
    return result;
}

/*
 * Not worth waiting for: while ids are put in, the hint is dropped. It is given behind the lock,
 * which would keep everything after it waiting until the far address is known.
 */
static void memory_expect(jf_store *store, jf_command_kind kind, jf_str id)
{
    jf_memory *m = (jf_memory *)store;
    const void *place = NULL;
    if (pthread_mutex_trylock(&m->ids) == 0) {
        place = jf_memory_idem_place(m, kind, id);
        pthread_mutex_unlock(&m->ids);
    }
    jf_prefetch(place);
}

static jf_store_result memory_commit(jf_store *store, const jf_changes *changes,
                                     jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    jf_memory_enter_settled(m);
    m->committing = true;
    jf_memory_put(m, changes);
    m->committing = false;
    pthread_cond_broadcast(&m->committed);
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static jf_store_result memory_journal_get(jf_store *store, jf_arena *arena, uint64_t number,
                                          jf_journal_row *out, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    jf_memory_enter_settled(m);
    const jf_journal_row *row = jf_memory_journal(m, number);
    if (row != NULL) {
        *out = *row;
        out->command = jf_str_dup(arena, row->command);
        out->result = jf_str_dup(arena, row->result);
        out->postings = jf_str_dup(arena, row->postings);
    }
    jf_memory_leave(m);
    return row != NULL ? JF_STORE_OK : JF_STORE_NONE;
}

static jf_store_result memory_journal_scan(jf_store *store, uint64_t from, jf_row_fn fn,
                                           void *context, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    jf_memory_enter_settled(m);
    const jf_journal_row *row;
    for (uint64_t n = from > 0 ? from : 1; (row = jf_memory_journal(m, n)) != NULL; n++) {
        if (!fn(context, row)) {
            break;
        }
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static void rows_scan(const jf_memory_table *table, jf_row_fn fn, void *context)
{
    for (uint32_t i = 0; i < table->count; i++) {
        if (!fn(context, table->rows[i])) {
            return;
        }
    }
}

static void accounts_scan(const jf_memory *m, jf_row_fn fn, void *context)
{
    for (uint32_t owner = 0; owner < m->owners.count; owner++) {
        for (const jf_account *a = jf_memory_accounts(m, owner); a != NULL; a = a->next) {
            if (!fn(context, a)) {
                return;
            }
        }
    }
}

static int groups_by_key(const void *a, const void *b)
{
    const jf_memory_group *x = *(void *const *)a, *y = *(void *const *)b;
    return (x->key > y->key) - (x->key < y->key);
}

static void unmoved_scan(jf_memory *m, jf_row_fn fn, void *context)
{
    table_sort(&m->unmoved, groups_by_key);
    for (uint32_t i = 0; i < m->unmoved.count; i++) {
        uint32_t party = (uint32_t)((const jf_memory_group *)m->unmoved.rows[i])->key;
        const jf_memory_group *group = jf_memory_unmoved(m, party); /* sorted */
        for (uint32_t at = 0; at < group->members.count; at++) {
            const jf_order *order = group->members.rows[at];
            if (!fn(context, &(jf_unmoved_row){party, order->number})) {
                return;
            }
        }
    }
}

static jf_store_result memory_scan(jf_store *store, jf_table table, jf_row_fn fn, void *context,
                                   jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    jf_memory_enter_settled(m);
    switch (table) {
    case JF_TABLE_PARTY:
        rows_scan(&m->parties, fn, context);
        break;
    case JF_TABLE_ACCOUNT:
        accounts_scan(m, fn, context);
        break;
    case JF_TABLE_ORDER:
        table_sort(&m->orders, orders_by_number);
        rows_scan(&m->orders, fn, context);
        break;
    case JF_TABLE_LOT:
        table_sort(&m->lots, lots_by_order);
        rows_scan(&m->lots, fn, context);
        break;
    case JF_TABLE_WITHDRAWAL:
        table_sort(&m->withdrawals, withdrawals_by_id);
        rows_scan(&m->withdrawals, fn, context);
        break;
    case JF_TABLE_IDEM:
        table_sort(&m->idems, idems_by_key);
        rows_scan(&m->idems, fn, context);
        break;
    case JF_TABLE_UNMOVED:
        unmoved_scan(m, fn, context);
        break;
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

/* The first of the sorted positions whose owner is above `after`. */
static uint32_t first_above(const jf_memory_group *group, uint32_t after)
{
    uint32_t low = 0, high = group->members.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (((const jf_account *)group->members.rows[middle])->owner > after) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static jf_store_result memory_positions(jf_store *store, uint32_t pool, uint32_t cohort,
                                        uint32_t after, uint32_t limit, jf_position_columns *out,
                                        jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    out->count = 0;
    jf_memory_enter_settled(m);
    const jf_memory_group *group =
        jf_memory_positions(m, jf_slot_of(JF_ACCOUNT_POSITION, pool, cohort));
    uint32_t count = group != NULL ? group->members.count : 0;
    for (uint32_t i = count > 0 ? first_above(group, after) : 0; i < count && out->count < limit;
         i++) {
        const jf_account *position = group->members.rows[i];
        out->owner[out->count] = position->owner;
        out->points[out->count] = position->balance;
        out->credited[out->count++] = position->credited;
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static uint32_t related_to(const jf_party *party, jf_relation relation)
{
    return relation == JF_RELATION_HOME ? party->home : party->referrer;
}

static jf_store_result memory_related(jf_store *store, jf_related *page, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    JF_ASSERT(page->to != JF_PLATFORM);
    page->count = 0;
    page->all = 0;
    jf_memory_enter_settled(m);
    for (uint32_t i = 0; i < m->parties.count; i++) {
        const jf_party *party = m->parties.rows[i];
        if (related_to(party, page->relation) != page->to) {
            continue;
        }
        page->all++;
        if (party->no > page->after && page->count < page->limit) {
            page->numbers[page->count++] = party->no;
        }
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static jf_store_result memory_unmoved(jf_store *store, jf_unmoved *page, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    page->count = 0;
    jf_memory_enter_settled(m);
    const jf_memory_group *group = jf_memory_unmoved(m, page->party);
    for (uint32_t i = group != NULL ? group->members.count : 0; i > 0; i--) {
        const jf_order *order = group->members.rows[i - 1];
        if (page->count < page->limit && (page->before == 0 || order->number < page->before)) {
            page->numbers[page->count++] = order->number;
        }
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static jf_store_result memory_named(jf_store *store, jf_named *page, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    page->count = 0;
    jf_memory_enter_settled(m);
    for (uint32_t i = 0; i < m->parties.count; i++) {
        const jf_party *party = m->parties.rows[i];
        if (party->kind == page->kind) {
            jf_named_take(page, party->no, party->id);
        }
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static jf_store_result memory_located(jf_store *store, jf_located *page, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    page->count = 0;
    jf_memory_enter_settled(m);
    for (uint32_t i = page->after; i < m->parties.count && page->count < page->limit; i++) {
        const jf_party *party = m->parties.rows[i];
        if (party->kind == page->kind && jf_region_within(party->region, page->region)) {
            page->numbers[page->count++] = party->no;
        }
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static jf_store_result memory_withdrawal_scan(jf_store *store, jf_str after,
                                              const jf_withdrawal_state *state, jf_row_fn fn,
                                              void *context, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    jf_memory_enter_settled(m);
    table_sort(&m->withdrawals, withdrawals_by_id);
    for (uint32_t i = 0; i < m->withdrawals.count; i++) {
        const jf_withdrawal *row = m->withdrawals.rows[i];
        bool wanted = (after.n == 0 || jf_str_cmp(row->id, after) > 0) &&
                      (state == NULL || row->state == *state);
        if (wanted && !fn(context, row)) {
            break;
        }
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static jf_store_result memory_orders_back(jf_store *store, const jf_sought *sought, jf_row_fn fn,
                                          void *context, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    jf_memory_enter_settled(m);
    table_sort(&m->orders, orders_by_number);
    for (uint32_t i = m->orders.count; i-- > 0;) {
        const jf_order *row = m->orders.rows[i];
        if (jf_order_is_sought(row, sought) && !fn(context, row)) {
            break;
        }
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static jf_store_result memory_idem_scan(jf_store *store, jf_command_kind kind, jf_row_fn fn,
                                        void *context, jf_store_error *error)
{
    (void)error;
    jf_memory *m = (jf_memory *)store;
    jf_memory_enter_settled(m);
    table_sort(&m->idems, idems_by_key);
    for (uint32_t i = 0; i < m->idems.count; i++) {
        const jf_idem *row = m->idems.rows[i];
        if (row->kind == kind && !fn(context, row)) {
            break;
        }
    }
    jf_memory_leave(m);
    return JF_STORE_OK;
}

static void memory_close(jf_store *store)
{
    jf_memory *m = (jf_memory *)store;
    jf_memory_tables_free(m);
    jf_arena_free(&m->arena);
    pthread_cond_destroy(&m->committed);
    pthread_mutex_destroy(&m->ids);
    pthread_mutex_destroy(&m->mutex);
    free(m);
}

static const jf_store_ops memory_ops = {
    .scheme = "memory",
    .durable = false,
    .load = memory_load,
    .fetch = memory_fetch,
    .expect = memory_expect,
    .commit = memory_commit,
    .journal_get = memory_journal_get,
    .journal_scan = memory_journal_scan,
    .scan = memory_scan,
    .positions = memory_positions,
    .related = memory_related,
    .unmoved = memory_unmoved,
    .named = memory_named,
    .located = memory_located,
    .orders_back = memory_orders_back,
    .idem_scan = memory_idem_scan,
    .withdrawal_scan = memory_withdrawal_scan,
    .close = memory_close,
};

jf_store_result jf_store_memory_open(jf_store **out, jf_store_error *error)
{
    (void)error;
    jf_memory *m = jf_alloc_zero(1, sizeof *m);
    m->base.ops = &memory_ops;
    m->state.row = (jf_row){.type = JF_ROW_STATE, .exists = true};
    jf_arena_init(&m->arena, (size_t)1 << 20);
    pthread_mutexattr_t attributes; /* a row takes less time than a sleep: spin for it first */
    int code = pthread_mutexattr_init(&attributes) ||
               pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP) ||
               pthread_mutex_init(&m->mutex, &attributes) ||
               pthread_mutex_init(&m->ids, &attributes) || pthread_cond_init(&m->committed, NULL);
    JF_ASSERT(code == 0);
    pthread_mutexattr_destroy(&attributes);
    *out = &m->base;
    return JF_STORE_OK;
}
