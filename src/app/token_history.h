/*
 * The appreciation pool day by day: what stood at the end of each business day.
 */
#ifndef JF_APP_TOKEN_HISTORY_H
#define JF_APP_TOKEN_HISTORY_H

#include "store/store.h"

#define JF_HISTORY_DAYS 90
#define JF_HISTORY_DAYS_MAX 400

/*
 * Appends {rows:[{day,price,pool,units,journal}]}: the last `days` business days up to the open
 * one (0: JF_HISTORY_DAYS), the oldest first; price is per unit, floored to six decimals, and
 * journal the last that moved it. A day on which the pool did not move has no row. Each day costs
 * a search by number and a bounded look backwards, whatever the size of the books.
 */
jf_store_result jf_token_history(jf_store *store, uint64_t days, jf_buf *out,
                                 jf_store_error *error);

#endif
