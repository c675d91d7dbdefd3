/*
 * The working set: finding rows, and taking in rows that a store fetched.
 * How rows are changed and undone is in change.c.
 */
#include "core/world.h"

#include <string.h>

#include "base/check.h"
#include "base/sort.h"
#include "core/stake.h"

typedef struct id_key {
    uint32_t kind;
    jf_str id;
} id_key;

typedef struct due_key {
    jf_day day;
    uint64_t stamp;
} due_key;

typedef struct slot_key {
    uint32_t owner;
    jf_slot slot;
} slot_key;

static uint64_t id_hash(uint32_t kind, jf_str id)
{
    return jf_map_mix(jf_str_hash(id) + kind);
}

static uint64_t slot_hash(uint32_t owner, jf_slot slot)
{
    return jf_map_mix((uint64_t)owner << 32 | slot);
}

static bool party_is(const void *item, const void *key)
{
    const jf_party *party = item;
    const id_key *k = key;
    return party->kind == (jf_party_kind)k->kind && jf_str_eq(party->id, k->id);
}

static bool account_is(const void *item, const void *key)
{
    const jf_account *account = item;
    const slot_key *k = key;
    return account->owner == k->owner && account->slot == k->slot;
}

static bool phone_is(const void *item, const void *key)
{
    return jf_str_eq(((const jf_phone *)item)->phone, *(const jf_str *)key);
}

static bool order_is(const void *item, const void *key)
{
    return ((const jf_order *)item)->number == *(const uint64_t *)key;
}

static bool idem_is(const void *item, const void *key)
{
    const jf_idem *idem = item;
    const id_key *k = key;
    return idem->kind == (jf_command_kind)k->kind && jf_str_eq(idem->id, k->id);
}

static bool lot_is(const void *item, const void *key)
{
    return ((const jf_lot *)item)->order == *(const uint64_t *)key;
}

static bool withdrawal_is(const void *item, const void *key)
{
    return jf_str_eq(((const jf_withdrawal *)item)->id, *(const jf_str *)key);
}

static bool due_is(const void *item, const void *key)
{
    const jf_due *due = item;
    const due_key *k = key;
    return due->day.n == k->day.n && due->stamp == k->stamp;
}

static bool seat_is(const void *item, const void *key)
{
    return ((const jf_seat *)item)->region == *(const jf_region *)key;
}

static bool debtor_is(const void *item, const void *key)
{
    return ((const jf_debtor *)item)->party == *(const uint32_t *)key;
}

static bool listed_is(const void *item, const void *key)
{
    const jf_listed *listed = item;
    const slot_key *k = key;
    return listed->party == k->owner && listed->slot == k->slot;
}

static bool zone_is(const void *item, const void *key)
{
    return jf_str_eq(((const jf_zone_fact *)item)->name, *(const jf_str *)key);
}

static void generation_init(jf_generation *g)
{
    jf_arena_init(&g->arena, 0);
    jf_map_init(&g->orders);
    jf_map_init(&g->idems);
    jf_map_init(&g->dues);
    jf_map_init(&g->withdrawals);
}

static void generation_empty(jf_generation *g)
{
    jf_map_clear(&g->orders);
    jf_map_clear(&g->idems);
    jf_map_clear(&g->dues);
    jf_map_clear(&g->withdrawals);
    jf_arena_reset(&g->arena);
}

static void generation_free(jf_generation *g)
{
    jf_map_free(&g->orders);
    jf_map_free(&g->idems);
    jf_map_free(&g->dues);
    jf_map_free(&g->withdrawals);
    jf_arena_free(&g->arena);
}

#define WORLD_MAPS 9

static jf_map *world_map(jf_world *w, size_t i)
{
    jf_map *const maps[WORLD_MAPS] = {
        &w->seats, &w->by_id,   &w->phones, &w->accounts, &w->platform_accounts,
        &w->zones, &w->debtors, &w->lots,   &w->listed};
    JF_ASSERT(i < WORLD_MAPS);
    return maps[i];
}

