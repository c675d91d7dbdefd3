/*
 * A step for each expected order, every time one more is named (ahead.h).
 *
 * A step reads only what the step before has asked for.
 */
#include "core/ahead.h"

#include "base/check.h"
#include "base/prefetch.h"

/* Where an account is sought; and the next account of the same party. */
static void account_ahead(const jf_world *w, jf_expected *e)
{
    if (!e->account)
        return;
    jf_world_account_ahead(w, e->account->owner, e->account->slot);
    e->account = e->account->next;
    jf_prefetch(e->account);
}

/* The lot that the next is linked to, the place in the queue, and who may change places with it. */
static void stake_ahead(const jf_world *w, const jf_stake *stake)
{
    const jf_queue *queue = &w->queues[JF_EXIT_MEMBER];
    if (stake->last) {
        jf_prefetch(&stake->last->since);
        jf_prefetch(&stake->last->place);
    }
    if (stake->at == 0)
        return;
    uint32_t at = stake->at - 1, child = 2 * at + 1;
    JF_ASSERT(at < queue->count);
    jf_prefetch(&queue->heap[at]);
    jf_prefetch(&queue->heap[at > 0 ? (at - 1) / 2 : 0]);
    if (child < queue->count)
        jf_prefetch(&queue->heap[child]);
}

static void party_found(const jf_world *w, jf_expected *e)
{
    e->party = jf_world_party_likely(w, e->member);
    if (!e->party)
        return;
    jf_prefetch(e->party);
    jf_prefetch(&e->party->referrer);
}

static void party_read(const jf_world *w, jf_expected *e)
{
    jf_prefetch(e->party->id.p);
    jf_world_party_no_ahead(w, e->party->no);
    e->account = e->party->accounts;
    jf_prefetch(e->account);
}

static void step(const jf_world *w, jf_expected *e, uint32_t at)
{
    if (at == 1 && e->member)
        party_found(w, e);
    if (at == 1 || !e->party || !e->party->row.exists)
        return;
    if (at == 2) {
        party_read(w, e);
        return;
    }
    account_ahead(w, e);
    if (at == 3) {
        e->stake = jf_stake_of(w, e->party->no);
        jf_prefetch(e->stake);
    } else if (e->stake) {
        stake_ahead(w, e->stake);
    }
}

void jf_ahead_expect(jf_ahead *ahead, const jf_world *w, const jf_command *command)
{
    JF_ASSERT(ahead->newest < JF_AHEAD);
    for (uint32_t at = 1; at < JF_AHEAD; at++)
        step(w, &ahead->ring[(ahead->newest + JF_AHEAD + 1 - at) % JF_AHEAD], at);
    ahead->newest = (ahead->newest + 1) % JF_AHEAD;
    ahead->ring[ahead->newest] = (jf_expected){0};
    if (command->kind != JF_CMD_ORDER_PAY || command->u.order_pay.member.n == 0)
        return;
    ahead->ring[ahead->newest].member = jf_world_member_ahead(w, command->u.order_pay.member);
    jf_world_lot_ahead(w, w->state.journals + JF_AHEAD); /* if those between make a journal each */
}
