/*
 * The sandbox: a payment channel that moves no money, for trying things out and
 * for tests. It keeps books of its own, as a real channel does, and plays the
 * payer too: who pays, fails, or pays after it was closed (which real channels
 * let happen, when closing and paying cross on the way). It can be told to lie in its
 * bill, so that it can be seen what a difference looks like.
 */
#ifndef JF_PAY_SANDBOX_H
#define JF_PAY_SANDBOX_H

#include "app/channel.h"
#include "app/writer.h"
#include "store/desk.h"

/* Its books lie on the desk, which stays the caller's. */
jf_channel *jf_sandbox_new(jf_desk *desk, jf_clock_fn clock);

#endif