void jf_world_init(jf_world *w)
{
    *w = (jf_world){0};
    jf_arena_init(&w->config, 0);
    jf_arena_init(&w->facts, (size_t)1 << 20);
    jf_arena_init(&w->batch, (size_t)1 << 18);
    jf_arena_init(&w->step, 0);
    generation_init(&w->generations[0]);
    generation_init(&w->generations[1]);
    for (size_t i = 0; i < WORLD_MAPS; i++)
        jf_map_init(world_map(w, i));
    w->state.row = (jf_row){.type = JF_ROW_STATE, .exists = true};
    w->platform = (jf_party){.row = {.type = JF_ROW_PARTY, .exists = true},
                             .kind = JF_PARTY_PLATFORM,
                             .no = JF_PLATFORM,
                             .id = JF_STR("platform")};
}

void jf_world_free(jf_world *w)
{
    for (size_t i = 0; i < WORLD_MAPS; i++)
        jf_map_free(world_map(w, i));
    jf_dense_free(&w->by_no);
    jf_dense_free(&w->stakes);
    generation_free(&w->generations[0]);
    generation_free(&w->generations[1]);
    jf_arena_free(&w->config);
    jf_arena_free(&w->facts);
    jf_arena_free(&w->batch);
    jf_arena_free(&w->step);
}

void jf_world_empty(jf_world *w)
{
    JF_ASSERT(w->dirty_count == 0 && w->first_journal == NULL);
    jf_map_clear(&w->by_id);
    jf_dense_free(&w->by_no);
    jf_map_clear(&w->phones);
    jf_map_clear(&w->accounts);
    jf_arena_reset(&w->facts);
    generation_empty(&w->generations[0]);
    generation_empty(&w->generations[1]);
}

void jf_world_turn(jf_world *w)
{
    JF_ASSERT(w->dirty_count == 0);
    jf_generation older = w->generations[1];
    generation_empty(&older);
    w->generations[1] = w->generations[0];
    w->generations[0] = older;
}

size_t jf_world_size(const jf_world *w)
{
    return w->facts.used + w->generations[0].arena.used + w->generations[1].arena.used;
}

jf_party *jf_world_party(const jf_world *w, jf_party_kind kind, jf_str id)
{
    JF_ASSERT(kind != JF_PARTY_PLATFORM);
    id_key key = {(uint32_t)kind, id};
    return jf_map_find(&w->by_id, id_hash(key.kind, id), party_is, &key);
}

jf_party *jf_world_party_no(const jf_world *w, uint32_t no)
{
    if (no == JF_PLATFORM)
        return (jf_party *)&w->platform;
    jf_party *party = jf_dense_find(&w->by_no, no);
    return party && party->no == no ? party : NULL; /* a number taken back is nobody's */
}

jf_phone *jf_world_phone(const jf_world *w, jf_str phone)
{
    return jf_map_find(&w->phones, jf_str_hash(phone), phone_is, &phone);
}

jf_account *jf_world_account(const jf_world *w, uint32_t owner, jf_slot slot)
{
    slot_key key = {owner, slot};
    const jf_map *map = owner == JF_PLATFORM ? &w->platform_accounts : &w->accounts;
    return jf_map_find(map, slot_hash(owner, slot), account_is, &key);
}

/*
 * A row found in the older generation moves to the newer: the older is let go
 * when the batch before this one is durable, and a row that this batch changes
 * must outlive that. It is a copy of a clean row, so nobody can tell.
 */
jf_order *jf_world_order(const jf_world *w, uint64_t number)
{
    uint64_t hash = jf_map_mix(number);
    jf_order *order = jf_map_find(&w->generations[0].orders, hash, order_is, &number);
    if (order)
        return order;
    order = jf_map_find(&w->generations[1].orders, hash, order_is, &number);
    JF_ASSERT(!order || !order->row.dirty);
    return order ? jf_world_put_order((jf_world *)w, order) : NULL;
}

jf_idem *jf_world_idem(const jf_world *w, jf_command_kind kind, jf_str id)
{
    id_key key = {(uint32_t)kind, id};
    uint64_t hash = id_hash(key.kind, id);
    jf_idem *idem = jf_map_find(&w->generations[0].idems, hash, idem_is, &key);
    if (idem)
        return idem;
    idem = jf_map_find(&w->generations[1].idems, hash, idem_is, &key);
    JF_ASSERT(!idem || !idem->row.dirty);
    return idem ? jf_world_put_idem((jf_world *)w, idem) : NULL;
}

