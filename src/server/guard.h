/*
 * The first look at a request: is it sound, and is there one way to read it?
 * libmicrohttpd 0.9.75 takes two lengths that differ, a length beside an
 * encoding, encodings it does not know, two hosts, control characters, and bodies of methods that
 * have none, which some readers take for the next request.
 */
#ifndef JF_SERVER_GUARD_H
#define JF_SERVER_GUARD_H

#include <microhttpd.h>

#include "base/str.h"

/* NULL when it is sound, else what was expected: answer 400 and close the connection. */
const char *jf_guard(struct MHD_Connection *connection, const char *url, const char *version,
                     bool takes_body);

#endif
