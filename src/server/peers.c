/*
 * The list of open connections (peers.h).
 */
#include "server/peers.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "base/alloc.h"
#include "base/check.h"

int64_t jf_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void jf_peers_init(jf_peers *peers)
{
    *peers = (jf_peers){.first = NULL};
    int failed = pthread_mutex_init(&peers->mutex, NULL);
    JF_ASSERT(!failed);
}

void jf_peers_free(jf_peers *peers)
{
    JF_ASSERT(peers->first == NULL && peers->count == 0);
    pthread_mutex_destroy(&peers->mutex);
}

jf_peer *jf_peer_enter(jf_peers *peers, int fd)
{
    jf_peer *peer = jf_alloc_zero(1, sizeof *peer);
    peer->fd = fd;
    peer->since = jf_now_us();
    pthread_mutex_lock(&peers->mutex);
    peer->next = peers->first;
    peer->before = &peers->first;
    if (peer->next)
        peer->next->before = &peer->next;
    peers->first = peer;
    peers->count++;
    pthread_mutex_unlock(&peers->mutex);
    return peer;
}

void jf_peer_leave(jf_peers *peers, jf_peer *peer)
{
    pthread_mutex_lock(&peers->mutex);
    JF_ASSERT(*peer->before == peer && peers->count > 0);
    *peer->before = peer->next;
    if (peer->next)
        peer->next->before = peer->before;
    peers->count--;
    pthread_mutex_unlock(&peers->mutex);
    free(peer);
}

static void peer_set(jf_peers *peers, jf_peer *peer, bool reading, bool parked)
{
    pthread_mutex_lock(&peers->mutex);
    peer->since = jf_now_us();
    peer->reading = reading;
    peer->parked = parked;
    pthread_mutex_unlock(&peers->mutex);
}

void jf_peer_reads(jf_peers *peers, jf_peer *peer)
{
    peer_set(peers, peer, true, false);
}

void jf_peer_parks(jf_peers *peers, jf_peer *peer, bool parked)
{
    peer_set(peers, peer, true, parked);
}

void jf_peer_rests(jf_peers *peers, jf_peer *peer)
{
    peer_set(peers, peer, false, false);
}

uint32_t jf_peers_sweep(jf_peers *peers, int64_t now)
{
    uint32_t ended = 0;
    pthread_mutex_lock(&peers->mutex);
    for (jf_peer *peer = peers->first; peer; peer = peer->next) {
        int64_t most = peer->reading ? JF_REQUEST_MAX_S : JF_QUIET_MAX_S;
        if (peer->parked || now - peer->since <= most * 1000000)
            continue;
        shutdown(peer->fd, SHUT_RDWR); /* its end is noticed, and tidied up, as any other */
        ended++;
    }
    pthread_mutex_unlock(&peers->mutex);
    return ended;
}

uint32_t jf_peers_count(jf_peers *peers)
{
    pthread_mutex_lock(&peers->mutex);
    uint32_t count = peers->count;
    pthread_mutex_unlock(&peers->mutex);
    return count;
}
