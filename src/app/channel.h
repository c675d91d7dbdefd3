/*
 * Payment channels behind one interface: what takes money from payers and gives
 * it back (spec section 13). The sandbox is one (pay/sandbox.h).
 *
 * A channel is asked, never believed: a notification only says that it is time
 * to ask. Every call may be made again with the same ids and does nothing twice.
 * Calls may take seconds and are made from any thread.
 */
#ifndef JF_APP_CHANNEL_H
#define JF_APP_CHANNEL_H

#include "base/day.h"
#include "base/str.h"
#include "store/desk.h"

typedef enum jf_channel_state {
    JF_CHANNEL_PENDING, /* the payer may still pay */
    JF_CHANNEL_PAID,
    JF_CHANNEL_FAILED, /* and cannot be paid any more */
    JF_CHANNEL_CLOSED, /* the same, because we closed it */
} jf_channel_state;

/* What the payer does, where we play the payer. All but failing is paying, also late. */
typedef enum jf_play {
    JF_PLAY_PAID,
    JF_PLAY_FAILED,
    JF_PLAY_UNBILLED,  /* and the bill will not have it */
    JF_PLAY_MISBILLED, /* and the bill will say one fen more */
    JF_PLAY_STRAY,     /* and the bill will have another one that nobody asked for */
    JF_PLAYS
} jf_play;

typedef struct jf_channel jf_channel;

typedef struct jf_channel_ops {
    const char *name;
    /* Ask for an amount (fen) under this id, until a time. */
    jf_store_result (*open)(jf_channel *channel, jf_str id, int64_t amount, jf_instant until,
                            jf_store_error *error);
    /* NONE: it was never opened. */
    jf_store_result (*query)(jf_channel *channel, jf_str id, jf_channel_state *state,
                             jf_store_error *error);
    /* Nobody can pay it any more, unless it was paid before: *state says which. */
    jf_store_result (*close)(jf_channel *channel, jf_str id, jf_channel_state *state,
                             jf_store_error *error);
    /* Give back; NONE when more would be given back than was paid. */
    jf_store_result (*refund)(jf_channel *channel, jf_str id, jf_str refund, int64_t amount,
                              jf_store_error *error);
    /* What was paid and given back from a time on, before another, as the channel has it. */
    jf_store_result (*bill)(jf_channel *channel, jf_instant from, jf_instant to,
                            bool (*fn)(void *context, const jf_desk_money *row), void *context,
                            jf_store_error *error);
    /* The payer's part, where we play it. NULL for real channels. */
    jf_store_result (*play)(jf_channel *channel, jf_str id, jf_play play, jf_store_error *error);
    void (*free)(jf_channel *channel);
} jf_channel_ops;

struct jf_channel {
    const jf_channel_ops *ops;
};

#endif
