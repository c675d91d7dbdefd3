/*
 * What the server counts, and how it tells: metrics for Prometheus, and a line
 * of JSON for each request. Counting is done by the one thread that answers.
 */
#ifndef JF_SERVER_FIGURES_H
#define JF_SERVER_FIGURES_H

#include "server/exchange.h"

#define JF_ROUTES_MOST 160
#define JF_LATENCY_STEPS 12

typedef struct jf_figures {
    uint64_t requests[JF_ROUTES_MOST + 1][6]; /* by route (the last: none) and status / 100 */
    uint64_t latency[JF_LATENCY_STEPS + 1];   /* how many took no longer than each step */
    uint64_t latency_us;                      /* of all together */
    uint64_t swept;                           /* connections that took too long */
    jf_buf lines;                             /* of the log, not written yet */
} jf_figures;

void jf_figures_init(jf_figures *figures);
void jf_figures_free(jf_figures *figures, FILE *log);

/* The exchange is over: counted, and noted for the log. */
void jf_figures_note(jf_figures *figures, const jf_exchange *x, FILE *log);

/* Lines that wait are written when they are many, or when it is asked for. */
void jf_figures_flush(jf_figures *figures, FILE *log);

/* The text exposition format 0.0.4. */
void jf_figures_print(const jf_figures *figures, const jf_writer_counts *writer,
                      uint32_t connections, uint32_t streams, jf_buf *out);

#endif
