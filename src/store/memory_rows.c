/*
 * The tables of the memory store: finding rows and putting them in.
 *
 * Invariants: a row keeps its place for ever, so pointers in groups and chains
 * stay good; parties lie at their number, journals at theirs, and an owner's
 * accounts are linked by ascending slot, which is the order of a scan.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "store/memory_store.h"

typedef struct id_key {
    uint32_t kind;
    jf_str id;
} id_key;

static uint64_t id_hash(uint32_t kind, jf_str id)
{
    return jf_map_mix(jf_str_hash(id) + kind);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint64_t pair_of(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

static bool party_is(const void *item, const void *key)
{
    const jf_party *party = item;
    const id_key *k = key;
    return (uint32_t)party->kind == k->kind && jf_str_eq(party->id, k->id);
}

static bool idem_is(const void *item, const void *key)
{
    const jf_idem *idem = item;
    const id_key *k = key;
    return (uint32_t)idem->kind == k->kind && jf_str_eq(idem->id, k->id);
}

static bool phone_is(const void *item, const void *key)
{
    return jf_str_eq(((const jf_memory_phone *)item)->phone, *(const jf_str *)key);
}

static uint64_t account_key(const jf_account *account)
{
    return pair_of(account->owner, account->slot);
}

static bool account_is(const void *item, const void *key)
{
    return account_key(item) == *(const uint64_t *)key;
}

static bool order_is(const void *item, const void *key)
{
    return ((const jf_order *)item)->number == *(const uint64_t *)key;
}

static bool pool_is(const void *item, const void *key)
{
    return ((const jf_pool *)item)->no == *(const uint64_t *)key;
}

static bool cohort_is(const void *item, const void *key)
{
    const jf_cohort *cohort = item;
    return pair_of(cohort->pool, cohort->cohort) == *(const uint64_t *)key;
}

static bool seat_is(const void *item, const void *key)
{
    return ((const jf_seat *)item)->region == *(const uint64_t *)key;
}

static bool group_is(const void *item, const void *key)
{
    return ((const jf_memory_group *)item)->key == *(const uint64_t *)key;
}

static bool lot_is(const void *item, const void *key)
{
    return ((const jf_lot *)item)->order == *(const uint64_t *)key;
}

static bool withdrawal_is(const void *item, const void *key)
{
    return jf_str_eq(((const jf_withdrawal *)item)->id, *(const jf_str *)key);
}

static void *table_find(const jf_memory_table *table, uint64_t key, jf_map_eq is)
{
    return jf_map_find(&table->map, jf_map_mix(key), is, &key);
}

/* Makes room for a row at this place and sets it; what lies between is NULL. */
static void table_set(jf_memory_table *table, uint32_t at, void *row)
{
    if (at >= table->room) {
        uint64_t room = table->room == 0 ? 16 : table->room;
        while (room <= at) {
            room *= 2;
        }
        JF_ASSERT(room <= UINT32_MAX);
        table->rows = jf_realloc(table->rows, sizeof *table->rows * room);
        memset(table->rows + table->room, 0, sizeof *table->rows * (room - table->room));
        table->room = (uint32_t)room;
    }
    table->rows[at] = row;
    table->count = at < table->count ? table->count : at + 1;
}

static void table_add(jf_memory_table *table, uint64_t hash, void *row)
{
    table_set(table, table->count, row);
    jf_map_put(&table->map, hash, row);
    JF_ASSERT(table->map.count == table->count);
}

static void table_free(jf_memory_table *table)
{
    jf_map_free(&table->map);
    free(table->rows);
}

static void groups_free(jf_memory_table *groups)
{
    for (uint32_t i = 0; i < groups->count; i++) {
        table_free(&((jf_memory_group *)groups->rows[i])->members);
    }
    table_free(groups);
}