jf_lot *jf_world_lot(const jf_world *w, uint64_t order)
{
    return jf_map_find(&w->lots, jf_map_mix(order), lot_is, &order);
}

jf_withdrawal *jf_world_withdrawal(const jf_world *w, jf_str id)
{
    uint64_t hash = jf_str_hash(id);
    jf_withdrawal *row = jf_map_find(&w->generations[0].withdrawals, hash, withdrawal_is, &id);
    if (row)
        return row;
    row = jf_map_find(&w->generations[1].withdrawals, hash, withdrawal_is, &id);
    JF_ASSERT(!row || !row->row.dirty);
    return row ? jf_world_put_withdrawal((jf_world *)w, row) : NULL;
}

jf_due *jf_world_due(const jf_world *w, jf_day day)
{
    due_key key = {day, w->stamp};
    return jf_map_find(&w->generations[0].dues, jf_map_mix((uint64_t)day.n), due_is, &key);
}

jf_seat *jf_world_seat(const jf_world *w, jf_region region)
{
    return jf_map_find(&w->seats, jf_map_mix(region), seat_is, &region);
}

jf_cohort *jf_world_cohort(const jf_world *w, uint32_t pool, uint32_t cohort)
{
    JF_ASSERT(pool < w->state.pools && cohort >= 1);
    const jf_pool *p = w->pools[pool];
    return cohort <= p->period ? p->cohorts[cohort - 1] : NULL;
}

jf_zone_fact *jf_world_zone(const jf_world *w, jf_str name)
{
    return jf_map_find(&w->zones, jf_str_hash(name), zone_is, &name);
}

uint64_t jf_world_member_ahead(const jf_world *w, jf_str id)
{
    uint64_t hash = id_hash((uint32_t)JF_PARTY_MEMBER, id);
    jf_map_ahead(&w->by_id, hash);
    return hash;
}

/* Looking at the row itself would be the wait that this is to spare. */
static bool likely_is(const void *item, const void *key)
{
    (void)item, (void)key;
    return true;
}

const jf_party *jf_world_party_likely(const jf_world *w, uint64_t hash)
{
    return jf_map_find(&w->by_id, hash, likely_is, NULL);
}

void jf_world_party_no_ahead(const jf_world *w, uint32_t no)
{
    jf_dense_ahead(&w->by_no, no);
    jf_dense_ahead(&w->stakes, no);
}

void jf_world_account_ahead(const jf_world *w, uint32_t owner, jf_slot slot)
{
    jf_map_ahead(&w->accounts, slot_hash(owner, slot));
}

void jf_world_lot_ahead(const jf_world *w, uint64_t order)
{
    jf_map_ahead(&w->lots, jf_map_mix(order));
}

const jf_policy *jf_world_policy(const jf_world *w, jf_day day)
{
    const jf_policy *best = NULL;
    for (uint32_t i = 0; i < w->state.policies; i++) {
        const jf_policy *policy = w->policies[i];
        if (policy->from.n <= day.n && (!best || policy->from.n >= best->from.n))
            best = policy;
    }
    return best;
}

jf_party *jf_world_put_party(jf_world *w, const jf_party *row)
{
    jf_party *party = JF_NEW(&w->facts, jf_party);
    *party = *row;
    party->row = (jf_row){.type = JF_ROW_PARTY, .exists = row->row.exists};
    party->id = jf_str_dup(&w->facts, row->id);
    party->phone = jf_str_dup(&w->facts, row->phone);
    party->accounts = NULL;
    party->credited_at = 0;
    jf_map_put(&w->by_id, id_hash((uint32_t)party->kind, party->id), party);
    if (party->row.exists)
        jf_dense_put(&w->by_no, party->no, party);
    return party;
}

jf_phone *jf_world_put_phone(jf_world *w, jf_str phone, uint32_t party)
{
    JF_ASSERT(phone.n > 0);
    jf_phone *row = JF_NEW(&w->facts, jf_phone);
    row->row = (jf_row){.type = JF_ROW_PHONE, .exists = party != 0};
    row->phone = jf_str_dup(&w->facts, phone);
    row->party = party;
    jf_map_put(&w->phones, jf_str_hash(phone), row);
    return row;
}

