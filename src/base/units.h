/*
 * One C type per unit, so that points cannot be added to vouchers; and exact
 * decimal text for each (spec section 1). Ratios are integers in ppm.
 */
#ifndef JF_BASE_UNITS_H
#define JF_BASE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arith.h"
#include "base/str.h"

typedef enum jf_unit {
#define JF_UNIT(NAME, name, wire, decimals, en, zh) JF_UNIT_##NAME,
#include "base/units.def"
#undef JF_UNIT
    JF_UNIT_COUNT
} jf_unit;

/* jf_cny, jf_point, jf_voucher, ...: smallest steps of the unit in v. */
#define JF_UNIT(NAME, name, wire, decimals, en, zh)                                                \
    typedef struct jf_##name {                                                                     \
        int64_t v;                                                                                 \
    } jf_##name;                                                                                   \
    static inline bool jf_##name##_add(jf_##name a, jf_##name b, jf_##name *out)                   \
    {                                                                                              \
        return jf_add(a.v, b.v, &out->v);                                                          \
    }                                                                                              \
    static inline bool jf_##name##_sub(jf_##name a, jf_##name b, jf_##name *out)                   \
    {                                                                                              \
        return jf_sub(a.v, b.v, &out->v);                                                          \
    }
#include "base/units.def"
#undef JF_UNIT

/* A ratio in parts per million: 0.2 is 200000. */
typedef struct jf_ppm {
    int64_t v;
} jf_ppm;

#define JF_PPM_ONE 1000000

const char *jf_unit_wire(jf_unit unit);
int jf_unit_decimals(jf_unit unit);

/* floor(amount * ratio), in the amount's own unit. */
bool jf_ratio_of(int64_t amount, jf_ppm ratio, int64_t *out);

typedef enum jf_decimal_result {
    JF_DECIMAL_OK,
    JF_DECIMAL_SYNTAX,   /* not 0|[1-9][0-9]* with an optional fraction */
    JF_DECIMAL_PRECISE,  /* more decimals than the unit has */
    JF_DECIMAL_OVERFLOW, /* does not fit 64 bits */
} jf_decimal_result;

/*
 * Read "12.3" as 1230 for decimals 2. No sign, no exponent, no leading zeros,
 * digits on both sides of the point. Spec sections 1 and 18 (1, 17).
 */
jf_decimal_result jf_decimal_parse(jf_str text, int decimals, int64_t *out);

/* The same with an optional leading '-' (growth_floor may be negative). */
jf_decimal_result jf_decimal_parse_signed(jf_str text, int decimals, int64_t *out);

/* "-12.30": always all the decimals. */
void jf_decimal_print(jf_buf *out, int64_t value, int decimals);

#endif
