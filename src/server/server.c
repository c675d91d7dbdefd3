/*
 * The daemon around the exchanges (server.h): accepting, reading, parking and
 * answering requests, the sweeper beside it, and the way to stop.
 *
 * Everything here runs in libmicrohttpd's thread, but for three things: the
 * writer wakes exchanges from its own, the sweeper ends slow connections from
 * its own, and start and stop are the caller's.
 */
#define _GNU_SOURCE /* accept4 and friends behind getaddrinfo's flags */
#include "server/server.h"

#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/check.h"
#include "server/exchange.h"
#include "server/figures.h"
#include "server/guard.h"
#include "server/peers.h"
#include "server/rate.h"
#include "server/state.h"
#include "server/stream.h"

#define HEADERS_MAX (16 * 1024) /* and one connection's memory */
#define CONNECTIONS_MAX 12000
#define BACKLOG 1024
#define RATE_DEFAULT 50

const jf_server_options *jf_server_options_of(const jf_server *server)
{
    return &server->options;
}

/* --- one exchange ---------------------------------------------------------------------- */

static jf_peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static bool method_of(const char *name, jf_method *method)
{
    for (int i = 0; i < JF_METHODS; i++)
        if (!strcmp(name, jf_method_names[i])) {
            *method = (jf_method)i;
            return true;
        }
    *method = JF_GET;
    return !strcmp(name, "HEAD");
}

static jf_exchange *exchange_new(jf_server *server, struct MHD_Connection *connection,
                                 const char *url)
{
    jf_exchange *x = jf_alloc_zero(1, sizeof *x);
    x->server = server;
    x->connection = connection;
    x->began_us = jf_now_us();
    jf_arena_init(&x->arena, 4096);
    jf_buf_init(&x->body, &x->arena);
    jf_buf path;
    jf_buf_init(&path, &x->arena);
    jf_buf_c(&path, url);
    jf_buf_char(&path, '\0');
    x->path = (jf_str){path.p, (uint32_t)path.n - 1};
    server->under_way++;
    return x;
}

static void exchange_free(jf_exchange *x)
{
    x->server->under_way--;
    if (x->response)
        MHD_destroy_response(x->response);
    jf_arena_free(&x->arena);
    free(x);
}

/* What is refused before anything of the body is read; false: go on. */
static bool refused_early(jf_exchange *x, const char *method, const char *url, const char *version)
{
    jf_server *server = x->server;
    bool known = method_of(method, &x->method);
    const char *unsound =
        jf_guard(x->connection, url, version, !known || jf_method_takes_body(x->method));
    x->closes = unsound || !known;
    if (unsound) {
        jf_answer_problem(x, JF_P_BAD_HTTP, unsound);
        return true;
    }
    jf_route_find(x);
    if (server->stopping)
        jf_answer_problem(x, JF_P_STOPPING, "try again in a moment");
    else if (!x->route && (x->allow || !known))
        jf_answer_problem(x, JF_P_METHOD, "see the header Allow");
    else if (!x->route)
        jf_answer_problem(x, JF_P_NO_ROUTE, "see /openapi.json for what there is");
    else
        jf_caller_find(x);
    return x->status != 0;
}

static enum MHD_Result answer_send(jf_exchange *x)
{
    JF_ASSERT(x->status != 0 && !x->response);
    if (x->stream)
        jf_peer_parks(&x->server->peers, peer_of(x->connection), true);
    x->response = jf_response_of(x);
    return MHD_queue_response(x->connection, (unsigned)x->status, x->response);
}

static enum MHD_Result body_take(jf_exchange *x, const char *data, size_t *size)
{
    if (x->body.n + *size > JF_BODY_MAX) {
        x->too_large = true;
        x->closes = true;
    } else {
        jf_buf_bytes(&x->body, data, *size);
    }
    *size = 0;
    return MHD_YES;
}

/* The writer's thread: the answers are there. */
static void wake(jf_job *job)
{
    jf_exchange *x = (jf_exchange *)((char *)job - offsetof(jf_exchange, job));
    MHD_resume_connection(x->connection);
}