jf_account *jf_world_put_account(jf_world *w, const jf_account *row)
{
    bool platform = row->owner == JF_PLATFORM;
    jf_party *owner = jf_world_party_no(w, row->owner);
    JF_ASSERT(owner != NULL);
    jf_account *account = JF_NEW(platform ? &w->config : &w->facts, jf_account);
    *account = *row;
    account->row = (jf_row){.type = JF_ROW_ACCOUNT, .exists = row->row.exists};
    jf_account **at = &owner->accounts;
    while (*at && (*at)->slot > account->slot)
        at = &(*at)->next;
    account->next = *at;
    *at = account;
    jf_map_put(platform ? &w->platform_accounts : &w->accounts, slot_hash(row->owner, row->slot),
               account);
    return account;
}

jf_order *jf_world_put_order(jf_world *w, const jf_order *row)
{
    jf_generation *g = &w->generations[0];
    jf_order *order = JF_NEW(&g->arena, jf_order);
    *order = *row;
    order->row = (jf_row){.type = JF_ROW_ORDER, .exists = row->row.exists};
    order->id = jf_str_dup(&g->arena, row->id);
    order->parts = jf_arena_dup(&g->arena, row->parts, sizeof *row->parts * row->part_count);
    jf_map_put(&g->orders, jf_map_mix(order->number), order);
    return order;
}

jf_idem *jf_world_put_idem(jf_world *w, const jf_idem *row)
{
    jf_generation *g = &w->generations[0];
    jf_idem *idem = JF_NEW(&g->arena, jf_idem);
    *idem = *row;
    idem->row = (jf_row){.type = JF_ROW_IDEM, .exists = row->row.exists};
    idem->id = jf_str_dup(&g->arena, row->id);
    idem->command = jf_str_dup(&g->arena, row->command);
    idem->result = jf_str_dup(&g->arena, row->result);
    jf_map_put(&g->idems, id_hash((uint32_t)idem->kind, idem->id), idem);
    return idem;
}

jf_lot *jf_world_put_lot(jf_world *w, const jf_lot *row)
{
    jf_lot *lot = jf_world_lot(w, row->order);
    if (!lot) {
        lot = JF_NEW(&w->config, jf_lot);
        jf_map_put(&w->lots, jf_map_mix(row->order), lot);
    }
    JF_ASSERT(!lot->row.exists && lot->place.member == NULL);
    struct jf_stake *alone = lot->place.alone;
    const jf_stake *stake = jf_stake_of(w, row->owner);
    jf_row kept = lot->row;
    jf_str order_id = lot->order_id;
    *lot = *row;
    lot->row = kept;
    lot->row.type = JF_ROW_LOT;
    lot->row.exists = row->row.exists;
    lot->place = (jf_lot_place){.alone = alone};
    /* What is there already is taken: commands that are only tried must not leave texts behind. */
    lot->member_id = stake ? stake->member : jf_str_dup(&w->config, row->member_id);
    lot->order_id =
        jf_str_eq(order_id, row->order_id) ? order_id : jf_str_dup(&w->config, row->order_id);
    jf_stake_moved(w, lot);
    return lot;
}

jf_withdrawal *jf_world_put_withdrawal(jf_world *w, const jf_withdrawal *row)
{
    jf_generation *g = &w->generations[0];
    jf_withdrawal *withdrawal = JF_NEW(&g->arena, jf_withdrawal);
    *withdrawal = *row;
    withdrawal->row = (jf_row){.type = JF_ROW_WITHDRAWAL, .exists = row->row.exists};
    withdrawal->id = jf_str_dup(&g->arena, row->id);
    jf_map_put(&g->withdrawals, jf_str_hash(withdrawal->id), withdrawal);
    return withdrawal;
}

static int by_number(const void *a, const void *b)
{
    const jf_order *x = *(jf_order *const *)a, *y = *(jf_order *const *)b;
    return (x->number > y->number) - (x->number < y->number);
}

static bool is_due(const jf_order *order, jf_day day)
{
    return order->row.exists && order->held && order->due_day.n == day.n;
}

