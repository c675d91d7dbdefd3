/*
 * The cashier takes payments through: from a channel's money to an order in the
 * books, or back to the payer (spec section 13).
 *
 *   pending ─ paid ─ done              the channel has the money, the order is paid
 *      │        └─ returning ─ returned   the rules refuse the order now
 *      ├─ returning …                  somebody else has paid the same charge meanwhile
 *      ├─ failed                       the payer could not
 *      └─ closed ─ returning …         nobody paid in time; money that comes late goes back
 *
 * Whoever thinks that something has happened to a payment asks for a look at it;
 * the channel is asked, never the message believed. A look may be repeated by
 * anybody at any time, so notifications that come twice, late or never do no
 * harm: what is due is looked at every second besides, and at the start.
 *
 * Order and payment have one id, and the order's time is when we learned of the
 * money, so an order is paid once, whatever dies in between.
 */
#ifndef JF_APP_CASHIER_H
#define JF_APP_CASHIER_H

#include "app/channel.h"
#include "app/writer.h"
#include "store/desk.h"

typedef struct jf_cashier jf_cashier;

typedef struct jf_cashier_options {
    jf_desk *desk;       /* stays the caller's, like the two below */
    jf_writer *writer;   /* open until the cashier is closed */
    jf_channel *channel; /* NULL: only what needs no cash can be paid */
    jf_clock_fn clock;
} jf_cashier_options;

#define JF_PAYMENT_MINUTES 5 /* to pay in */

jf_store_result jf_cashier_open(jf_cashier **out, const jf_cashier_options *options,
                                jf_store_error *error);

/*
 * A new payment, asked of the channel: amounts, parties and the id are filled
 * in by the caller, the rest here. NONE: the id was used, *payment is what for.
 * Any thread but the writer's; takes as long as the channel does.
 */
jf_store_result jf_cashier_start(jf_cashier *cashier, jf_arena *arena, jf_desk_payment *payment,
                                 jf_store_error *error);

/*
 * Take it as far as it goes now; *payment is where it stands then. NONE: there
 * is no such payment. Any thread but the writer's.
 */
jf_store_result jf_cashier_look(jf_cashier *cashier, jf_arena *arena, jf_str id,
                                jf_desk_payment *payment, jf_store_error *error);

/*
 * Refund an order that was paid through the channel: id, payment and command
 * are filled in. The refund is kept first, then the books are asked, then the
 * cash goes back, each again until it is done. *answer is what the books said.
 * Any thread but the writer's.
 */
jf_store_result jf_cashier_refund(jf_cashier *cashier, jf_arena *arena, const jf_desk_back *back,
                                  jf_str *answer, jf_store_error *error);

/* The channel, for whoever plays the payer; NULL without one. */
jf_channel *jf_cashier_channel(const jf_cashier *cashier);

void jf_cashier_close(jf_cashier *cashier);

#endif
