/*
 * Who asks: the API key in Authorization; and whether they may ask at all, and
 * how often.
 */
#include <netinet/in.h>
#include <string.h>

#include "base/check.h"
#include "server/state.h"

static jf_str bearer(const jf_exchange *x)
{
    jf_str header = jf_exchange_header(x, MHD_HTTP_HEADER_AUTHORIZATION);
    if (header.n < 7 || strncasecmp(header.p, "Bearer ", 7))
        return JF_STR_NONE;
    return (jf_str){header.p + 7, header.n - 7};
}

static bool key_find(jf_exchange *x, jf_str token)
{
    const jf_server_options *options = &x->server->options;
    if (jf_key_find(options->people, token, options->clock(), &x->caller) == JF_IDENTITY_OK)
        return true;
    x->caller = (jf_caller){.kind = JF_CALLER_NOBODY};
    jf_answer_problem(x, JF_P_UNAUTHORIZED, "the key is not known, or was revoked");
    return false;
}

/* A caller by its number, everybody else by address. */
static uint64_t caller_hash(const jf_exchange *x)
{
    if (x->caller.kind != JF_CALLER_NOBODY)
        return jf_map_mix((uint64_t)x->caller.no);
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
    jf_str token = bearer(x);
    JF_ASSERT(x->route != NULL);
    if (token.n > 0 && !key_find(x, token))
        return;
    if (!rate_keeps(x))
        return;
    if (x->route->access == JF_ACCESS_OPEN)
        return;
    if (x->caller.kind == JF_CALLER_NOBODY)
        jf_answer_problem(x, JF_P_UNAUTHORIZED, "send a key: Authorization: Bearer KEY");
    else if (x->route->access == JF_ACCESS_SYSTEM && !jf_caller_is_system(&x->caller))
        jf_answer_problem(x, JF_P_FORBIDDEN, "only a key of the role system may do this");
}
