/*
 * One request and its answer, from the first header to the last byte.
 *
 * It is made when the headers are there, lives in an arena of its own, and is
 * freed when libmicrohttpd is done with it. While it is parked (`waiting`) it
 * belongs to the writer's thread, which fills in the job's answers and wakes it.
 */
#ifndef JF_SERVER_EXCHANGE_H
#define JF_SERVER_EXCHANGE_H

#include <microhttpd.h>

#include "app/browse.h"
#include "server/server.h"

typedef enum jf_method { JF_GET, JF_POST, JF_PUT, JF_PATCH, JF_DELETE, JF_METHODS } jf_method;

typedef enum jf_access {
    JF_ACCESS_OPEN,
    JF_ACCESS_SIGNED,
    JF_ACCESS_COMMAND,
    JF_ACCESS_SYSTEM,
    JF_ACCESS_READ,
    JF_ACCESS_WHO
} jf_access;

typedef enum jf_problem {
#define JF_PROBLEM(NAME, wire, http, en, zh) JF_P_##NAME,
#include "server/problems.def"
#undef JF_PROBLEM
    JF_PROBLEMS
} jf_problem;

typedef struct jf_exchange jf_exchange;

typedef struct jf_route {
    const char *name; /* in lower case, as metrics and the log say it */
    jf_method method;
    const char *path;
    void (*handle)(jf_exchange *x);
    bool command_route;
    jf_command_kind command; /* when command_route */
    jf_access access;
    int success;
    const char *refuses; /* with which codes, besides what the other columns say (refusals.h) */
    const char *en, *zh;
    /* of reads; else NULL */
    jf_store_result (*read)(jf_exchange *x, jf_store *store, jf_store_error *error);
    const char *who, *query, *reply; /* of reads and of what is the server's own */
    const char *body;                /* of the server's own; "": none */
} jf_route;

/* Runs in a lookup's thread. */
typedef jf_store_result (*jf_look_fn)(jf_exchange *x, jf_store *store, jf_store_error *error);

typedef enum jf_format { JF_FORMAT_JSON, JF_FORMAT_CSV, JF_FORMAT_XLSX, JF_FORMATS } jf_format;

/* Money through the channel, by what it was; as `kind` says where lists are about money. */
typedef enum jf_money_kind { JF_MONEY_ANY, JF_MONEY_PAID, JF_MONEY_REFUNDED } jf_money_kind;

/* What stands behind the question mark of a read's address. */
typedef struct jf_query {
    uint64_t limit, before, after;
    bool month, state; /* given */
    bool account;      /* likewise */
    jf_account_kind account_kind;
    jf_format format;
    jf_day from, to;   /* of the month */
    uint32_t in_state; /* of a withdrawal */
    jf_money_kind money;
    jf_order_wish orders;  /* which of them */
    jf_party_wish parties; /* likewise */
    jf_str id;             /* of `id`; empty: not given */
    jf_str after_id;       /* of an `after` that is an id; likewise */
    jf_str called;         /* of `name`; likewise */
} jf_query;

#define JF_ROUTE_PARAMS 3
#define JF_SESSION_COOKIE "jifen_session"
#define JF_BODY_MAX ((size_t)1 << 20)

struct jf_exchange {
    jf_server *server;
    struct MHD_Connection *connection;
    jf_arena arena;
    jf_method method;
    jf_str path;
    const jf_route *route; /* NULL: none matches */
    jf_str param_names[JF_ROUTE_PARAMS], params[JF_ROUTE_PARAMS];
    uint32_t param_count;
    jf_buf body;
    jf_caller caller;
    bool waiting; /* parked until the job is done */
    bool too_large;
    bool closes;                    /* the connection ends with this answer */
    jf_job job;                     /* for the writer, or */
    jf_lookup_job lookup;           /* for a lookup, when its `read` is set */
    jf_query query;                 /* of a read */
    jf_buf found;                   /* by a lookup: the answer */
    const char *found_type;         /* of it; NULL: JSON */
    jf_look_fn look;                /* what the lookup does */
    const jf_command *command;      /* that was sent */
    jf_str first_at;                /* the time of the command that used the id before */
    void *own;                      /* of the handler, between its two halves */
    struct jf_stream *stream;       /* when the answer is one */
    void (*finish)(jf_exchange *x); /* makes the answer of what was done */
    int status;                     /* 0: not answered yet */
    const char *type;               /* of the answer */
    const char *allow;              /* methods of a 405 */
    const char *cookie;             /* to be set; NULL: none */
    const char *etag;               /* of the answer; NULL: none */
    const char *disposition;        /* of the answer, a file; NULL: none */
    int retry_after;                /* seconds; 0: none */
    const struct jf_asset *asset;   /* that is the answer; NULL: it is made here */
    jf_str answer;
    int64_t began_us;
    struct MHD_Response *response;
};

