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
#include "store/store.h"

typedef enum jf_channel_state {
    JF_CHANNEL_PENDING, /* the payer may still pay */
    JF_CHANNEL_PAID,
    JF_CHANNEL_FAILED, /* and cannot be paid any more */
    JF_CHANNEL_CLOSED, /* the same, because we closed it */
} jf_channel_state;

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
    /* The payer's part, where we play it: pays or fails, also late. NULL for real channels. */
    jf_store_result (*play)(jf_channel *channel, jf_str id, bool pays, jf_store_error *error);
    void (*free)(jf_channel *channel);
} jf_channel_ops;

struct jf_channel {
    const jf_channel_ops *ops;
};

#endif
