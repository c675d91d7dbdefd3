/*
 * The connections that are open, and the sweeper that ends those that take too
 * long. libmicrohttpd only knows idle time, so a client that sends a byte now
 * and then would stay for ever and keep its place.
 *
 * Times are microseconds of a monotonic clock.
 */
#ifndef JF_SERVER_PEERS_H
#define JF_SERVER_PEERS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* From the first header to the last byte of the body; and between two requests. */
#define JF_REQUEST_MAX_S 30
#define JF_QUIET_MAX_S 75

typedef struct jf_peer {
    struct jf_peer *next, **before;
    int fd;
    int64_t since; /* of the request being read, or of the end of the last */
    bool reading;  /* a request's headers are there, its body is not */
    bool parked;   /* the server makes it wait: it may take its time */
} jf_peer;

typedef struct jf_peers {
    pthread_mutex_t mutex;
    jf_peer *first;
    uint32_t count;
} jf_peers;

int64_t jf_now_us(void);

void jf_peers_init(jf_peers *peers);
void jf_peers_free(jf_peers *peers); /* none may be left */

jf_peer *jf_peer_enter(jf_peers *peers, int fd);
void jf_peer_leave(jf_peers *peers, jf_peer *peer);

/* A request began, is parked, or is over. */
void jf_peer_reads(jf_peers *peers, jf_peer *peer);
void jf_peer_parks(jf_peers *peers, jf_peer *peer, bool parked);
void jf_peer_rests(jf_peers *peers, jf_peer *peer);

/* Shuts down those that took too long; returns how many. */
uint32_t jf_peers_sweep(jf_peers *peers, int64_t now);

uint32_t jf_peers_count(jf_peers *peers);

#endif