void jf_memory_tables_free(jf_memory *m)
{
    groups_free(&m->positions);
    groups_free(&m->dues);
    groups_free(&m->unmoved);
    jf_memory_table *tables[] = {&m->policies, &m->pools,  &m->cohorts,    &m->seats,
                                 &m->parties,  &m->phones, &m->accounts,   &m->owners,
                                 &m->listed,   &m->chains, &m->orders,     &m->idems,
                                 &m->journals, &m->lots,   &m->withdrawals};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        table_free(tables[i]);
    }
}

jf_party *jf_memory_party(const jf_memory *m, jf_party_kind kind, jf_str id)
{
    id_key key = {(uint32_t)kind, id};
    return jf_map_find(&m->parties.map, id_hash(key.kind, id), party_is, &key);
}

jf_party *jf_memory_party_no(const jf_memory *m, uint64_t no)
{
    return no >= 1 && no <= m->parties.count ? m->parties.rows[no - 1] : NULL;
}

jf_account *jf_memory_accounts(const jf_memory *m, uint32_t owner)
{
    return owner < m->owners.count ? m->owners.rows[owner] : NULL;
}

jf_memory_phone *jf_memory_phone_of(const jf_memory *m, jf_str phone)
{
    jf_memory_phone *row = jf_map_find(&m->phones.map, jf_str_hash(phone), phone_is, &phone);
    return row != NULL && jf_str_eq(row->party->phone, phone) ? row : NULL;
}

jf_order *jf_memory_order(const jf_memory *m, uint64_t number)
{
    return table_find(&m->orders, number, order_is);
}

jf_idem *jf_memory_idem(const jf_memory *m, jf_command_kind kind, jf_str id)
{
    id_key key = {(uint32_t)kind, id};
    return jf_map_find(&m->idems.map, id_hash(key.kind, id), idem_is, &key);
}

const void *jf_memory_idem_place(const jf_memory *m, jf_command_kind kind, jf_str id)
{
    return jf_map_place(&m->idems.map, id_hash((uint32_t)kind, id));
}

jf_withdrawal *jf_memory_withdrawal(const jf_memory *m, jf_str id)
{
    return jf_map_find(&m->withdrawals.map, jf_str_hash(id), withdrawal_is, &id);
}

jf_journal_row *jf_memory_journal(const jf_memory *m, uint64_t number)
{
    return number >= 1 && number <= m->journals.count ? m->journals.rows[number - 1] : NULL;
}

static int orders_by_number(const void *a, const void *b)
{
    const jf_order *x = *(void *const *)a, *y = *(void *const *)b;
    return (x->number > y->number) - (x->number < y->number);
}

static int accounts_by_owner(const void *a, const void *b)
{
    const jf_account *x = *(void *const *)a, *y = *(void *const *)b;
    return (x->owner > y->owner) - (x->owner < y->owner);
}

static jf_memory_group *group_sorted(jf_memory_table *groups, uint64_t key,
                                     int (*order)(const void *, const void *))
{
    jf_memory_group *group = table_find(groups, key, group_is);
    if (group != NULL && !group->sorted) {
        qsort(group->members.rows, group->members.count, sizeof(void *), order);
        group->sorted = true;
    }
    return group;
}

jf_memory_group *jf_memory_due(jf_memory *m, jf_day day)
{
    return group_sorted(&m->dues, (uint64_t)day.n, orders_by_number);
}

jf_memory_group *jf_memory_unmoved(jf_memory *m, uint32_t party)
{
    return group_sorted(&m->unmoved, party, orders_by_number);
}

jf_memory_group *jf_memory_positions(jf_memory *m, jf_slot slot)
{
    return group_sorted(&m->positions, slot, accounts_by_owner);
}

static void group_add(jf_memory *m, jf_memory_table *groups, uint64_t key, void *row)
{
    jf_memory_group *group = table_find(groups, key, group_is);
    if (group == NULL) {
        group = JF_NEW(&m->arena, jf_memory_group);
        group->key = key;
        table_add(groups, jf_map_mix(key), group);
    }
    table_set(&group->members, group->members.count, row);
    group->sorted = false;
}

