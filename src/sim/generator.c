/*
 * Purchases drawn from a model (generator.h).
 *
 * Each customer has a stream of random numbers of their own, so how many one
 * draws does not move the others: more days leave the earlier purchases as
 * they were.
 */
#include "sim/generator.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/check.h"
#include "sim/random.h"

/* BG/NBD, per week (2005); gamma-gamma, per dollar (2013). */
#define BG_R 0.243
#define BG_ALPHA 4.414
#define BG_A 0.793
#define BG_B 2.426
#define GG_P 6.25
#define GG_Q 3.74
#define GG_GAMMA 15.44

#define ITEM_PRICE 14.90 /* what the mean item of the CDNOW purchases costs */
#define AMOUNT_MOST 1e9  /* fen: a bound for what the tail of a model can draw */

enum { STREAM_JOINING = 0 }; /* customers' streams are their numbers, from 1 */

typedef struct customer {
    jf_random random;
    uint32_t number;
    double nu; /* rate of the gamma that amounts are drawn from */
} customer;

static int by_time(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* When each customer buys first, in days from the start, ascending. */
static double *draw_joining(const jf_generator_options *options)
{
    jf_random random;
    uint32_t days = options->days < JF_GENERATOR_JOIN_DAYS ? options->days : JF_GENERATOR_JOIN_DAYS;
    double *joins = jf_alloc(options->customers * sizeof *joins);
    jf_random_init(&random, options->seed, STREAM_JOINING);
    for (uint32_t i = 0; i < options->customers; i++)
        joins[i] = jf_random_unit(&random) * days;
    qsort(joins, options->customers, sizeof *joins, by_time);
    JF_ASSERT(joins[0] >= 0 && joins[options->customers - 1] < days);
    return joins;
}

/* Rounded half up to the fen, and never nothing. */
static int64_t draw_amount(customer *c)
{
    double fen = floor(100 * jf_random_gamma(&c->random, GG_P) / c->nu + 0.5);
    if (fen > AMOUNT_MOST)
        fen = AMOUNT_MOST;
    return fen < 1 ? 1 : (int64_t)fen;
}

static bool buy(customer *c, const jf_generator_options *options, double time, jf_purchase_fn fn,
                void *context)
{
    jf_purchase purchase = {.customer = c->number};
    purchase.day = (jf_day){options->from.n + (int32_t)time};
    purchase.amount = draw_amount(c);
    double items = floor((double)purchase.amount / (100 * ITEM_PRICE) + jf_random_unit(&c->random));
    purchase.items = items < 1 ? 1 : (uint32_t)items;
    JF_ASSERT(purchase.amount > 0 && time < options->days);
    return fn(context, &purchase);
}

static bool live(const jf_generator_options *options, uint32_t number, double joining,
                 jf_purchase_fn fn, void *context)
{
    customer c = {.number = number};
    jf_random_init(&c.random, options->seed, number);
    double weekly = jf_random_gamma(&c.random, BG_R) / BG_ALPHA;
    double leaving = jf_random_beta(&c.random, BG_A, BG_B);
    c.nu = jf_random_gamma(&c.random, GG_Q) / GG_GAMMA;
    double time = joining;
    if (!buy(&c, options, time, fn, context))
        return false;
    for (;;) {
        /* A rate so small that the next purchase is beyond counting is infinity here: no more. */
        time += 7 * jf_random_exponential(&c.random) / weekly;
        if (!(time < options->days))
            return true;
        if (!buy(&c, options, time, fn, context))
            return false;
        if (jf_random_unit(&c.random) < leaving)
            return true;
    }
}

bool jf_generate(const jf_generator_options *options, jf_purchase_fn fn, void *context)
{
    JF_ASSERT(options->customers >= 1 && options->customers <= JF_GENERATOR_CUSTOMERS_MAX);
    JF_ASSERT(options->days >= 1 && options->days <= JF_GENERATOR_DAYS_MAX);
    double *joins = draw_joining(options);
    bool going_on = true;
    for (uint32_t i = 0; going_on && i < options->customers; i++)
        going_on = live(options, i + 1, joins[i], fn, context);
    free(joins);
    return going_on;
}
