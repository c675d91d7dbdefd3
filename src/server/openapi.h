/*
 * The description of the interface as OpenAPI 3.1 (openapi.c).
 */
#ifndef JF_SERVER_OPENAPI_H
#define JF_SERVER_OPENAPI_H

#include "server/exchange.h"

void jf_openapi_print(const char *version, jf_buf *out);

/* Does the route's command have an id that Idempotency-Key may give? (handle_command.c) */
bool jf_route_takes_id(const jf_route *route);

#endif
