/*
 * The channel that pretends (sandbox.h).
 */
#include "pay/sandbox.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/check.h"

typedef struct sandbox {
    jf_channel base;
    jf_desk *desk;
    jf_clock_fn clock;
} sandbox;

#define BIT(state) (1u << (state))

static jf_instant now_of(jf_channel *channel)
{
    return ((sandbox *)(void *)channel)->clock();
}

static jf_desk *desk_of(jf_channel *channel)
{
    return ((sandbox *)(void *)channel)->desk;
}

/* A second time with the same amount is the first time again. */
static jf_store_result sandbox_open(jf_channel *channel, jf_str id, int64_t amount,
                                    jf_instant until, jf_store_error *error)
{
    jf_desk_charge charge = {0};
    (void)until; /* whoever opened it closes it */
    jf_store_result result = jf_desk_charge_open(desk_of(channel), id, amount, error);
    if (result != JF_STORE_NONE)
        return result;
    result = jf_desk_charge_find(desk_of(channel), id, &charge, error);
    return result == JF_STORE_OK && charge.amount == amount ? JF_STORE_OK : JF_STORE_FAILED;
}

static jf_store_result sandbox_query(jf_channel *channel, jf_str id, jf_channel_state *state,
                                     jf_store_error *error)
{
    jf_desk_charge charge;
    jf_store_result result = jf_desk_charge_find(desk_of(channel), id, &charge, error);
    if (result == JF_STORE_OK)
        *state = (jf_channel_state)charge.state;
    return result;
}

static jf_store_result sandbox_close(jf_channel *channel, jf_str id, jf_channel_state *state,
                                     jf_store_error *error)
{
    const jf_charge_move closed = {.from = BIT(JF_CHANNEL_PENDING), .to = JF_CHANNEL_CLOSED};
    jf_store_result result = jf_desk_charge_move(desk_of(channel), id, &closed, error);
    return result == JF_STORE_FAILED ? result : sandbox_query(channel, id, state, error);
}

static jf_store_result sandbox_refund(jf_channel *channel, jf_str id, jf_str refund, int64_t amount,
                                      jf_store_error *error)
{
    return jf_desk_charge_refund(desk_of(channel), id, refund, amount, now_of(channel), error);
}

/* Paying works late too; failing only while it is open. */
static jf_store_result sandbox_play(jf_channel *channel, jf_str id, jf_play play,
                                    jf_store_error *error)
{
    static const jf_charge_lie lies[JF_PLAYS] = {[JF_PLAY_UNBILLED] = JF_LIE_UNBILLED,
                                                 [JF_PLAY_MISBILLED] = JF_LIE_MISBILLED,
                                                 [JF_PLAY_STRAY] = JF_LIE_STRAY};
    bool pays = play != JF_PLAY_FAILED;
    JF_ASSERT(play < JF_PLAYS);
    const jf_charge_move move = {.from =
                                     BIT(JF_CHANNEL_PENDING) | (pays ? BIT(JF_CHANNEL_CLOSED) : 0),
                                 .to = pays ? JF_CHANNEL_PAID : JF_CHANNEL_FAILED,
                                 .paid = pays ? now_of(channel) : (jf_instant){0},
                                 .lie = lies[play]};
    return jf_desk_charge_move(desk_of(channel), id, &move, error);
}

static jf_store_result sandbox_bill(jf_channel *channel, jf_instant from, jf_instant to,
                                    bool (*fn)(void *context, const jf_desk_money *row),
                                    void *context, jf_store_error *error)
{
    return jf_desk_bill_scan(desk_of(channel), from, to, fn, context, error);
}

static void sandbox_free(jf_channel *channel)
{
    free(channel);
}

jf_channel *jf_sandbox_new(jf_desk *desk, jf_clock_fn clock)
{
    static const jf_channel_ops ops = {
        .name = "sandbox",
        .open = sandbox_open,
        .query = sandbox_query,
        .close = sandbox_close,
        .refund = sandbox_refund,
        .bill = sandbox_bill,
        .play = sandbox_play,
        .free = sandbox_free,
    };
    sandbox *s = jf_alloc_zero(1, sizeof *s);
    JF_ASSERT(desk != NULL);
    s->base.ops = &ops;
    s->desk = desk;
    s->clock = clock;
    return &s->base;
}