/* Resident orders of both generations that fall due on the day: counted, or added to the list. */
static uint32_t resident_due(jf_world *w, jf_day day, jf_order **list)
{
    uint32_t count = 0;
    for (int i = 0; i < 2; i++) {
        const jf_order *order;
        for (uint64_t at = 0; (order = jf_map_next(&w->generations[i].orders, &at)) != NULL;) {
            if (!is_due(order, day))
                continue;
            if (list)
                list[count] = (jf_order *)order;
            count++;
        }
    }
    return count;
}

jf_due *jf_world_put_due(jf_world *w, jf_day day, const uint64_t *numbers, uint32_t count)
{
    jf_generation *g = &w->generations[0];
    for (uint32_t i = 0; i < count; i++) {
        const jf_order *order = jf_world_order(w, numbers[i]);
        JF_ASSERT(order && is_due(order, day));
    }
    jf_due *due = JF_NEW(&g->arena, jf_due);
    uint32_t room = resident_due(w, day, NULL);
    *due = (jf_due){day, w->stamp, 0, JF_NEW_ARRAY(&g->arena, jf_order *, room)};
    JF_ASSERT(resident_due(w, day, due->orders) == room);
    jf_sort(due->orders, room, sizeof *due->orders, by_number);
    for (uint32_t i = 0; i < room;
         i++) { /* one that moved to the newer generation is there twice */
        jf_order *order = jf_world_order(w, due->orders[i]->number);
        if (due->count == 0 || due->orders[due->count - 1] != order)
            due->orders[due->count++] = order;
    }
    jf_map_put(&g->dues, jf_map_mix((uint64_t)day.n), due);
    return due;
}

jf_pool *jf_world_put_pool(jf_world *w, const jf_pool *row)
{
    JF_ASSERT(row->no < JF_WORLD_POOLS);
    jf_pool *pool = JF_NEW(&w->config, jf_pool);
    *pool = *row;
    pool->row = (jf_row){.type = JF_ROW_POOL, .exists = row->row.exists};
    pool->name = jf_str_dup(&w->config, row->name);
    pool->cohorts = NULL;
    pool->cohort_room = 0;
    w->pools[row->no] = pool;
    return pool;
}

jf_cohort *jf_world_put_cohort(jf_world *w, const jf_cohort *row)
{
    jf_pool *pool = w->pools[row->pool];
    JF_ASSERT(pool && row->cohort >= 1);
    while (pool->cohort_room < row->cohort) {
        pool->cohorts = jf_arena_wider(&w->config, pool->cohorts, pool->cohort_room,
                                       &pool->cohort_room, sizeof *pool->cohorts, 64);
    }
    jf_cohort *cohort = JF_NEW(&w->config, jf_cohort);
    *cohort = *row;
    cohort->row = (jf_row){.type = JF_ROW_COHORT, .exists = row->row.exists};
    pool->cohorts[row->cohort - 1] = cohort;
    return cohort;
}

jf_seat *jf_world_put_seat(jf_world *w, const jf_seat *row)
{
    JF_ASSERT(jf_world_seat(w, row->region) == NULL);
    jf_seat *seat = JF_NEW(&w->config, jf_seat);
    *seat = *row;
    seat->row = (jf_row){.type = JF_ROW_SEAT, .exists = row->row.exists};
    seat->holders = jf_arena_dup(&w->config, row->holders, sizeof *row->holders * row->count);
    jf_map_put(&w->seats, jf_map_mix(seat->region), seat);
    return seat;
}

jf_zone_fact *jf_world_put_zone(jf_world *w, jf_str name, const jf_zone *zone)
{
    jf_zone_fact *fact = JF_NEW(&w->config, jf_zone_fact);
    fact->name = jf_str_dup(&w->config, name);
    fact->known = zone != NULL;
    if (zone)
        fact->zone = *zone;
    jf_map_put(&w->zones, jf_str_hash(fact->name), fact);
    return fact;
}

void jf_world_put_policy(jf_world *w, const jf_policy *policy)
{
    uint32_t at = policy->version - 1;
    if (at >= w->policy_room) {
        w->policies = jf_arena_wider(&w->config, w->policies, w->policy_room, &w->policy_room,
                                     sizeof *w->policies, 8);
    }
    JF_ASSERT(at < w->policy_room);
    w->policies[at] = JF_NEW(&w->config, jf_policy);
    *w->policies[at] = *policy;
}

