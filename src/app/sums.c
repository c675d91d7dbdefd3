/*
 * Arithmetic as text for the statement: products, floors and differences with
 * their real figures (sums.h).
 */
#include "app/sums.h"

#include "base/check.h"

static void amount(jf_buf *out, int64_t value)
{
    jf_decimal_print(out, value, 2);
}

static int64_t equals(jf_buf *out, int64_t result)
{
    jf_buf_c(out, " = ");
    amount(out, result);
    return result;
}

/* A decimal without the zeros at its end. */
static void trimmed(jf_buf *out, int64_t value, int decimals)
{
    JF_ASSERT(decimals > 0);
    jf_decimal_print(out, value, decimals);
    while (out->p[out->n - 1] == '0')
        out->n--;
    if (out->p[out->n - 1] == '.')
        out->n--;
}

/* Does a · b / d leave a rest? */
static bool cuts(int64_t a, int64_t b, int64_t d)
{
    return (jf_i128)a * b % d != 0;
}

int64_t jf_sum_part(int64_t value, int64_t part, int64_t whole)
{
    int64_t result = 0;
    if (whole <= 0 || !jf_mul_div(value, part, whole, &result))
        return 0;
    return result;
}

int64_t jf_sum_difference(jf_buf *out, int64_t from, int64_t less)
{
    int64_t result = 0;
    if (!jf_sub(from, less, &result))
        return 0;
    amount(out, from);
    jf_buf_c(out, " − ");
    amount(out, less);
    return equals(out, result);
}

int64_t jf_sum_total(jf_buf *out, int64_t a, int64_t b)
{
    return jf_sum_list(out, (const int64_t[]){a, b}, 2);
}

int64_t jf_sum_list(jf_buf *out, const int64_t *values, uint32_t count)
{
    int64_t result = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!jf_add(result, values[i], &result))
            return 0;
        jf_buf_c(out, i ? " + " : "");
        amount(out, values[i]);
    }
    return equals(out, result);
}

int64_t jf_sum_ratio(jf_buf *out, int64_t base, jf_ppm ratio)
{
    bool cut = cuts(base, ratio.v, JF_PPM_ONE);
    jf_buf_c(out, cut ? "⌊" : "");
    amount(out, base);
    jf_buf_c(out, " × ");
    trimmed(out, ratio.v, 4);
    jf_buf_c(out, cut ? " %⌋" : " %");
    return equals(out, jf_sum_part(base, ratio.v, JF_PPM_ONE));
}

int64_t jf_sum_quotient(jf_buf *out, int64_t a, int64_t b, int64_t d)
{
    JF_ASSERT(d > 0);
    bool cut = cuts(a, b, d);
    jf_buf_c(out, cut ? "⌊" : "");
    amount(out, a);
    jf_buf_c(out, " × ");
    amount(out, b);
    jf_buf_c(out, " / ");
    amount(out, d);
    jf_buf_c(out, cut ? "⌋" : "");
    return equals(out, jf_sum_part(a, b, d));
}

void jf_sum_weight(jf_buf *out, int64_t mine, int64_t all, int64_t paid)
{
    JF_ASSERT(mine <= all);
    jf_buf_c(out, "; × ");
    jf_buf_int(out, mine);
    jf_buf_c(out, "/");
    jf_buf_int(out, all);
    jf_buf_c(out, " → ");
    amount(out, paid);
}

void jf_sum_index(jf_buf *out, int64_t points, int64_t index, int64_t result)
{
    bool cut = cuts(points, index, INT64_C(1000000000000));
    jf_buf_c(out, cut ? "⌊" : "");
    amount(out, points);
    jf_buf_c(out, " × ");
    trimmed(out, index, 12);
    jf_buf_c(out, cut ? "⌋" : "");
    equals(out, result);
    jf_buf_c(out, "; ");
}

static void figure(jf_buf *out, jf_figure f)
{
    jf_decimal_print(out, f.v, f.decimals);
}

int64_t jf_sum_scaled(jf_buf *out, jf_figure a, jf_figure b, jf_figure d, int decimals, bool up)
{
    int64_t result = 0;
    JF_ASSERT(a.decimals + b.decimals - d.decimals == decimals);
    if (d.v <= 0 ||
        !(up ? jf_mul_div_up(a.v, b.v, d.v, &result) : jf_mul_div(a.v, b.v, d.v, &result)))
        return 0;
    bool cut = cuts(a.v, b.v, d.v);
    jf_buf_c(out, !cut ? "" : up ? "⌈" : "⌊");
    figure(out, a);
    jf_buf_c(out, " × ");
    figure(out, b);
    jf_buf_c(out, " / ");
    figure(out, d);
    jf_buf_c(out, !cut ? "" : up ? "⌉" : "⌋");
    jf_buf_c(out, " = ");
    figure(out, (jf_figure){result, decimals});
    return result;
}

int64_t jf_sum_less(jf_buf *out, int64_t from, int64_t less, int decimals)
{
    int64_t result = 0;
    if (!jf_sub(from, less, &result))
        return 0;
    figure(out, (jf_figure){from, decimals});
    jf_buf_c(out, " − ");
    figure(out, (jf_figure){less, decimals});
    jf_buf_c(out, " = ");
    figure(out, (jf_figure){result, decimals});
    return result;
}

int64_t jf_sum_ratio_up(jf_buf *out, int64_t base, jf_ppm ratio)
{
    int64_t result = 0;
    if (!jf_mul_div_up(base, ratio.v, JF_PPM_ONE, &result))
        return 0;
    bool cut = cuts(base, ratio.v, JF_PPM_ONE);
    jf_buf_c(out, cut ? "⌈" : "");
    amount(out, base);
    jf_buf_c(out, " × ");
    trimmed(out, ratio.v, 4);
    jf_buf_c(out, cut ? " %⌉" : " %");
    return equals(out, result);
}

#define PRICE_SCALE INT64_C(10000000000) /* fen to CNY, units to millionths, price in millionths */

int64_t jf_sum_units(jf_buf *out, int64_t money, int64_t price)
{
    int64_t result = 0;
    if (price <= 0 || !jf_mul_div(money, PRICE_SCALE, price, &result))
        return 0;
    bool cut = cuts(money, PRICE_SCALE, price);
    jf_buf_c(out, cut ? "⌊" : "");
    amount(out, money);
    jf_buf_c(out, " / ");
    figure(out, (jf_figure){price, 6});
    jf_buf_c(out, cut ? "⌋ = " : " = ");
    figure(out, (jf_figure){result, 6});
    return result;
}

int64_t jf_sum_index_up(jf_buf *out, int64_t points, int64_t index)
{
    int64_t result = 0;
    const int64_t one = INT64_C(1000000000000);
    if (!jf_mul_div_up(points, index, one, &result))
        return 0;
    bool cut = cuts(points, index, one);
    jf_buf_c(out, cut ? "⌈" : "");
    amount(out, points);
    jf_buf_c(out, " × ");
    trimmed(out, index, 12);
    jf_buf_c(out, cut ? "⌉" : "");
    return equals(out, result);
}