void jf_exchange_wait(jf_exchange *x, jf_str text, void (*finish)(jf_exchange *x))
{
    JF_ASSERT(!x->waiting && x->status == 0);
    x->waiting = true;
    x->finish = finish;
    x->job = (jf_job){.text = text, .done = wake};
    x->lookup.read = NULL; /* an exchange may wait more than once */
    jf_buf_init(&x->job.answers, &x->arena);
}

void jf_exchange_run(jf_exchange *x, const jf_command *command, void (*finish)(jf_exchange *x))
{
    jf_exchange_wait(x, JF_STR_NONE, finish);
    x->job.command = command;
}

/* A lookup's thread: the exchange is its own until it is woken. */
static jf_store_result look_up(jf_lookup_job *job, jf_store *store)
{
    jf_exchange *x = (jf_exchange *)((char *)job - offsetof(jf_exchange, lookup));
    return x->look(x, store, &job->error);
}

static void looked_up(jf_lookup_job *job)
{
    jf_exchange *x = (jf_exchange *)((char *)job - offsetof(jf_exchange, lookup));
    MHD_resume_connection(x->connection);
}

void jf_exchange_look_up(jf_exchange *x, jf_look_fn look, void (*finish)(jf_exchange *x))
{
    JF_ASSERT(!x->waiting && x->status == 0);
    x->look = look;
    x->waiting = true;
    x->finish = finish;
    x->lookup = (jf_lookup_job){.read = look_up, .done = looked_up};
    jf_buf_init(&x->found, &x->arena);
}

static bool hand_over(jf_exchange *x)
{
    const jf_server_options *options = &x->server->options;
    return x->lookup.read ? jf_lookup_submit(options->lookup, &x->lookup)
                          : jf_writer_submit(options->writer, &x->job);
}

/* Parked first, handed over then: it may be done before this returns. */
static enum MHD_Result park(jf_exchange *x)
{
    jf_server *server = x->server;
    jf_peer_parks(&server->peers, peer_of(x->connection), true);
    MHD_suspend_connection(x->connection);
    if (!hand_over(x)) {
        x->job.failed = true;
        MHD_resume_connection(x->connection);
    }
    return MHD_YES;
}

static void unpark(jf_exchange *x)
{
    jf_peer_parks(&x->server->peers, peer_of(x->connection), false);
    x->waiting = false;
    if (x->job.failed)
        jf_answer_problem(x, JF_P_STORE, "nothing was kept; the server needs its operator");
    else
        x->finish(x);
}

static enum MHD_Result request_read(jf_exchange *x)
{
    if (x->waiting)
        unpark(x);
    else if (x->too_large)
        jf_answer_problem(x, JF_P_TOO_LARGE, "at most 1 MiB is taken");
    else if (x->status == 0 && jf_content_sound(x))
        x->route->handle(x);
    return x->waiting ? park(x) : answer_send(x);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **state)
{
    jf_server *server = context;
    jf_exchange *x = *state;
    if (x)
        return *size > 0 ? body_take(x, data, size) : request_read(x);
    *state = x = exchange_new(server, connection, url);
    jf_peer_reads(&server->peers, peer_of(connection));
    /* A refusal is sent before the body is read: the connection ends with it if there is one. */
    return refused_early(x, method, url, version) ? answer_send(x) : MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    jf_server *server = context;
    jf_exchange *x = *state;
    (void)code;
    if (!x)
        return;
    jf_stream_end(x);
    jf_figures_note(&server->figures, x, server->options.log);
    jf_peer *peer = peer_of(connection);
    if (peer)
        jf_peer_rests(&server->peers, peer);
    exchange_free(x);
    *state = NULL;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **peer,
                          enum MHD_ConnectionNotificationCode code)
{
    jf_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *peer = jf_peer_enter(&server->peers, info->connect_fd);
    } else if (*peer) {
        jf_peer_leave(&server->peers, *peer);
        *peer = NULL;
    }
}

/* --- the sweeper ----------------------------------------------------------------------------- */

static void *sweeper_run(void *argument)
{
    jf_server *server = argument;
    struct timespec until;
    pthread_mutex_lock(&server->mutex);
    while (!server->sweeper_stop) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&server->tick, &server->mutex, &until);
        server->swept += jf_peers_sweep(&server->peers, jf_now_us());
        jf_streams_tick(server);
    }
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

/* --- start and stop ----------------------------------------------------------------- */

