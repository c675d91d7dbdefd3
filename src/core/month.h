/*
 * The end of a month (spec sections 2 and 9): the programs of rewards.def that
 * have something to do then, each in a journal of its own.
 */
#ifndef JF_CORE_MONTH_H
#define JF_CORE_MONTH_H

#include "core/step.h"

/* On the last day of a month, after the pools: pays every program of the policy in force. */
void jf_month_close(jf_step *s);

/* Does the closing of the days before `until` end a month? Then everybody listed is needed. */
bool jf_month_within(jf_day from, jf_day until);

#endif