/* --- respond.c: one of these answers an exchange ------------------------------------------ */

void jf_answer_json(jf_exchange *x, int status, jf_str json);
void jf_answer_text(jf_exchange *x, int status, const char *type, jf_str text);

/* RFC 9457; `detail` says what was expected. The language is that of Accept-Language. */
void jf_answer_problem(jf_exchange *x, jf_problem problem, const char *detail);

/* A refusal of the rules, from the error of an answer: {"code","field","message"}. */
void jf_answer_refusal(jf_exchange *x, jf_code code, jf_str field, jf_str message);

/* Have `look` run in a lookup's thread; the exchange is answered by `finish`. */
void jf_exchange_look_up(jf_exchange *x, jf_look_fn look, void (*finish)(jf_exchange *x));

/* A `finish` of lookups that wrote their answer to x->found (handle_read.c). */
void jf_exchange_found(jf_exchange *x);

/* Hand the job over: the exchange is answered by `finish` when it is done. */
void jf_exchange_wait(jf_exchange *x, jf_str text, void (*finish)(jf_exchange *x));

/* The same for one command, which lives as long as the exchange. */
void jf_exchange_run(jf_exchange *x, const jf_command *command, void (*finish)(jf_exchange *x));

/* A header, or an empty text; a text that lives as long as the request. */
jf_str jf_exchange_header(const jf_exchange *x, const char *name);

/* The token of the session's cookie; empty without one (caller.c). */
jf_str jf_exchange_session(const jf_exchange *x);

/* May the caller, by the route's `who` and what its path names? (handle_read.c) */
bool jf_exchange_may(const jf_exchange *x);

/* The body of a route that is the server's own, held to its row; false: refused (body.c). */
bool jf_exchange_fields(jf_exchange *x, jf_json **body);

/* The body as one object; false when a refusal was answered instead (handle_command.c). */
bool jf_exchange_body(jf_exchange *x, jf_json **body);

/* The result of an answer line; false when its refusal was answered instead. */
bool jf_answer_result(jf_exchange *x, jf_str line, jf_str *result);

/* The result of the one command that ran; false when its refusal was answered instead. */
bool jf_exchange_result(jf_exchange *x, jf_str *result);

/* Who asks, as the trail says: a person's name is an id; a key's has spaces, so it is nobody's. */
jf_str jf_exchange_who(jf_exchange *x);

/* Notes in the trail what the caller does; false when that failed, and was answered. */
bool jf_exchange_note(jf_exchange *x, const char *act, jf_str subject, const char *outcome);

bool jf_exchange_chinese(const jf_exchange *x);

/* --- the tables ------------------------------------------------------------------------------ */

typedef struct jf_problem_info {
    const char *wire;
    int http;
    const char *en, *zh;
} jf_problem_info;

const jf_problem_info *jf_problem_info_of(jf_problem problem);

extern const char *const jf_method_names[JF_METHODS];

/* All routes; their number in *count. */
const jf_route *jf_routes(uint32_t *count);

/* Has a request of this method a body? */
bool jf_method_takes_body(jf_method method);

/* Is it for programs, where parameters that nobody knows are refused, and no page? */
bool jf_route_is_api(const jf_route *route);

/* Finds the route and its parameters; without one, x->route is NULL and x->allow may be set. */
void jf_route_find(jf_exchange *x);

#define JF_ROUTE(NAME, METHOD, path, handler, command, access, success, refuses, en, zh)           \
    void jf_handle_##handler(jf_exchange *x);
#define JF_READ(NAME, path, read, who, query, reply, refuses, en, zh)                              \
    jf_store_result jf_read_##read(jf_exchange *x, jf_store *store, jf_store_error *error);
#define JF_OWN(NAME, METHOD, path, handler, access, who, body, success, reply, refuses, en, zh)    \
    void jf_handle_##handler(jf_exchange *x);
#include "server/routes.def"
#undef JF_ROUTE
#undef JF_READ
#undef JF_OWN

void jf_handle_read(jf_exchange *x);

/* What the server knows of itself. */
const jf_server_options *jf_server_options_of(const jf_server *server);

#endif
