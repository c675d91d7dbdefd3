/*
 * Closing business days (spec section 2): pending parts mature, pools are
 * checked, debtors are credited, the open day moves on.
 */
#ifndef JF_CORE_DAY_CLOSE_H
#define JF_CORE_DAY_CLOSE_H

#include "core/step.h"

/* Close every day before `until`, in order. `report`: a list of {day, closes} is written to it. */
void jf_days_close(jf_step *s, jf_day until, jf_jw *report);

#endif
