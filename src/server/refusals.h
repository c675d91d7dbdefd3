/*
 * With which codes a route is refused (refusals.c): what /openapi.json and /reference say, and
 * what tests/http_errors.t holds every answer to.
 */
#ifndef JF_SERVER_REFUSALS_H
#define JF_SERVER_REFUSALS_H

#include "server/exchange.h"

/* A set: codes of the rules (spec section 17) and problems of the server. */
typedef struct jf_refusals {
    bool codes[JF_CODE_COUNT], problems[JF_PROBLEMS];
} jf_refusals;

/* One of the set, as an answer says it. */
typedef struct jf_refusal {
    const char *wire, *en;
    int status;
} jf_refusal;

void jf_refusals_of(const jf_route *route, jf_refusals *out);

/* The least status above `status` that the set has; 0: none. */
int jf_refusals_status(const jf_refusals *set, int status);

/* The next one of that status, in the order of the tables; *at is 0 at first. False: no more. */
bool jf_refusals_next(const jf_refusals *set, int status, uint32_t *at, jf_refusal *out);

#endif
