/*
 * What came with a request, before its handler looks into it: a body of the kind that is taken,
 * and no parameter that nobody would read (handle_read.c reads those of reads).
 *
 * A form of another site can send a text that is JSON, but not say so: the kind is looked at for
 * that, and for clients that send something else by mistake. One that says no kind is believed.
 */
#include <string.h>

#include "server/state.h"

/* Is the kind the one of the row, whatever parameters it has? */
static bool kind_is(jf_str said, const char *kind)
{
    size_t n = strlen(kind);
    return said.n >= n && !strncasecmp(said.p, kind, n) &&
           (said.n == n || said.p[n] == ';' || said.p[n] == ' ');
}

/* Streams of commands are one JSON object a line. */
static bool kind_fits(const jf_exchange *x)
{
    jf_str said = jf_exchange_header(x, MHD_HTTP_HEADER_CONTENT_TYPE);
    bool lines = x->route->handle == jf_handle_commands &&
                 (kind_is(said, "application/jsonl") || kind_is(said, "application/x-ndjson"));
    return said.n == 0 || kind_is(said, "application/json") || lines;
}

static enum MHD_Result name_take(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    const char **first = context;
    (void)kind, (void)value;
    *first = name;
    return MHD_NO;
}

bool jf_content_sound(jf_exchange *x)
{
    const char *name = NULL;
    if (x->body.n > 0 && !kind_fits(x)) {
        jf_answer_problem(x, JF_P_MEDIA, "send JSON, and say so: Content-Type: application/json");
        return false;
    }
    if (!jf_route_is_api(x->route) || x->route->read)
        return true;
    MHD_get_connection_values(x->connection, MHD_GET_ARGUMENT_KIND, name_take, &name);
    if (name)
        jf_answer_refusal(x, JF_E_BAD_REQUEST, jf_str_of(name),
                          JF_STR("this address knows no such parameter"));
    return !name;
}