static int socket_bound(const struct addrinfo *at)
{
    int one = 1, fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

static int socket_open(const char *host, uint16_t port, char error[200])
{
    char service[8];
    struct addrinfo *list, hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    snprintf(service, sizeof service, "%u", port);
    int code = getaddrinfo(host, service, &hints, &list);
    if (code != 0) {
        snprintf(error, 200, "%s is no address to listen on: %s", host, gai_strerror(code));
        return -1;
    }
    int fd = -1;
    for (const struct addrinfo *at = list; at && fd < 0; at = at->ai_next)
        fd = socket_bound(at);
    freeaddrinfo(list);
    if (fd < 0)
        snprintf(error, 200, "cannot listen on %s port %u; is it taken by another program?", host,
                 port);
    return fd;
}

static uint16_t port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at;
    socklen_t size = sizeof at;
    if (getsockname(fd, &at.any, &size) != 0)
        return 0;
    return ntohs(at.any.sa_family == AF_INET6 ? at.v6.sin6_port : at.v4.sin_port);
}

/* A NUL would end the text early, so that "/%00x" were "/": it becomes what the guard refuses. */
static size_t unescape(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    for (char *p = text; (p = strstr(p, "%00")) != NULL; p += 3)
        p[2] = '1';
    return MHD_http_unescape(text);
}

static struct MHD_Daemon *daemon_start(jf_server *server, int fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, server,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADERS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)JF_QUIET_MAX_S, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_END);
}

static void server_free(jf_server *server)
{
    jf_figures_free(&server->figures, server->options.log);
    jf_peers_free(&server->peers);
    jf_shop_names_free(&server->names);
    pthread_cond_destroy(&server->streams_answered);
    pthread_mutex_destroy(&server->streams_mutex);
    pthread_cond_destroy(&server->tick);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

static bool threads_start(jf_server *server, int fd)
{
    server->daemon = daemon_start(server, fd);
    if (!server->daemon)
        return false;
    if (pthread_create(&server->sweeper, NULL, sweeper_run, server) == 0)
        return true;
    MHD_stop_daemon(server->daemon);
    return false;
}

jf_server *jf_server_start(const jf_server_options *options, char error[200])
{
    int fd = socket_open(options->host, options->port, error);
    if (fd < 0)
        return NULL;
    jf_server *server = jf_alloc_zero(1, sizeof *server);
    server->options = *options;
    server->port = port_of(fd);
    jf_rate_init(&server->rate, options->rate ? options->rate : RATE_DEFAULT);
    jf_figures_init(&server->figures);
    jf_peers_init(&server->peers);
    jf_shop_names_init(&server->names, jf_identity_desk(options->people));
    int failed = pthread_mutex_init(&server->mutex, NULL) ||
                 pthread_cond_init(&server->tick, NULL) ||
                 pthread_mutex_init(&server->streams_mutex, NULL) ||
                 pthread_cond_init(&server->streams_answered, NULL);
    JF_ASSERT(!failed);
    if (threads_start(server, fd))
        return server;
    snprintf(error, 200, "this machine has no room for the server's threads");
    close(fd);
    server_free(server);
    return NULL;
}

uint16_t jf_server_port(const jf_server *server)
{
    return server->port;
}

/*
 * libmicrohttpd may not be stopped while a connection is parked, so new work is
 * refused first, and what is parked is waited for; the writer answers all of it.
 */
void jf_server_stop(jf_server *server, int patience_s)
{
    struct timespec moment = {.tv_nsec = 5 * 1000 * 1000};
    int64_t until = jf_now_us() + (int64_t)patience_s * 1000000;
    server->stopping = true;
    MHD_socket listening = MHD_quiesce_daemon(server->daemon);
    while (server->under_way > 0 && jf_now_us() < until) {
        jf_streams_tick(server);
        nanosleep(&moment, NULL);
    }
    jf_lookup_close(server->options.lookup);
    jf_cashier_close(server->options.cashier);
    jf_writer_close(server->options.writer);
    MHD_stop_daemon(server->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    pthread_mutex_lock(&server->mutex);
    server->sweeper_stop = true;
    pthread_cond_signal(&server->tick);
    pthread_mutex_unlock(&server->mutex);
    pthread_join(server->sweeper, NULL);
    server_free(server);
}
