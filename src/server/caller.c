/*
 * Who asks: the API key in Authorization; and whether they may ask at all, and
 * how often.
 */
#include <netinet/in.h>
#include <string.h>

#include "app/people.h"
#include "base/check.h"
#include "base/secret.h"
#include "server/state.h"

static jf_str bearer(const jf_exchange *x)
{
    jf_str header = jf_exchange_header(x, MHD_HTTP_HEADER_AUTHORIZATION);
    if (header.n < 7 || strncasecmp(header.p, "Bearer ", 7))
        return JF_STR_NONE;
    return (jf_str){header.p + 7, header.n - 7};
}

/* Who it is cannot be looked up: what is open to everybody goes on all the same. */
static bool without_desk(jf_exchange *x)
{
    if (x->route->access == JF_ACCESS_OPEN)
        return true;
    jf_answer_problem(x, JF_P_DESK, "who asks cannot be looked up; try again");
    return false;
}

static bool key_find(jf_exchange *x, jf_str token)
{
    const jf_server_options *options = &x->server->options;
    jf_identity_result found = jf_key_find(options->people, token, options->clock(), &x->caller);
    if (found == JF_IDENTITY_OK)
        return true;
    x->caller = (jf_caller){.kind = JF_CALLER_NOBODY};
    if (found == JF_IDENTITY_FAILED)
        return without_desk(x);
    jf_answer_problem(x, JF_P_UNAUTHORIZED, "the key is not known, or was revoked");
    return false;
}

jf_str jf_exchange_session(const jf_exchange *x)
{
    const char *token =
        MHD_lookup_connection_value(x->connection, MHD_COOKIE_KIND, JF_SESSION_COOKIE);
    return token ? jf_str_of(token) : JF_STR_NONE;
}

/* Another site can make a browser send the cookie, but it cannot know this. */
static bool csrf_right(const jf_exchange *x, jf_str token)
{
    char wanted[JF_SESSION_TOKEN_SIZE];
    jf_str sent = jf_exchange_header(x, "X-CSRF-Token");
    jf_session_csrf(token, wanted);
    return sent.n == strlen(wanted) && jf_bytes_equal(sent.p, wanted, sent.n);
}

/* A session that is over is nobody's; a change needs the token that goes with it. */
static bool session_find(jf_exchange *x, jf_str token)
{
    const jf_server_options *options = &x->server->options;
    jf_identity_result found =
        jf_session_find(options->people, token, options->clock(), &x->caller);
    if (found != JF_IDENTITY_OK) {
        x->caller = (jf_caller){.kind = JF_CALLER_NOBODY};
        return found != JF_IDENTITY_FAILED || without_desk(x);
    }
    if (x->method == JF_GET || x->route->access == JF_ACCESS_OPEN || csrf_right(x, token))
        return true;
    jf_answer_problem(x, JF_P_CSRF, "send X-CSRF-Token as GET /v1/session says it");
    return false;
}

/* A caller by its number, everybody else by address. */
static uint64_t caller_hash(const jf_exchange *x)
{
    if (x->caller.kind != JF_CALLER_NOBODY)
        return jf_map_mix((uint64_t)x->caller.no * 4 + x->caller.kind);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info)
        return 0;
    const struct sockaddr *at = info->client_addr;
    if (at->sa_family == AF_INET6)
        return jf_str_hash(
            (jf_str){(const char *)&((const struct sockaddr_in6 *)at)->sin6_addr, 16});
    return jf_str_hash((jf_str){(const char *)&((const struct sockaddr_in *)at)->sin_addr, 4});
}

static bool rate_keeps(jf_exchange *x)
{
    if (jf_caller_is_system(&x->caller))
        return true;
    if (jf_rate_take(&x->server->rate, caller_hash(x), x->began_us))
        return true;
    x->retry_after = 1;
    jf_answer_problem(x, JF_P_RATE, "wait a second");
    return false;
}

void jf_caller_find(jf_exchange *x)
{
    jf_str token = bearer(x), session = jf_exchange_session(x);
    JF_ASSERT(x->route != NULL);
    if (token.n > 0 && !key_find(x, token))
        return;
    if (token.n == 0 && session.n > 0 && !session_find(x, session))
        return;
    if (!rate_keeps(x))
        return;
    if (x->route->access == JF_ACCESS_OPEN)
        return;
    if (x->caller.kind == JF_CALLER_NOBODY)
        jf_answer_problem(x, JF_P_UNAUTHORIZED,
                          "sign in, or send a key: Authorization: Bearer KEY");
    else if (x->route->access == JF_ACCESS_SYSTEM && !jf_caller_is_system(&x->caller))
        jf_answer_problem(x, JF_P_FORBIDDEN, "only a key of the role system may do this");
    else if (x->route->access == JF_ACCESS_WHO && !jf_exchange_may(x))
        jf_answer_problem(x, JF_P_FORBIDDEN,
                          "none of the caller's roles may do this, or not for this one");
}