/* The text as the store's own; the old copy when it still says the same. */
static jf_str text_kept(jf_memory *m, jf_str old, jf_str new)
{
    return old.p != NULL && jf_str_eq(old, new) ? old : jf_str_dup(&m->arena, new);
}

static void *list_kept(jf_memory *m, const void *old, size_t old_size, const void *new, size_t size)
{
    if (old_size == size && (size == 0 || memcmp(old, new, size) == 0)) {
        return (void *)old;
    }
    return jf_arena_dup(&m->arena, new, size);
}

/* The head of a row in the store: it exists, and change control is the working set's business. */
static jf_row head_of(jf_row_type type)
{
    return (jf_row){.type = type, .exists = true};
}

static void policy_put(jf_memory *m, const jf_policy *policy)
{
    jf_memory_policy *row = JF_NEW(&m->arena, jf_memory_policy);
    *row =
        (jf_memory_policy){policy->version, policy->from, jf_str_dup(&m->arena, policy->document)};
    JF_ASSERT(policy->version == m->policies.count + 1);
    table_set(&m->policies, policy->version - 1, row);
}

static void pool_put(jf_memory *m, const jf_pool *pool)
{
    jf_pool *row = table_find(&m->pools, pool->no, pool_is);
    if (row == NULL) {
        row = JF_NEW(&m->arena, jf_pool);
        row->no = pool->no;
        table_add(&m->pools, jf_map_mix(pool->no), row);
    }
    jf_str name = text_kept(m, row->name, pool->name);
    *row = *pool;
    row->row = head_of(JF_ROW_POOL);
    row->name = name;
    row->cohorts = NULL;
    row->cohort_room = 0;
}

static void cohort_put(jf_memory *m, const jf_cohort *cohort)
{
    uint64_t key = pair_of(cohort->pool, cohort->cohort);
    jf_cohort *row = table_find(&m->cohorts, key, cohort_is);
    if (row == NULL) {
        row = JF_NEW(&m->arena, jf_cohort);
        table_add(&m->cohorts, jf_map_mix(key), row);
    }
    *row = *cohort;
    row->row = head_of(JF_ROW_COHORT);
}

static void seat_put(jf_memory *m, const jf_seat *seat)
{
    jf_seat *row = table_find(&m->seats, seat->region, seat_is);
    if (row == NULL) {
        row = JF_NEW(&m->arena, jf_seat);
        table_add(&m->seats, jf_map_mix(seat->region), row);
    }
    const jf_holder *holders = list_kept(m, row->holders, sizeof *holders * row->count,
                                         seat->holders, sizeof *holders * seat->count);
    *row = *seat;
    row->row = head_of(JF_ROW_SEAT);
    row->holders = holders;
}

static void phone_put(jf_memory *m, const jf_party *party)
{
    jf_str phone = party->phone;
    jf_memory_phone *row = jf_map_find(&m->phones.map, jf_str_hash(phone), phone_is, &phone);
    if (row == NULL) {
        row = JF_NEW(&m->arena, jf_memory_phone);
        row->phone = phone;
        table_add(&m->phones, jf_str_hash(phone), row);
    }
    row->party = party;
}

static void party_put(jf_memory *m, const jf_party *party)
{
    JF_ASSERT(party->no >= 1);
    jf_party *row = jf_memory_party_no(m, party->no);
    bool fresh = row == NULL;
    if (fresh) {
        row = JF_NEW(&m->arena, jf_party);
    }
    jf_str id = text_kept(m, row->id, party->id), phone = text_kept(m, row->phone, party->phone);
    *row = *party;
    row->row = head_of(JF_ROW_PARTY);
    row->id = id;
    row->phone = phone;
    row->accounts = NULL;
    if (fresh) {
        table_set(&m->parties, party->no - 1, row);
        jf_map_put(&m->parties.map, id_hash((uint32_t)row->kind, id), row);
    }
    if (phone.n > 0) {
        phone_put(m, row);
    }
    if (row->chain > 0) {
        table_set(&m->chains, row->chain - 1, row);
    }
}

