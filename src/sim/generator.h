/*
 * Purchases drawn from a model, so that there is something true to life to run
 * on where no real purchases are.
 *
 * When: the BG/NBD model (Fader, Hardie and Lee, "Counting Your Customers the
 * Easy Way: An Alternative to the Pareto/NBD Model", Marketing Science 24,
 * 2005). A customer buys at a rate drawn from Gamma(r, alpha) a week, and after
 * each repeat purchase is gone with a chance drawn from Beta(a, b). Nobody is
 * gone before the first repeat purchase.
 *
 * How much: the gamma-gamma model (Fader and Hardie, "The Gamma-Gamma Model of
 * Monetary Value", note 025 at brucehardie.com, 2013). A purchase is
 * Gamma(p, nu), and a customer's nu Gamma(q, gamma).
 *
 * The parameters are those that the two publications give for the CDNOW
 * purchases. Items are not in the models: an amount divided by a typical price.
 * Everyone's first purchase is in the first twelve weeks, evenly spread.
 */
#ifndef JF_SIM_GENERATOR_H
#define JF_SIM_GENERATOR_H

#include "base/day.h"

typedef struct jf_generator_options {
    uint32_t customers; /* 1 to JF_GENERATOR_CUSTOMERS_MAX */
    uint32_t days;      /* 1 to JF_GENERATOR_DAYS_MAX */
    jf_day from;        /* the first day */
    uint64_t seed;
} jf_generator_options;

#define JF_GENERATOR_CUSTOMERS 23570u /* defaults: the size of the CDNOW cohort, 78 weeks */
#define JF_GENERATOR_DAYS 546u
#define JF_GENERATOR_JOIN_DAYS 84u
#define JF_GENERATOR_CUSTOMERS_MAX 10000000u
#define JF_GENERATOR_DAYS_MAX 36525u

typedef struct jf_purchase {
    uint32_t customer; /* 1, 2, … in the order of first purchases */
    jf_day day;
    uint32_t items; /* 1 or more */
    int64_t amount; /* fen, above 0 */
} jf_purchase;

typedef bool (*jf_purchase_fn)(void *context, const jf_purchase *purchase);

/*
 * Customer by customer, each one's purchases in order. False when fn was false,
 * which ends it. The same options give the same purchases (sim/random.h).
 */
bool jf_generate(const jf_generator_options *options, jf_purchase_fn fn, void *context);

#endif
