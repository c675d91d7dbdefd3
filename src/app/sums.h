/*
 * Arithmetic written out for people: "1000.00 × 0.3 % = 3.00".
 *
 * Each function appends an expression to the text and returns its exact result,
 * so that what is shown and what is compared can not differ. Amounts have two
 * decimals; a floor that cuts something off is written ⌊ ⌋. What does not fit 64
 * bits comes out as 0: figures of damaged books, which then match nothing.
 */
#ifndef JF_APP_SUMS_H
#define JF_APP_SUMS_H

#include "base/str.h"
#include "base/units.h"

/* ⌊value · part / whole⌋ without text; 0 when whole is 0 or it does not fit. */
int64_t jf_sum_part(int64_t value, int64_t part, int64_t whole);

int64_t jf_sum_difference(jf_buf *out, int64_t from, int64_t less);
int64_t jf_sum_total(jf_buf *out, int64_t a, int64_t b);
int64_t jf_sum_list(jf_buf *out, const int64_t *values, uint32_t count);
int64_t jf_sum_ratio(jf_buf *out, int64_t base, jf_ppm ratio);         /* base × ratio, in % */
int64_t jf_sum_quotient(jf_buf *out, int64_t a, int64_t b, int64_t d); /* a × b / d */

/* An amount of a unit, for sums that mix units. */
typedef struct jf_figure {
    int64_t v;
    int decimals;
} jf_figure;

/*
 * a × b / d, the steps of the result being those of the figures: a unit's
 * decimals cancel out. Floored, or with `up` the ceiling, written ⌈ ⌉.
 */
int64_t jf_sum_scaled(jf_buf *out, jf_figure a, jf_figure b, jf_figure d, int decimals, bool up);
int64_t jf_sum_less(jf_buf *out, int64_t from, int64_t less, int decimals);
int64_t jf_sum_ratio_up(jf_buf *out, int64_t base, jf_ppm ratio); /* ⌈base × ratio⌉, in % */

/* "⌊112.00 / 1.000000⌋ = 112.000000": units that CNY buy at a price in millionths. */
int64_t jf_sum_units(jf_buf *out, int64_t money, int64_t price);

/* "⌈100.00 × 0.0173⌉ = 1.74": the entitlement that a refund leaves, rounded up. */
int64_t jf_sum_index_up(jf_buf *out, int64_t points, int64_t index);

/* "; × 2/3 → 0.67" behind a sum: a share by weight, as the largest remainders paid it. */
void jf_sum_weight(jf_buf *out, int64_t mine, int64_t all, int64_t paid);

/* "200.00 × 0.01735 = 3.47; ": points by index (times 10^12), before a difference. */
void jf_sum_index(jf_buf *out, int64_t points, int64_t index, int64_t result);

#endif
