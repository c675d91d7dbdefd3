/*
 * What a member or a shop may look forward to: the pools that concern it, with
 * their next closes, both projections and its own points by cohort; and what
 * is on hold, by the day on which it takes effect.
 *
 * On hold: orders are found by walking back over the accounts that hold it,
 * until they explain every balance, or for JF_OUTLOOK_WALK journals. What is
 * older than that is one amount for each account on the open day, the soonest
 * that it can take effect; so the rows always sum up to what is on hold.
 */
#ifndef JF_APP_OUTLOOK_H
#define JF_APP_OUTLOOK_H

#include "store/store.h"

#define JF_OUTLOOK_WALK 2000

/*
 * {"open_day","pools":[{"pool","period","matured","next_close","growth","disclosure",
 * "cohorts":[{"cohort","points","credited","released","cap","finished","ahead"}]}],
 * "pending":[{"day","account","unit","amount"}]}. JF_STORE_NONE: there is no such party.
 */
jf_store_result jf_outlook(jf_store *store, jf_party_kind kind, jf_str id, jf_buf *out,
                           jf_store_error *error);

#endif
