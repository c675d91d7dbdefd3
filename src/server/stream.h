/*
 * Server-sent events: a connection that stays, and is told what a read command
 * answers whenever that has changed (HTML standard, section 9.2).
 *
 * Once a second the sweeper wakes every stream. When journals were written
 * since it last looked, the writer is asked again, and what differs is sent; when
 * there was nothing to say for a while, a comment keeps proxies from closing it.
 */
#ifndef JF_SERVER_STREAM_H
#define JF_SERVER_STREAM_H

#include "server/exchange.h"

typedef struct jf_stream jf_stream;

/* The exchange is answered by a stream of what this command answers, under its name. */
void jf_stream_start(jf_exchange *x, const jf_command *command);

struct MHD_Response *jf_stream_response(jf_stream *stream);

/* Wakes all; the sweeper's thread. */
void jf_streams_tick(jf_server *server);

/* How many there are. */
uint32_t jf_streams_count(jf_server *server);

/* The exchange is over; waits for the writer if it has the stream's question. */
void jf_stream_end(jf_exchange *x);

#endif