void jf_world_put_debtor(jf_world *w, uint32_t party)
{
    JF_ASSERT(party != JF_PLATFORM);
    if (jf_map_find(&w->debtors, jf_map_mix(party), debtor_is, &party))
        return;
    jf_debtor *debtor = JF_NEW(&w->config, jf_debtor);
    debtor->party = party;
    jf_map_put(&w->debtors, jf_map_mix(party), debtor);
}

void jf_world_put_chain(jf_world *w, uint32_t chain, jf_str shop)
{
    JF_ASSERT(chain >= 1 && chain <= JF_COHORT_MAX);
    if (chain > w->chain_room) {
        uint32_t room = w->chain_room ? w->chain_room : 16;
        while (room < chain)
            room *= 2;
        jf_str *wider = JF_NEW_ARRAY(&w->config, jf_str, room);
        if (w->chain_room)
            memcpy(wider, w->chains, sizeof *wider * w->chain_room);
        w->chains = wider;
        w->chain_room = room;
    }
    w->chains[chain - 1] = jf_str_dup(&w->config, shop);
}

bool jf_world_listed(const jf_world *w, uint32_t party, jf_slot slot)
{
    slot_key key = {party, slot};
    return jf_map_find(&w->listed, slot_hash(party, slot), listed_is, &key) != NULL;
}

void jf_world_put_listed(jf_world *w, uint32_t party, jf_slot slot)
{
    uint64_t hash = slot_hash(party, slot);
    JF_ASSERT(party != JF_PLATFORM && jf_is_listed(jf_slot_kind(slot)));
    if (jf_world_listed(w, party, slot))
        return;
    jf_listed *listed = JF_NEW(&w->config, jf_listed);
    *listed = (jf_listed){party, slot};
    jf_map_put(&w->listed, hash, listed);
}

void jf_world_put_holders(jf_world *w, const jf_holders *holders)
{
    JF_ASSERT(holders->cohort >= 1);
    w->holders = JF_NEW(&w->batch, jf_holders);
    *w->holders = *holders;
}

jf_account *jf_world_open_account(jf_world *w, uint32_t owner, jf_slot slot)
{
    jf_account *account = jf_world_account(w, owner, slot);
    if (account)
        return account;
    jf_account row = {.owner = owner, .slot = slot};
    return jf_world_put_account(w, &row);
}

jf_order *jf_world_open_order(jf_world *w, uint64_t number)
{
    jf_order *order = jf_world_order(w, number);
    JF_ASSERT(!order || !order->row.exists);
    jf_order row = {.number = number};
    return order ? order : jf_world_put_order(w, &row);
}

jf_idem *jf_world_open_idem(jf_world *w, jf_command_kind kind, jf_str id)
{
    jf_idem *idem = jf_world_idem(w, kind, id);
    JF_ASSERT(idem && !idem->row.exists);
    return idem;
}

jf_seat *jf_world_open_seat(jf_world *w, jf_region region)
{
    jf_seat *seat = jf_world_seat(w, region);
    jf_seat row = {.region = region};
    return seat ? seat : jf_world_put_seat(w, &row);
}

jf_cohort *jf_world_open_cohort(jf_world *w, uint32_t pool, uint32_t cohort)
{
    jf_pool *p = w->pools[pool];
    JF_ASSERT(p && cohort <= JF_COHORT_MAX);
    if (cohort <= p->cohort_room && p->cohorts[cohort - 1])
        return p->cohorts[cohort - 1];
    jf_cohort row = {.pool = pool, .cohort = cohort};
    return jf_world_put_cohort(w, &row);
}

void jf_world_number_party(jf_world *w, jf_party *party)
{
    JF_ASSERT(party->row.exists && party->no > 0);
    JF_ASSERT(party->accounts == NULL);
    jf_dense_put(&w->by_no, party->no, party);
}

jf_arena *jf_world_arena(jf_world *w, jf_row_type type)
{
    switch (type) {
    case JF_ROW_PARTY:
    case JF_ROW_PHONE:
        return &w->facts;
    case JF_ROW_ORDER:
    case JF_ROW_IDEM:
    case JF_ROW_WITHDRAWAL:
        return &w->generations[0].arena;
    default:
        return &w->config;
    }
}