/* A new account: into its owner's chain before the first higher slot, and where it is sought. */
static void account_enter(jf_memory *m, jf_account *row)
{
    uint64_t key = account_key(row);
    table_add(&m->accounts, jf_map_mix(key), row);
    jf_account *before = NULL, *after = jf_memory_accounts(m, row->owner);
    while (after != NULL && after->slot < row->slot) {
        before = after;
        after = after->next;
    }
    row->next = after;
    if (before != NULL) {
        before->next = row;
    } else {
        table_set(&m->owners, row->owner, row);
    }
    jf_account_kind kind = jf_slot_kind(row->slot);
    if (kind == JF_ACCOUNT_POSITION) {
        group_add(m, &m->positions, row->slot, row);
    }
    if (jf_is_debt(kind) || jf_is_listed(kind)) {
        table_set(&m->listed, m->listed.count, row);
    }
}

static void account_put(jf_memory *m, const jf_account *account)
{
    uint64_t key = account_key(account);
    jf_account *row = table_find(&m->accounts, key, account_is);
    if (row == NULL) {
        row = JF_NEW(&m->arena, jf_account);
        *row = *account;
        row->row = head_of(JF_ROW_ACCOUNT);
        account_enter(m, row);
        return;
    }
    jf_account *next = row->next;
    *row = *account;
    row->row = head_of(JF_ROW_ACCOUNT);
    row->next = next;
}

static void order_put(jf_memory *m, const jf_order *order)
{
    jf_order *row = jf_memory_order(m, order->number);
    bool fresh = row == NULL;
    if (fresh) {
        row = JF_NEW(&m->arena, jf_order);
        row->number = order->number;
        table_add(&m->orders, jf_map_mix(order->number), row);
    }
    JF_ASSERT(fresh || row->due_day.n == order->due_day.n);
    jf_str id = text_kept(m, row->id, order->id);
    const jf_part *parts = list_kept(m, row->parts, sizeof *parts * row->part_count, order->parts,
                                     sizeof *parts * order->part_count);
    *row = *order;
    row->row = head_of(JF_ROW_ORDER);
    row->id = id;
    row->parts = parts;
    if (fresh && row->held) {
        group_add(m, &m->dues, (uint64_t)row->due_day.n, row);
    }
    uint32_t parties[2];
    uint32_t count = fresh ? jf_order_unmoved(row, parties) : 0;
    for (uint32_t i = 0; i < count; i++) {
        group_add(m, &m->unmoved, parties[i], row);
    }
}

static void idem_put(jf_memory *m, const jf_idem *idem)
{
    jf_idem *row = JF_NEW(&m->arena, jf_idem);
    row->row = head_of(JF_ROW_IDEM);
    row->kind = idem->kind;
    row->id = jf_str_dup(&m->arena, idem->id);
    row->number = idem->number;
    table_add(&m->idems, id_hash((uint32_t)row->kind, row->id), row);
}

#define IDS_AT_ONCE 16u /* a lock costs more than a row, and nobody waits long for as many */

static void idems_put(jf_memory *m, const jf_idem *idems, uint32_t count)
{
    JF_ASSERT(count <= IDS_AT_ONCE);
    for (uint32_t i = 0; i < count; i++) {
        jf_prefetch(jf_memory_idem_place(m, idems[i].kind, idems[i].id));
    }
    pthread_mutex_lock(&m->ids);
    for (uint32_t i = 0; i < count; i++) {
        idem_put(m, &idems[i]);
    }
    pthread_mutex_unlock(&m->ids);
}

