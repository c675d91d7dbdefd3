/*
 * What a policy leads to: generated purchases (generator.h) run by the real
 * engine on books in memory, always twice. Flat: every day has the same
 * turnover. Growing: 15 % more in each period. Never one without the other, for
 * the good figure alone would be a promise.
 *
 * When customers buy, and how a day's turnover is shared among their purchases,
 * is the model's; how large a day's turnover is, is set here, in whole fen: the
 * mean of what the model draws, or what lets the first period of every pool end
 * in time, if that is more. What a day without purchases misses comes on the next
 * with some. Shops' rebates are spread over the policy's range; referrers, agents
 * and the like are those of the mapping that is built in (app/import_map.h).
 * Vouchers are kept, not spent.
 */
#ifndef JF_SIM_SIMULATE_H
#define JF_SIM_SIMULATE_H

#include "app/audit.h"
#include "app/report.h"
#include "app/simulation.h"

#define JF_SIMULATED_POINTS 60u

/* The end of a day, for charts; amounts in fen, since the start. */
typedef struct jf_simulated_point {
    jf_day day;
    int64_t sales, collected, released;
    int64_t coverage; /* ppm; -1: nothing can be owed */
} jf_simulated_point;

typedef struct jf_simulated {
    jf_store *store;
    jf_report report; /* after the last day */
    jf_audit audit;
    jf_simulated_point points[JF_SIMULATED_POINTS];
    uint32_t point_count;
} jf_simulated;

/* One run; free it in any case. `growing`: 15 % a period. */
jf_store_result jf_simulate_run(jf_simulated *out, const jf_simulation *simulation, bool growing,
                                jf_store_error *error);
void jf_simulated_free(jf_simulated *simulated);

/* Both runs, as a jf_simulate_fn. */
jf_store_result jf_simulate_json(const jf_simulation *simulation, jf_jw *w, jf_store_error *error);

#endif
