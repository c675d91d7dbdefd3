/*
 * The server from inside: what its files share besides exchanges.
 */
#ifndef JF_SERVER_STATE_H
#define JF_SERVER_STATE_H

#include <stdatomic.h>

#include "app/shop_names.h"
#include "server/exchange.h"
#include "server/figures.h"
#include "server/peers.h"
#include "server/rate.h"

struct jf_server {
    jf_server_options options;
    struct MHD_Daemon *daemon;
    uint16_t port;
    atomic_bool stopping;
    atomic_uint under_way;  /* exchanges */
    atomic_flag simulating; /* one at a time */
    jf_figures figures;
    jf_rate rate;
    jf_peers peers;
    jf_shop_names names; /* of the server's thread */
    pthread_t sweeper;
    pthread_mutex_t mutex; /* around the three below */
    pthread_cond_t tick;
    bool sweeper_stop;
    atomic_ullong swept;
    pthread_mutex_t streams_mutex; /* around the list and what stream.c says */
    pthread_cond_t streams_answered;
    struct jf_stream *streams;
};

/*
 * Who asks? Fills in x->caller from the key or the cookie, and answers when the
 * route wants somebody and nobody is there, or asks too often (caller.c).
 */
void jf_caller_find(jf_exchange *x);

/* The desk: people, payments, profiles and what else is not in the books. */
static inline jf_desk *jf_exchange_desk(const jf_exchange *x)
{
    return jf_identity_desk(x->server->options.people);
}

/* The answer with the names of the shops that its shape speaks of (named.c). */
jf_str jf_answer_named(jf_exchange *x, jf_str json);

/* The key of the name beside the key of a shop's id: `name` beside `id`, else KEY_name. */
void jf_shop_name_key(jf_buf *out, jf_str key);

/* Is what came with the request of the kind that is taken? Else that is answered (content.c). */
bool jf_content_sound(jf_exchange *x);

/* The answer as libmicrohttpd wants it, with the headers that every answer has (respond.c). */
struct MHD_Response *jf_response_of(jf_exchange *x);

#endif
