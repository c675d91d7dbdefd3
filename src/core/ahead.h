/*
 * Looking ahead: what orders to come will read is on its way into the
 * processor's cache while those before them are decided.
 *
 * With a million members nearly every row that an order goes to comes from
 * memory, one after the other: the id leads to the party, the party to its
 * accounts and its stake, the stake to the last lot and a place in the queue.
 * Each of these steps is taken for one order while another is decided, so
 * nobody waits for it. It is a hint: nothing changes but the time, and a wrong
 * guess costs a line of the cache.
 */
#ifndef JF_CORE_AHEAD_H
#define JF_CORE_AHEAD_H

#include "core/stake.h"

#define JF_AHEAD 5 /* commands named before their turn, a step each */

/* An order to come, and how far its rows are known. */
typedef struct jf_expected {
    uint64_t member; /* hash of the buyer's id; 0: nothing is known of this command */
    const jf_party *party;
    const jf_account *account;
    const jf_stake *stake;
} jf_expected;

typedef struct jf_ahead {
    jf_expected ring[JF_AHEAD];
    uint32_t newest;
} jf_ahead;

/*
 * Another command will follow, JF_AHEAD - 1 after the next to be decided. Forget everything
 * (zero the struct) when the working set is emptied.
 */
void jf_ahead_expect(jf_ahead *ahead, const jf_world *w, const jf_command *command);

#endif
