/*
 * Names of the units and their exact decimal text (see units.h; spec section 1).
 *
 * Reading goes in two passes: the shape first, so that a text that is no
 * number is always called that; then the value, with every step checked.
 */
#include "base/units.h"

#include "base/check.h"

#define DECIMALS_MAX 18 /* 10^18 is the largest power of ten in 64 bits */

static const char *const unit_wires[JF_UNIT_COUNT] = {
#define JF_UNIT(NAME, name, wire, decimals, en, zh) [JF_UNIT_##NAME] = wire,
#include "base/units.def"
#undef JF_UNIT
};

static const int unit_decimals[JF_UNIT_COUNT] = {
#define JF_UNIT(NAME, name, wire, decimals, en, zh) [JF_UNIT_##NAME] = decimals,
#include "base/units.def"
#undef JF_UNIT
};

const char *jf_unit_wire(jf_unit unit)
{
    JF_ASSERT((unsigned)unit < JF_UNIT_COUNT);
    return unit_wires[unit];
}

int jf_unit_decimals(jf_unit unit)
{
    JF_ASSERT((unsigned)unit < JF_UNIT_COUNT);
    return unit_decimals[unit];
}

bool jf_ratio_of(int64_t amount, jf_ppm ratio, int64_t *out)
{
    return jf_mul_div(amount, ratio.v, JF_PPM_ONE, out);
}

static uint32_t decimal_digits_from(jf_str text, uint32_t at)
{
    uint32_t end = at;
    while (end < text.n && text.p[end] >= '0' && text.p[end] <= '9') {
        end++;
    }
    return end - at;
}

/* Checks 0|[1-9][0-9]* with an optional fraction; how many digits stand on each side. */
static bool decimal_shape(jf_str text, uint32_t *whole, uint32_t *fraction)
{
    *whole = decimal_digits_from(text, 0);
    *fraction = 0;
    if (*whole == 0 || (*whole > 1 && text.p[0] == '0')) {
        return false;
    }
    if (*whole == text.n) {
        return true;
    }
    if (text.p[*whole] != '.') {
        return false;
    }
    *fraction = decimal_digits_from(text, *whole + 1);
    return *fraction > 0 && *whole + 1 + *fraction == text.n;
}

/* The value without its sign, at most `limit`. */
static jf_decimal_result decimal_magnitude(jf_str text, int decimals, uint64_t limit, uint64_t *out)
{
    JF_ASSERT(decimals >= 0 && decimals <= DECIMALS_MAX);
    uint32_t whole, fraction;
    if (!decimal_shape(text, &whole, &fraction)) {
        return JF_DECIMAL_SYNTAX;
    }
    if (fraction > (uint32_t)decimals) {
        return JF_DECIMAL_PRECISE;
    }
    JF_ASSERT(limit <= (uint64_t)INT64_MAX + 1);
    uint64_t value = 0;
    uint64_t places = (uint64_t)whole + (uint64_t)decimals;
    for (uint64_t i = 0; i < places; i++) {
        uint64_t at = i < whole ? i : i + 1; /* the point is stepped over */
        unsigned digit = at < text.n ? (unsigned)(text.p[at] - '0') : 0;
        JF_ASSERT(digit <= 9);
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, digit, &value) || value > limit) {
            return JF_DECIMAL_OVERFLOW;
        }
    }
    *out = value;
    return JF_DECIMAL_OK;
}

jf_decimal_result jf_decimal_parse(jf_str text, int decimals, int64_t *out)
{
    uint64_t value;
    jf_decimal_result result = decimal_magnitude(text, decimals, INT64_MAX, &value);
    if (result == JF_DECIMAL_OK) {
        *out = (int64_t)value;
    }
    return result;
}

jf_decimal_result jf_decimal_parse_signed(jf_str text, int decimals, int64_t *out)
{
    if (text.n == 0 || text.p[0] != '-') {
        return jf_decimal_parse(text, decimals, out);
    }
    jf_str rest = {text.p + 1, text.n - 1};
    uint64_t value;
    uint64_t limit = (uint64_t)INT64_MAX + 1; /* there is one more below zero */
    jf_decimal_result result = decimal_magnitude(rest, decimals, limit, &value);
    if (result == JF_DECIMAL_OK) {
        *out = (int64_t)(0 - value);
    }
    return result;
}

void jf_decimal_print(jf_buf *out, int64_t value, int decimals)
{
    JF_ASSERT(decimals >= 0 && decimals <= DECIMALS_MAX);
    char text[24]; /* a sign, 19 digits and a point, or "-0." and 18 digits */
    char *end = text + sizeof text;
    char *p = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    for (int i = 0; i < decimals; i++) {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (decimals > 0) {
        *--p = '.';
    }
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *--p = '-';
    }
    JF_ASSERT(p >= text);
    jf_buf_bytes(out, p, (size_t)(end - p));
}
