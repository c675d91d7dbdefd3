/*
 * Two binary heaps of stakes, kept in step with the lots.
 */
#include "core/stake.h"

#include "base/check.h"

/* Is a to go before b? Smallest spend/n first: a.spend / a.units < b.spend / b.units. */
static bool before(const jf_queued *a, const jf_queued *b)
{
    jf_i128 left = (jf_i128)a->spend * b->units, right = (jf_i128)b->spend * a->units;
    if (left != right)
        return left < right;
    int order = jf_str_cmp(a->stake->member, b->stake->member);
    return order ? order < 0 : jf_str_cmp(a->stake->order, b->stake->order) < 0;
}

static void place(jf_queue *queue, uint32_t at, jf_queued entry)
{
    queue->heap[at] = entry;
    entry.stake->at = at + 1;
}

static void sift_up(jf_queue *queue, uint32_t at)
{
    jf_queued entry = queue->heap[at], *heap = queue->heap;
    for (uint32_t parent; at > 0 && before(&entry, &heap[parent = (at - 1) / 2]); at = parent)
        place(queue, at, heap[parent]);
    place(queue, at, entry);
}

static void sift_down(jf_queue *queue, uint32_t at)
{
    jf_queued entry = queue->heap[at], *heap = queue->heap;
    for (uint32_t child; (child = 2 * at + 1) < queue->count; at = child) {
        if (child + 1 < queue->count && before(&heap[child + 1], &heap[child]))
            child++;
        if (!before(&heap[child], &entry))
            break;
        place(queue, at, heap[child]);
    }
    place(queue, at, entry);
}

static void queue_reserve(jf_world *w, jf_queue *queue)
{
    queue->heap = jf_arena_room(&w->config, queue->heap, queue->count, &queue->room,
                                sizeof *queue->heap, 256);
}

static void queue_remove(jf_queue *queue, jf_stake *stake)
{
    uint32_t at = stake->at - 1;
    JF_ASSERT(stake->at > 0 && queue->heap[at].stake == stake);
    jf_queued last = queue->heap[--queue->count];
    stake->at = 0;
    if (last.stake == stake)
        return;
    place(queue, at, last);
    sift_down(queue, at);
    sift_up(queue, last.stake->at - 1);
}

/* The stake's figures changed: it enters, leaves or moves in its queue. */
static void requeue(jf_world *w, jf_exit_scope scope, jf_stake *stake)
{
    jf_queue *queue = &w->queues[scope];
    JF_ASSERT(stake->units >= 0 && stake->spend >= 0);
    if (stake->units == 0) {
        if (stake->at)
            queue_remove(queue, stake);
        return;
    }
    if (!stake->at) {
        queue_reserve(w, queue);
        stake->at = ++queue->count;
    }
    place(queue, stake->at - 1, (jf_queued){stake->spend, stake->units, stake});
    sift_down(queue, stake->at - 1);
    sift_up(queue, stake->at - 1);
}

jf_stake *jf_stake_of(const jf_world *w, uint32_t owner)
{
    return jf_dense_find(&w->stakes, owner);
}

static jf_stake *stake_open(jf_world *w, const jf_lot *lot)
{
    jf_stake *stake = jf_stake_of(w, lot->owner);
    if (stake)
        return stake;
    stake = JF_NEW(&w->config, jf_stake);
    stake->owner = lot->owner;
    stake->member = lot->member_id;
    jf_dense_put(&w->stakes, lot->owner, stake);
    return stake;
}

/* Behind the last that was minted no later: most often behind the last of all. */
static void link_lot(jf_stake *stake, jf_lot *lot)
{
    jf_lot *before = stake->last;
    while (before && before->since > lot->since)
        before = before->place.before;
    lot->place.before = before;
    lot->place.next = before ? before->place.next : stake->lot;
    *(before ? &before->place.next : &stake->lot) = lot;
    *(lot->place.next ? &lot->place.next->place.before : &stake->last) = lot;
    lot->place.member = stake;
    lot->place.units = lot->place.spend = 0;
}

static void unlink_lot(jf_lot *lot)
{
    jf_stake *stake = lot->place.member;
    JF_ASSERT(lot->place.before ? lot->place.before->place.next == lot : stake->lot == lot);
    *(lot->place.before ? &lot->place.before->place.next : &stake->lot) = lot->place.next;
    *(lot->place.next ? &lot->place.next->place.before : &stake->last) = lot->place.before;
    lot->place.member = NULL;
    lot->place.next = lot->place.before = NULL;
}

static void count(jf_world *w, jf_lot *lot, int64_t units, int64_t spend)
{
    jf_stake *stake = lot->place.member;
    stake->units += units - lot->place.units;
    stake->spend += spend - lot->place.spend;
    lot->place.units = units;
    lot->place.spend = spend;
    requeue(w, JF_EXIT_MEMBER, stake);
}

/* The lot's own stake follows it, in the queue of lots. */
static void lot_moved(jf_world *w, jf_lot *lot, int64_t units, int64_t spend)
{
    if (!lot->place.alone) {
        if (units == 0)
            return;
        lot->place.alone = JF_NEW(&w->config, jf_stake);
        lot->place.alone->lot = lot;
    }
    lot->place.alone->owner = lot->owner;
    lot->place.alone->member = lot->member_id;
    lot->place.alone->order = lot->order_id;
    lot->place.alone->units = units;
    lot->place.alone->spend = spend;
    requeue(w, JF_EXIT_LOT, lot->place.alone);
}

static bool counts(const jf_lot *lot)
{
    return lot->row.exists && lot->units.v > 0;
}

void jf_stake_moved(jf_world *w, jf_lot *lot)
{
    int64_t units = counts(lot) ? lot->units.v : 0, spend = counts(lot) ? lot->spend.v : 0;
    if (units > 0 && !lot->place.member)
        link_lot(stake_open(w, lot), lot);
    if (lot->place.member)
        count(w, lot, units, spend);
    if (units == 0 && lot->place.member)
        unlink_lot(lot);
    if (w->lots_queued)
        lot_moved(w, lot, units, spend);
}

static void queue_lots(jf_world *w)
{
    jf_lot *lot;
    JF_ASSERT(!w->lots_queued && w->queues[JF_EXIT_LOT].count == 0);
    w->lots_queued = true;
    for (uint64_t at = 0; (lot = jf_map_next(&w->lots, &at)) != NULL;)
        if (counts(lot))
            lot_moved(w, lot, lot->units.v, lot->spend.v);
}

jf_stake *jf_stake_first(jf_world *w, jf_exit_scope scope)
{
    if (scope == JF_EXIT_LOT && !w->lots_queued)
        queue_lots(w);
    return w->queues[scope].count ? w->queues[scope].heap[0].stake : NULL;
}