static void lot_put(jf_memory *m, const jf_lot *lot)
{
    jf_lot *row = table_find(&m->lots, lot->order, lot_is);
    if (row == NULL) {
        row = JF_NEW(&m->arena, jf_lot);
        row->order = lot->order;
        table_add(&m->lots, jf_map_mix(lot->order), row);
    }
    jf_str member_id = text_kept(m, row->member_id, lot->member_id);
    jf_str order_id = text_kept(m, row->order_id, lot->order_id);
    *row = *lot;
    row->member_id = member_id;
    row->order_id = order_id;
    row->place = (jf_lot_place){0};
}

static void withdrawal_put(jf_memory *m, const jf_withdrawal *withdrawal)
{
    jf_withdrawal *row = jf_memory_withdrawal(m, withdrawal->id);
    if (row == NULL) {
        row = JF_NEW(&m->arena, jf_withdrawal);
        row->id = jf_str_dup(&m->arena, withdrawal->id);
        table_add(&m->withdrawals, jf_str_hash(row->id), row);
    }
    jf_str id = row->id;
    *row = *withdrawal;
    row->id = id;
}

static void journal_put(jf_memory *m, const jf_journal_row *journal)
{
    JF_ASSERT(journal->number == m->journals.count + UINT64_C(1));
    jf_journal_row *row = jf_arena_dup(&m->arena, journal, sizeof *journal);
    row->command = jf_str_dup(&m->arena, journal->command);
    row->result = jf_str_dup(&m->arena, journal->result);
    row->postings = jf_str_dup(&m->arena, journal->postings);
    table_set(&m->journals, m->journals.count, row);
}

/* Between two rows: whoever waits goes first. */
static void make_way(jf_memory *m)
{
    if (atomic_load_explicit(&m->waiting, memory_order_relaxed) == 0) {
        return;
    }
    pthread_mutex_unlock(&m->mutex);
    while (atomic_load(&m->waiting) > 0) {
        sched_yield();
    }
    pthread_mutex_lock(&m->mutex);
}

#define PUT_ALL(count, put_one)                                                                    \
    for (uint32_t i = 0; i < (count); i++) {                                                       \
        put_one;                                                                                   \
        make_way(m);                                                                               \
    }

#define ROWS_AHEAD 8u

/* A row that comes a little later is going to be sought here. */
#define KEY_AHEAD(table, count, key)                                                               \
    if (i + ROWS_AHEAD < (count)) {                                                                \
        jf_map_ahead(&m->table.map, jf_map_mix(key));                                              \
    }

void jf_memory_put(jf_memory *m, const jf_changes *c)
{
    JF_ASSERT(c->state->journals == m->state.journals + c->journals);
    PUT_ALL(c->policies, policy_put(m, c->policy[i]))
    PUT_ALL(c->pools, pool_put(m, &c->pool[i]))
    PUT_ALL(c->cohorts, cohort_put(m, &c->cohort[i]))
    PUT_ALL(c->seats, seat_put(m, &c->seat[i]))
    PUT_ALL(c->parties, party_put(m, &c->party[i]))
    PUT_ALL(c->accounts, account_put(m, &c->account[i]);
            KEY_AHEAD(accounts, c->accounts, account_key(&c->account[i + ROWS_AHEAD])))
    PUT_ALL(c->orders, order_put(m, &c->order[i]);
            KEY_AHEAD(orders, c->orders, c->order[i + ROWS_AHEAD].number))
    PUT_ALL(c->lots, lot_put(m, &c->lot[i]); KEY_AHEAD(lots, c->lots, c->lot[i + ROWS_AHEAD].order))
    PUT_ALL(c->withdrawals, withdrawal_put(m, &c->withdrawal[i]))
    PUT_ALL((c->idems + IDS_AT_ONCE - 1) / IDS_AT_ONCE,
            idems_put(m, c->idem + (size_t)i * IDS_AT_ONCE,
                      least(c->idems - i * IDS_AT_ONCE, IDS_AT_ONCE)))
    PUT_ALL(c->journals, journal_put(m, &c->journal[i]))
    m->state = *c->state;
    m->head = c->head;
}
