/*
 * Two binary heaps of stakes, kept in step with the lots.
 */
#include "core/stake.h"

#include <string.h>

#include "base/check.h"

static bool stake_is(const void *item, const void *key)
{
    return ((const jf_stake *)item)->owner == *(const uint32_t *)key;
}

/* Is a to go before b? Smallest spend/n first: a.spend / a.units < b.spend / b.units. */
static bool before(const jf_stake *a, const jf_stake *b)
{
    jf_i128 left = (jf_i128)a->spend * b->units, right = (jf_i128)b->spend * a->units;
    if (left != right)
        return left < right;
    int order = jf_str_cmp(a->member, b->member);
    return order ? order < 0 : jf_str_cmp(a->order, b->order) < 0;
}

static void place(jf_stake **heap, uint32_t at, jf_stake *stake)
{
    heap[at] = stake;
    stake->at = at + 1;
}

static void sift_up(jf_stake **heap, uint32_t at)
{
    jf_stake *stake = heap[at];
    for (uint32_t parent; at > 0 && before(stake, heap[parent = (at - 1) / 2]); at = parent)
        place(heap, at, heap[parent]);
    place(heap, at, stake);
}

static void sift_down(jf_stake **heap, uint32_t at, uint32_t count)
{
    jf_stake *stake = heap[at];
    for (uint32_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && before(heap[child + 1], heap[child]))
            child++;
        if (!before(heap[child], stake))
            break;
        place(heap, at, heap[child]);
    }
    place(heap, at, stake);
}

static void heap_reserve(jf_world *w, jf_exit_scope scope)
{
    if (w->queue_count[scope] < w->queue_room[scope])
        return;
    uint32_t room = w->queue_room[scope] ? 2 * w->queue_room[scope] : 256;
    jf_stake **wider = JF_NEW_ARRAY(&w->config, jf_stake *, room);
    if (w->queue_count[scope])
        memcpy(wider, w->queues[scope], sizeof *wider * w->queue_count[scope]);
    w->queues[scope] = wider;
    w->queue_room[scope] = room;
}

static void heap_remove(jf_world *w, jf_exit_scope scope, jf_stake *stake)
{
    jf_stake **heap = w->queues[scope];
    uint32_t at = stake->at - 1;
    JF_ASSERT(stake->at > 0 && heap[at] == stake);
    uint32_t last = --w->queue_count[scope];
    stake->at = 0;
    if (at == last)
        return;
    place(heap, at, heap[last]);
    sift_down(heap, at, last);
    sift_up(heap, heap[at]->at - 1);
}

/* The stake's figures changed: it enters, leaves or moves in its queue. */
static void requeue(jf_world *w, jf_exit_scope scope, jf_stake *stake)
{
    JF_ASSERT(stake->units >= 0 && stake->spend >= 0);
    if (stake->units == 0) {
        if (stake->at)
            heap_remove(w, scope, stake);
        return;
    }
    if (!stake->at) {
        heap_reserve(w, scope);
        place(w->queues[scope], w->queue_count[scope]++, stake);
    }
    uint32_t at = stake->at - 1;
    sift_down(w->queues[scope], at, w->queue_count[scope]);
    sift_up(w->queues[scope], stake->at - 1);
}

jf_stake *jf_stake_first(const jf_world *w, jf_exit_scope scope)
{
    return w->queue_count[scope] ? w->queues[scope][0] : NULL;
}

jf_stake *jf_stake_of(const jf_world *w, uint32_t owner)
{
    return jf_map_find(&w->stakes, jf_map_mix(owner), stake_is, &owner);
}

static jf_stake *stake_open(jf_world *w, const jf_lot *lot)
{
    jf_stake *stake = jf_stake_of(w, lot->owner);
    if (stake)
        return stake;
    stake = JF_NEW(&w->config, jf_stake);
    stake->owner = lot->owner;
    stake->member = lot->member_id;
    jf_map_put(&w->stakes, jf_map_mix(lot->owner), stake);
    return stake;
}

static void link_lot(jf_stake *stake, jf_lot *lot)
{
    jf_lot **at = &stake->lot;
    while (*at && (*at)->since < lot->since)
        at = &(*at)->next;
    lot->next = *at;
    *at = lot;
    lot->member = stake;
    lot->counted_units = lot->counted_spend = 0;
}

static void unlink_lot(jf_lot *lot)
{
    jf_lot **at = &lot->member->lot;
    while (*at != lot)
        at = &(*at)->next;
    *at = lot->next;
    lot->member = NULL;
    lot->next = NULL;
}

static void count(jf_world *w, jf_lot *lot, int64_t units, int64_t spend)
{
    jf_stake *stake = lot->member;
    stake->units += units - lot->counted_units;
    stake->spend += spend - lot->counted_spend;
    lot->counted_units = units;
    lot->counted_spend = spend;
    requeue(w, JF_EXIT_MEMBER, stake);
}

void jf_stake_moved(jf_world *w, jf_lot *lot)
{
    bool counts = lot->row.exists && lot->units.v > 0;
    if (counts && !lot->member)
        link_lot(stake_open(w, lot), lot);
    if (lot->member)
        count(w, lot, counts ? lot->units.v : 0, counts ? lot->spend.v : 0);
    if (!counts && lot->member)
        unlink_lot(lot);
    if (!lot->alone) {
        lot->alone = JF_NEW(&w->config, jf_stake);
        lot->alone->lot = lot;
    }
    lot->alone->owner = lot->owner;
    lot->alone->member = lot->member_id;
    lot->alone->order = lot->order_id;
    lot->alone->units = counts ? lot->units.v : 0;
    lot->alone->spend = counts ? lot->spend.v : 0;
    requeue(w, JF_EXIT_LOT, lot->alone);
}
