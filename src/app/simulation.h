/*
 * Trying a policy on generated purchases, behind one interface: who asks (the
 * server) does not know who runs it (sim/simulate.h, handed over by the program).
 */
#ifndef JF_APP_SIMULATION_H
#define JF_APP_SIMULATION_H

#include "core/policy.h"
#include "store/store.h"

#define JF_SIMULATION_DAYS_MAX 400u
#define JF_SIMULATION_CUSTOMERS_MAX 3000u

typedef struct jf_simulation {
    const jf_policy *policy; /* without findings that are errors */
    uint32_t days, customers;
    uint64_t seed;
} jf_simulation;

/* What is asked for when nothing is said: 365 days, 1,000 customers. */
#define JF_SIMULATION_DEFAULT ((jf_simulation){.days = 365, .customers = 1000, .seed = 1})

/*
 * Appends the members seed, days, flat and growing (docs/policy.md) to the open
 * object of *w. Takes seconds; any thread. FAILED with a message.
 */
typedef jf_store_result (*jf_simulate_fn)(const jf_simulation *simulation, jf_jw *w,
                                          jf_store_error *error);

#endif
