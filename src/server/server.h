/*
 * The HTTP server: commands and reads of the platform as JSON over HTTP/1.1.
 *
 * One thread reads and answers (libmicrohttpd over epoll); a request that needs
 * the books is parked while the writer (app/writer.h) runs it, and answered
 * when what it changed is durable. So ten thousand connections cost memory and
 * no threads, and an answer is a promise kept.
 *
 * What is answered stands in routes.def.
 */
#ifndef JF_SERVER_SERVER_H
#define JF_SERVER_SERVER_H

#include <stdio.h>

#include "app/backup.h"
#include "app/cashier.h"
#include "app/identity.h"
#include "app/lookup.h"
#include "app/simulation.h"
#include "app/writer.h"

typedef struct jf_server jf_server;

typedef struct jf_server_options {
    const char *host;        /* an address to listen on, like 127.0.0.1 or :: */
    uint16_t port;           /* 0: a free one */
    jf_writer *writer;       /* closed by jf_server_stop */
    jf_lookup *lookup;       /* the same */
    jf_cashier *cashier;     /* the same */
    jf_identity *people;     /* stays the caller's */
    jf_simulate_fn simulate; /* tries policies; NULL: nobody does */
    jf_clock_fn clock;
    uint32_t rate; /* requests a second for each caller and address, keys of system apart; 0: 50 */
    int64_t approve_alone;      /* fen: withdrawals up to it need no second person; 0: all do */
    bool joining;               /* people sign themselves up */
    const char *site, *channel; /* what the site and its payment channel are called, or NULL */
    const char *books;          /* their URL */
    jf_backups *backups;        /* stays the caller's; NULL: there is nowhere to put them */
    FILE *log;                  /* a line of JSON for each request; NULL: none */
    const char *version;
} jf_server_options;

/* NULL with a message for people in error when it cannot listen. */
jf_server *jf_server_start(const jf_server_options *options, char error[200]);

/* Where it listens. */
uint16_t jf_server_port(const jf_server *server);

/*
 * Takes no new connections, answers what is under way (for `patience_s` seconds
 * at most), closes the writer, and ends.
 */
void jf_server_stop(jf_server *server, int patience_s);

#endif
