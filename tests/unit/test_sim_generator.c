/*
 * Tests of generated purchases (sim/generator.h): their shape, that a seed
 * gives the same ones, and that they behave as the models say.
 *
 * What the models expect was computed from their closed forms (the papers named
 * in the header) for customers who join evenly over the first 84 of 546 days:
 *
 *   repeat purchases a customer   (a+b-1)/(a-1) (1 - (alpha/(alpha+t))^r F), averaged over t:
 *                                 1.7719; F = 2F1(r, b; a+b-1; t/(alpha+t))
 *   customers without a repeat    (alpha/(alpha+t))^r, averaged: 0.5003
 *   with exactly one              P(X(t) = 1), averaged: 0.2094
 *   mean amount                   p gamma / (q - 1) = 35.22
 */
#include <math.h>
#include <string.h>

#include "base/sha256.h"
#include "sim/generator.h"
#include "tap.h"

#define FROM 9862 /* 1997-01-01 */

/* What is noted of the purchases as they come. */
typedef struct notes {
    const jf_generator_options *options;
    uint32_t purchases, customer, of_customer; /* of_customer: how many the present one made */
    uint32_t once, twice;                      /* customers with exactly so many */
    uint32_t wrong;                            /* purchases that break the shape */
    double amounts, first_amounts, first_days, items;
    int32_t last_day, last_first_day;
    jf_buf text;
} notes;

static void customer_done(notes *n)
{
    n->once += n->of_customer == 1;
    n->twice += n->of_customer == 2;
    n->of_customer = 0;
}

static bool note(void *context, const jf_purchase *p)
{
    notes *n = context;
    int32_t day = p->day.n - n->options->from.n;
    if (p->customer != n->customer) {
        customer_done(n);
        n->wrong += p->customer != n->customer + 1; /* nobody is left out */
        n->wrong += day < n->last_first_day || day >= (int32_t)JF_GENERATOR_JOIN_DAYS;
        n->customer = p->customer;
        n->last_first_day = n->last_day = day;
        n->first_days += day;
        n->first_amounts += (double)p->amount / 100;
    }
    n->wrong += day < n->last_day || day >= (int32_t)n->options->days;
    n->wrong += p->amount < 1 || p->items < 1;
    n->last_day = day;
    n->of_customer++;
    n->purchases++;
    n->amounts += (double)p->amount / 100;
    n->items += p->items;
    jf_buf_int(&n->text, p->customer);
    jf_buf_char(&n->text, ',');
    jf_day_print(&n->text, p->day);
    jf_buf_char(&n->text, ',');
    jf_buf_int(&n->text, p->items);
    jf_buf_char(&n->text, ',');
    jf_buf_int(&n->text, p->amount);
    jf_buf_char(&n->text, '\n');
    return true;
}

static notes noted(const jf_generator_options *options)
{
    notes n = {.options = options};
    jf_buf_init(&n.text, NULL);
    jf_generate(options, note, &n);
    customer_done(&n);
    return n;
}

static void close_to(double got, double expected, double off, const char *what)
{
    ok(fabs(got - expected) < off, "%s: %.4f, expected %.4f within %.4f", what, got, expected, off);
}

/* Tolerances are about four standard errors of the cohort's size. */
static void test_model(uint64_t seed)
{
    jf_generator_options options = {JF_GENERATOR_CUSTOMERS, JF_GENERATOR_DAYS, {FROM}, seed};
    double customers = options.customers;
    tap_diag("seed %d", (int)seed);
    notes n = noted(&options);
    is_int(n.wrong, 0, "no purchase is out of shape");
    is_int(n.customer, options.customers, "every customer buys");
    close_to(n.purchases / customers - 1, 1.7719, 0.12, "repeat purchases a customer");
    close_to(n.once / customers, 0.5003, 0.013, "customers without a repeat purchase");
    close_to(n.twice / customers, 0.2094, 0.011, "customers with exactly one");
    close_to(n.first_amounts / customers, 35.22, 0.9, "mean amount of first purchases");
    close_to(n.amounts / n.purchases, 35.22, 1.8, "mean amount");
    close_to(n.first_days / customers, 41.5, 0.65, "mean day of the first purchase");
    close_to(n.items / n.purchases, 2.41, 0.1, "mean items, as in the CDNOW purchases");
    jf_buf_free(&n.text);
}

static void test_sameness(void)
{
    jf_generator_options options = {300, 200, {FROM}, 42};
    jf_generator_options other = {300, 200, {FROM}, 43}, one_day = {50, 1, {FROM}, 42};
    notes first = noted(&options), second = noted(&options), third = noted(&other);
    ok(jf_str_eq(jf_buf_view(&first.text), jf_buf_view(&second.text)),
       "a seed gives the same purchases again");
    ok(!jf_str_eq(jf_buf_view(&first.text), jf_buf_view(&third.text)), "another seed gives others");
    notes day = noted(&one_day);
    is_int(day.customer, 50, "everybody buys even when there is one day");
    is_int(day.last_first_day, 0, "on that day");
    jf_buf_free(&first.text);
    jf_buf_free(&second.text);
    jf_buf_free(&third.text);
    jf_buf_free(&day.text);
}

/* Changes only on purpose: people compare runs by their seeds. */
static void test_golden(void)
{
    jf_generator_options options = {1000, 546, {FROM}, 1};
    notes n = noted(&options);
    jf_buf hash;
    jf_buf_init(&hash, NULL);
    jf_hash_print(&hash, jf_sha256_of(n.text.p, n.text.n));
    is_bytes(hash.p, hash.n, "4df16a27a2f3a67bf9addaaeedf0a581e798da40863ab0b61f6d05f4e0721f00",
             "the purchases of seed 1 are what they have always been");
    jf_buf_free(&hash);
    jf_buf_free(&n.text);
}

typedef struct span {
    uint32_t left; /* purchases to take before fn says no */
    int32_t until; /* only days before it count */
    jf_buf text;
} span;

static bool take(void *context, const jf_purchase *p)
{
    span *s = context;
    if (p->day.n < s->until) {
        jf_buf_int(&s->text, p->customer);
        jf_buf_char(&s->text, ' ');
        jf_buf_int(&s->text, p->amount);
        jf_buf_char(&s->text, '\n');
    }
    return --s->left > 0;
}

static void test_span(void)
{
    jf_generator_options shorter = {200, 100, {FROM}, 9}, longer = {200, 400, {FROM}, 9};
    span a = {.left = UINT32_MAX, .until = FROM + 100}, b = a, c = {.left = 3};
    jf_buf_init(&a.text, NULL);
    jf_buf_init(&b.text, NULL);
    ok(jf_generate(&shorter, take, &a), "purchases come to their end");
    jf_generate(&longer, take, &b);
    ok(jf_str_eq(jf_buf_view(&a.text), jf_buf_view(&b.text)),
       "more days leave the earlier purchases as they were");
    ok(!jf_generate(&longer, take, &c), "who does not want more gets no more");
    is_int(c.left, 0, "not one");
    jf_buf_free(&a.text);
    jf_buf_free(&b.text);
}

int main(void)
{
    test_model(1);
    test_model(2);
    test_sameness();
    test_golden();
    test_span();
    return tap_plan_done();
}
